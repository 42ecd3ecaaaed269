package dev.llmrouter.audit.routing;

import dev.llmrouter.evaluate.ScorerSpec;
import dev.llmrouter.policy.Collect;

/**
 * Quality of a model less that of the baseline at one task, as a share of outputs.
 *
 * @param difference -1 to 1; negative is worse than the baseline
 * @param low lower bound
 * @param high upper bound
 * @param surelyBelow what the difference is below at a level that holds for whoever looks every day: of live pairs 99.8 %; of evidence, which is looked at
 *     once, {@code high}
 * @param n pairs, or examples
 * @param source {@code live} for pairs of the time that is audited, {@code evidence} for what validation found before
 * @param level of the interval in percent
 * @param scorer what scored, as the evidence says it; {@code live:} before that of live pairs; empty for the scorer that fits the
 *     expected answer
 */
public record QualityGap(
        double difference,
        double low,
        double high,
        double surelyBelow,
        long n,
        String source,
        int level,
        String scorer) {
    /** Pairs of live traffic in the time that is audited, weighted by their sampling probabilities. */
    public static final String LIVE = "live";

    /** What the task's evidence says. */
    public static final String EVIDENCE = "evidence";

    /** Begins the scorer of live pairs. */
    static final String OF_LIVE = "live:";

    /**
     * Whether a judge preferred one answer to the other: the difference is 2 x share of wins - 1, which says how often and not how
     * many outputs are wrong.
     */
    public boolean isPreference() {
        return scorer.contains(ScorerSpec.PAIRWISE) || scorer.contains(OF_LIVE + Collect.JUDGE);
    }

    /** Whether the baseline counts as right although nobody has seen its answers: the loss is this at worst. */
    public boolean isWorstCase() {
        return scorer.contains(OF_LIVE + Collect.FEEDBACK);
    }

    /** Whether it estimates how many more outputs are wrong. */
    public boolean isLoss() {
        return !isPreference() && !isWorstCase();
    }

    /** What the difference is of, in words. */
    public String kind() {
        return isPreference()
                ? "preferences, 2 x share of wins - 1, by " + scorer
                : (isWorstCase() ? "at worst, " : "") + "scored by " + (scorer.isEmpty() ? "expected answers" : scorer);
    }
}
