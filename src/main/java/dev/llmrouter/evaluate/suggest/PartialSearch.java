package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.classify.gate.DifficultyGate;
import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.gate.GateThreshold;
import dev.llmrouter.classify.gate.GateTrainer;
import dev.llmrouter.classify.gate.Outcome;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.PairedOutcomes;
import dev.llmrouter.evaluate.Saving;
import dev.llmrouter.evaluate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the largest part of a task's inputs that could go to a cheaper model, in two ways.
 *
 * <p>A difficulty gate learns from four fifths of the inputs, and its threshold is proved on the other fifth (see
 * {@code RiskControl}). A condition for {@code premiumWhen} is chosen on one half of the inputs and tested once, on the
 * other. So neither claim looks at the data that it was chosen on; both together, for all routes that were compared, keep to
 * one error level, divided among them.
 */
final class PartialSearch {
    private static final int STEPS = 40;
    /** A condition that everybody can read is preferred to a gate that lets no more than this share more through. Assumption. */
    private static final double WORTH_A_FILE = 0.1;
    /** Seed of the gate: the same data give the same gate. */
    private static final long SEED = 1;

    private final String baseline;
    private final double alpha;
    private final double level;
    private final Learning learning;

    /** Makes a gate of the outcomes of two models. */
    @FunctionalInterface
    interface Learning {
        /** @throws ExamplesException if nothing can be learned from them */
        DifficultyGate learn(List<Outcome> outcomes, String candidate, String baseline) throws ExamplesException;
    }

    /**
     * @param alpha error level of all partial routes together
     * @param routes tasks times candidates that were compared
     */
    PartialSearch(String baseline, double alpha, int routes) {
        this(
                baseline,
                alpha,
                routes,
                (outcomes, weak, strong) -> new GateTrainer(SEED, what -> {})
                        .train(outcomes, weak, strong)
                        .gate());
    }

    PartialSearch(String baseline, double alpha, int routes, Learning learning) {
        this.learning = learning;
        this.baseline = baseline;
        this.alpha = alpha;
        this.level = alpha / (2.0 * Math.max(1, routes));
    }

    /**
     * The better one of both ways; one that does not open says why. Null if nothing can be learned.
     *
     * @param skipped is told why one way was not looked at, in words that stand beside others
     */
    @Nullable
    PartialRoute find(String task, String candidate, double margin, Seen.Sample sample, Consumer<String> skipped) {
        PartialRoute byCondition = byCondition(candidate, margin, sample);
        PartialRoute byGate = byGate(task, candidate, margin, sample, skipped);
        if (byCondition == null || (byGate != null && byGate.share() > byCondition.share() + WORTH_A_FILE)) {
            return byGate;
        }
        return byCondition;
    }

    /** What could not be learned for want of memory leaves all else as it is. */
    private @Nullable PartialRoute byGate(
            String task, String candidate, double margin, Seen.Sample sample, Consumer<String> skipped) {
        try {
            return byGate(task, candidate, margin, sample);
        } catch (OutOfMemoryError e) {
            skipped.accept(String.format(
                    Locale.ROOT,
                    "%s: no difficulty gate was looked for, as learning one from %,d examples takes more memory than the %d MB that"
                            + " this process may use. Allow more (java -Xmx4g -jar ...), or compare fewer or shorter examples",
                    candidate,
                    sample.pairs().size(),
                    Runtime.getRuntime().maxMemory() >> 20));
            return null;
        }
    }

    private @Nullable PartialRoute byGate(String task, String candidate, double margin, Seen.Sample sample) {
        List<Seen.Pair> pairs = sample.pairs();
        List<Outcome> outcomes = pairs.stream()
                .map(p -> new Outcome(p.text(), task, p.candidate(), p.baseline()))
                .toList();
        DifficultyGate gate;
        try {
            gate = learning.learn(outcomes, candidate, baseline);
        } catch (ExamplesException e) {
            return null;
        }
        GateThreshold threshold = gate.thresholdFor(margin, 1 - level);
        return new PartialRoute(
                candidate,
                threshold.weakShare(),
                threshold.loss(),
                1 - level,
                new GateFile.Kept(gate, threshold),
                "",
                saved(pairs, p -> gate.score(p.text(), task) > threshold.score()),
                threshold.statement() + sample.statement(),
                sample.drawn(),
                sample.of(),
                gate.curve(STEPS));
    }

