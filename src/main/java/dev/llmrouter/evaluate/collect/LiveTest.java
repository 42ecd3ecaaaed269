package dev.llmrouter.evaluate.collect;

import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.SequentialBet;
import dev.llmrouter.evaluate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * What the live pairs of one task and candidate prove, looked at after every one of them. It is made anew from the pairs,
 * so that it is the same after a restart and in every instance that sees the same pairs.
 *
 * @param before the pairs that the baseline served: they open the route
 * @param since the pairs that the candidate served: they close it
 */
public record LiveTest(Verdict opening, Stretch before, Stretch since) {
    /** The name of the test, as evidence gives it. */
    public static final String METHOD = "e-process on live traffic";

    private static final int POINTS = 60;

    /** Where the collection stands; whether the route is open is for the evidence to say. */
    public enum State {
        /** The pairs settle nothing yet. */
        COLLECTING,
        /** The candidate is shown to be good enough: the route may open. */
        READY,
        /** The candidate is shown to be worse by more than the margin, or to have become so: no more is spent on it. */
        REJECTED,
        /** The candidate was good enough and is shown to have become worse: the route closes. */
        WORSE;

        /** The name as JSON writes it. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * @param pairs in the order of time
     * @param margin loss that is accepted, above 0 and below 1
     * @param alpha error level, above 0 to 0.5: of ever opening a route that is worse by the margin or more, and of ever
     *     closing one that never was. One that waits for a person to open it is watched as one that is open
     */
    public static LiveTest of(List<LivePair> pairs, double margin, double alpha) {
        SequentialBet bet = new SequentialBet(margin, alpha);
        List<LivePair> before = pairs.stream().filter(pair -> !pair.isServed()).toList();
        Verdict[] opening = {Verdict.INCONCLUSIVE};
        WorseningDetector waiting = new WorseningDetector(margin);
        int[] at = {0};
        Stretch opened = stretch(before, alpha, pair -> {
            at[0]++;
            Verdict now = bet.add(pair.baselineScore(), pair.candidateScore());
            if (opening[0] == Verdict.PASS) {
                boolean isWorse = Math.exp(waiting.add(pair.difference())) >= 1 / alpha;
                opening[0] = isWorse ? Verdict.FAIL : Verdict.PASS;
            } else if (opening[0] == Verdict.INCONCLUSIVE && at[0] >= Gate.MIN_EXAMPLES) {
                opening[0] = now;
            }
            return new Step(1 / bet.pValue(), opening[0] == Verdict.PASS);
        });
        WorseningDetector detector = new WorseningDetector(margin);
        List<LivePair> since = pairs.stream().filter(LivePair::isServed).toList();
        Stretch watched = stretch(since, alpha, pair -> {
            double wealth = Math.exp(detector.add(pair.difference()));
            return new Step(wealth, wealth >= 1 / alpha);
        });
        return new LiveTest(opening[0], opened, watched);
    }

    /** One pair further. @param settled whether the test has come to its end, now or before */
    private record Step(double wealth, boolean settled) {}

    @FunctionalInterface
    private interface Test {
        Step add(LivePair pair);
    }

    private static Stretch stretch(List<LivePair> pairs, double alpha, Test test) {
        ConfidenceSequence bounds = new ConfidenceSequence(alpha);
        DoubleUnaryOperator nextLook = n -> Math.max(n + 1, n * Math.pow(Math.max(2, pairs.size()), 1.0 / POINTS));
        double look = 1;
        double candidate = 0;
        double baseline = 0;
        double highest = 1;
        Integer settledAt = null;
        List<Stretch.Point> path = new ArrayList<>();
        int n = 0;
        for (LivePair pair : pairs) {
            n++;
            candidate += pair.candidateScore();
            baseline += pair.baselineScore();
            bounds.add(pair.difference());
            Step step = test.add(pair);
            highest = Math.max(highest, step.wealth);
            boolean isNew = step.settled && settledAt == null;
            settledAt = isNew ? Integer.valueOf(n) : settledAt;
            if (isNew || n >= look || n == pairs.size()) {
                bounds.look();
                path.add(new Stretch.Point(n, (candidate - baseline) / n, bounds.low(), bounds.high()));
                look = n >= look ? nextLook.applyAsDouble(n) : look;
            }
        }
        int seen = Math.max(1, n);
        return new Stretch(n, candidate / seen, baseline / seen, bounds.low(), bounds.high(), highest, settledAt, path);
    }

    /** Where the collection stands. */
    public State state() {
        if (since.settledAt() != null) {
            return State.WORSE;
        }
        return switch (opening) {
            case PASS -> State.READY;
            case FAIL -> State.REJECTED;
            case INCONCLUSIVE -> State.COLLECTING;
        };
    }
}
