package dev.llmrouter.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How the error level is shared among several decisions, so that one wrong pass among them all keeps to it. */
public enum Correction {
    /** Each decision at the full level. */
    NONE("each verdict stands at the full error level"),
    /** Each decision at the level divided by their number. */
    BONFERRONI("the error level is divided by the number of verdicts (Bonferroni)"),
    /**
     * Step-down: the smallest p-value at level / m, the next at level / (m - 1), and so on until the first that does not
     * pass. Source: Holm, A simple sequentially rejective multiple test procedure (1979).
     */
    HOLM("the error level is shared step by step, smallest p-value first (Holm)"),
    /** In the order given, each at the full level, until the first that does not pass; the rest cannot pass. */
    FIXED_SEQUENCE("verdicts are taken in the order given at the full level, up to the first that does not pass");

    private final String meaning;

    Correction(String meaning) {
        this.meaning = meaning;
    }

    /** What it does, in plain words. */
    public String meaning() {
        return meaning;
    }

    /** The name as the commands write it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A comparison that can be judged at any error level. */
    @FunctionalInterface
    interface Test {
        /** @param level one-sided error level, above 0 to 0.5 */
        GateResult at(double level);
    }

    /** The level that the first of several decisions which are all as good has to pass at. @param m how many they are, from 1 */
    double first(double alpha, int m) {
        return switch (this) {
            case NONE, FIXED_SEQUENCE -> alpha;
            case BONFERRONI, HOLM -> alpha / m;
        };
    }

    /** Judges all of them together; results in the order given. */
    List<GateResult> judge(List<Test> all, double alpha) {
        int m = Math.max(1, all.size());
        return switch (this) {
            case NONE -> all.stream().map(test -> test.at(alpha)).toList();
            case BONFERRONI -> all.stream().map(test -> test.at(alpha / m)).toList();
            case HOLM -> holm(all, alpha);
            case FIXED_SEQUENCE -> sequence(all, alpha);
        };
    }

    private static List<GateResult> holm(List<Test> all, double alpha) {
        List<GateResult> results =
                new ArrayList<>(all.stream().map(test -> test.at(alpha)).toList());
        List<Integer> order = IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> results.get(i).pValueOfAllLooks()))
                .toList();
        double level = alpha / Math.max(1, all.size());
        boolean stopped = false;
        for (int rank = 0; rank < order.size(); rank++) {
            int i = order.get(rank);
            level = stopped ? level : alpha / (all.size() - rank);
            GateResult result = all.get(i).at(level);
            if (stopped && result.verdict() == Verdict.PASS) {
                result = unproven(result);
            }
            results.set(i, result);
            stopped |= result.verdict() != Verdict.PASS;
        }
        return List.copyOf(results);
    }

    private static List<GateResult> sequence(List<Test> all, double alpha) {
        List<GateResult> results = new ArrayList<>();
        boolean open = true;
        for (Test test : all) {
            GateResult r = test.at(alpha);
            if (!open && r.verdict() == Verdict.PASS) {
                r = unproven(r);
            }
            open &= r.verdict() == Verdict.PASS;
            results.add(r);
        }
        return List.copyOf(results);
    }

    private static GateResult unproven(GateResult r) {
        return new GateResult(
                r.n(),
                r.difference(),
                r.low(),
                r.high(),
                r.alpha(),
                r.margin(),
                1,
                Verdict.INCONCLUSIVE,
                null,
                r.neededLook(),
                r.look(),
                r.method());
    }
}