    private @Nullable PartialRoute byCondition(String candidate, double margin, Seen.Sample sample) {
        List<Seen.Pair> explored = new ArrayList<>();
        List<Seen.Pair> kept = new ArrayList<>();
        List<Seen.Pair> pairs = sample.pairs();
        boolean[] areExplored =
                Half.areExplored(pairs.stream().map(Seen.Pair::text).toList());
        for (int i = 0; i < areExplored.length; i++) {
            (areExplored[i] ? explored : kept).add(pairs.get(i));
        }
        int best = -1;
        double bestShare = 0;
        for (int condition = 0; condition < TextCondition.ALL.size(); condition++) {
            int cheap = 0;
            double loss = 0;
            for (Seen.Pair pair : explored) {
                if (!pair.holds(condition)) {
                    cheap++;
                    loss += pair.loss();
                }
            }
            double share = cheap / Math.max(1.0, explored.size());
            // half of the margin leaves the test room for chance
            if (share < 1 && share > bestShare && loss / explored.size() <= margin / 2) {
                best = condition;
                bestShare = share;
            }
        }
        // what all examples show is no sample: it may forbid what the drawn ones allow, never allow more
        return best < 0 || sample.lossBeside(best) > margin ? null : tested(candidate, margin, best, kept, sample);
    }

    /** The one test of the chosen condition, on inputs that it was not chosen on; null if it does not pass. */
    private @Nullable PartialRoute tested(
            String candidate, double margin, int condition, List<Seen.Pair> kept, Seen.Sample sample) {
        TextCondition chosen = TextCondition.ALL.get(condition);
        Predicate<Seen.Pair> isLifted = p -> p.holds(condition);
        PairedOutcomes mixed = new PairedOutcomes();
        int cheap = 0;
        for (Seen.Pair pair : kept) {
            boolean lifted = isLifted.test(pair);
            cheap += lifted ? 0 : 1;
            mixed.add(pair.baseline(), lifted ? pair.baseline() : pair.candidate());
            if (lifted) {
                mixed.lift();
            }
        }
        GateResult result = new Gate(margin, level).judge(mixed);
        if (result.verdict() != Verdict.PASS || cheap == 0) {
            return null;
        }
        double share = cheap / (double) kept.size();
        String statement = String.format(
                Locale.ROOT,
                "With %.2f %% confidence at most %.3f of all outputs are lost where %s goes to the baseline and %.1f %% of the"
                        + " inputs to the cheaper model: chosen among %d conditions on one half of the examples, tested once on"
                        + " the %,d others, with a loss of %.4f there.",
                100 * (1 - level),
                margin,
                chosen.yaml(),
                100 * share,
                TextCondition.ALL.size(),
                kept.size(),
                -result.difference());
        return new PartialRoute(
                candidate,
                share,
                -result.difference(),
                1 - level,
                null,
                chosen.yaml(),
                saved(sample.pairs(), isLifted),
                statement + sample.statement(),
                sample.drawn(),
                sample.of(),
                List.of());
    }

    private @Nullable Amount saved(List<Seen.Pair> pairs, Predicate<Seen.Pair> isLifted) {
        double sum = 0;
        double squares = 0;
        for (Seen.Pair pair : pairs) {
            Double saved = pair.saved();
            if (saved == null) {
                return null;
            }
            double each = isLifted.test(pair) ? 0 : saved;
            sum += each;
            squares += each * each;
        }
        Saving saving = Saving.of(pairs.size(), sum, squares, alpha);
        return saving == null ? null : new Amount(saving.mean(), saving.low(), saving.high());
    }
}
