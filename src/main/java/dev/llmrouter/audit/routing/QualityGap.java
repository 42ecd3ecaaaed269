package dev.llmrouter.audit.routing;

/**
 * Quality of a model less that of the baseline at one task, as a share of outputs.
 *
 * @param difference -1 to 1; negative is worse than the baseline
 * @param low lower bound
 * @param high upper bound
 * @param n pairs, or examples
 * @param source {@code live} for pairs of the time that is audited, {@code evidence} for what validation found before
 * @param level of the interval in percent
 */
public record QualityGap(double difference, double low, double high, long n, String source, int level) {
    /** Pairs of live traffic in the time that is audited, weighted by their sampling probabilities. */
    public static final String LIVE = "live";

    /** What the task's evidence says. */
    public static final String EVIDENCE = "evidence";
}
