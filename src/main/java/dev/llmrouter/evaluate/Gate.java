package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * Paired non-inferiority: passes a candidate only if it is shown, at a one-sided error level, to lose less than the margin
 * against the baseline. Immutable and safe for use by many threads; never NaN.
 *
 * <p>Right-or-wrong outcomes are judged by Tango's score interval, with two guards that keep small samples honest: no
 * pass below {@value #MIN_EXAMPLES} examples, and where the candidate never wins the exact (Clopper-Pearson) bound of its
 * losses has to lie within the margin as well. Graded scores are judged by the paired t interval; where fewer than
 * {@value #MIN_DISTINCT} examples differ, every difference counts in full as a win or loss of the largest one seen, under
 * the same guards, because t is too optimistic there.
 *
 * @param margin quality loss that is acceptable, as a share, above 0 and below 1
 * @param alpha one-sided error level, above 0 to 0.5; default 0.05
 */
public record Gate(double margin, double alpha) {
    /** No pass and no fail with fewer examples. */
    public static final int MIN_EXAMPLES = 30;

    /** Differing examples from which the t interval is used for graded scores. */
    static final int MIN_DISTINCT = 15;

    /** Error level where none is stated. */
    public static final double DEFAULT_ALPHA = 0.05;

    private static final double POWER_QUANTILE = 0.8416212335729143; // standard normal quantile of 0.8
    private static final int MOST_EXAMPLES = 10_000_000;

    /** @throws IllegalArgumentException if a value is outside of its range */
    public Gate {
        if (!(margin > 0 && margin < 1)) {
            throw new IllegalArgumentException(
                    "margin is " + margin + "; allowed above 0 and below 1 (0.03 is three points)");
        }
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException("alpha is " + alpha + "; allowed above 0 to 0.5 (0.05 is usual)");
        }
    }

    /** The verdict over these outcomes. */
    public GateResult judge(PairedOutcomes outcomes) {
        Bounds bounds = bounds(outcomes);
        int n = outcomes.n();
        double difference = outcomes.difference();
        double low = Math.max(-1, Math.min(difference, bounds.low(alpha)));
        double high = Math.min(1, Math.max(difference, bounds.high(alpha)));
        double p = n < MIN_EXAMPLES ? 1 : bounds.pValue(-margin);
        Verdict verdict = Verdict.INCONCLUSIVE;
        if (n >= MIN_EXAMPLES && low > -margin) {
            verdict = Verdict.PASS;
        } else if (n >= MIN_EXAMPLES && high < -margin) {
            verdict = Verdict.FAIL;
        }
        Integer needed = verdict == Verdict.INCONCLUSIVE ? needed(outcomes) : null;
        return new GateResult(n, difference, low, high, alpha, margin, p, verdict, needed, bounds.method());
    }

    /** How sure the outcomes make us that the true difference is above {@code delta}, 0 to 1; 0.5 without outcomes. */
    public static double confidenceAbove(PairedOutcomes outcomes, double delta) {
        if (delta < -1) {
            return 1;
        }
        if (delta >= 1) {
            return 0;
        }
        return outcomes.n() == 0 ? 0.5 : 1 - bounds(outcomes).pValue(delta);
    }

    static Bounds bounds(PairedOutcomes outcomes) {
        if (outcomes.isBinary()) {
            return new Scored(new TangoScore(outcomes.n(), outcomes.won(), outcomes.lost()), 1, "Tango score");
        }
        if (outcomes.won() + outcomes.lost() < MIN_DISTINCT) {
            TangoScore counts = new TangoScore(outcomes.n(), outcomes.won(), outcomes.lost());
            return new Scored(counts, Math.max(outcomes.largestDifference(), 1e-9), "Tango score on wins and losses");
        }
        return new Student(outcomes.n(), outcomes.difference(), outcomes.variance());
    }

    private @Nullable Integer needed(PairedOutcomes outcomes) {
        int n = outcomes.n();
        double room = margin + outcomes.difference();
        double seen = outcomes.variance();
        double share = 1.0 / (n + 2); // what one unseen disagreement would add
        double variance = Math.max(seen, n == 0 ? 0.1 : share * (1 - share));
        double z = -Distributions.normalQuantile(alpha) + POWER_QUANTILE;
        double enough = Math.ceil(variance * z * z / (room * room));
        double withoutLoss = Math.ceil(Math.log(alpha) / Math.log1p(-margin));
        double total = Math.max(Math.max(enough, room > 0 ? withoutLoss : 0), Math.max(MIN_EXAMPLES, n + 1.0));
        return total <= MOST_EXAMPLES ? (int) total : null; // false for infinity too
    }

    /** Confidence bounds of the mean difference. */
    sealed interface Bounds {
        double low(double alpha);

        double high(double alpha);

        double pValue(double delta);

        String method();
    }

    /** Tango's interval with the exact guard, stretched by the size of a win or loss. */
    private record Scored(TangoScore score, double scale, String method) implements Bounds {
        @Override
        public double low(double alpha) {
            double low = score.low(alpha);
            return scale * (score.won() == 0 ? Math.min(low, -shareOf(score.lost(), alpha)) : low);
        }

        @Override
        public double high(double alpha) {
            double high = score.high(alpha);
            return scale * (score.lost() == 0 ? Math.max(high, shareOf(score.won(), alpha)) : high);
        }

        @Override
        public double pValue(double delta) {
            double scaled = delta / scale;
            if (scaled <= -1) {
                return score.n() == 0 ? 1 : 0;
            }
            if (scaled >= 1) {
                return 1;
            }
            double p = score.pValue(scaled);
            if (score.won() > 0 || scaled >= 0) {
                return p;
            }
            return Math.max(p, Distributions.atMost((int) score.lost(), score.n(), -scaled));
        }

        private double shareOf(double hits, double alpha) {
            return Distributions.shareAtMost((int) hits, score.n(), alpha);
        }
    }

    /** The paired t interval. */
    private record Student(int n, double mean, double variance) implements Bounds {
        @Override
        public double low(double alpha) {
            return mean - width(alpha);
        }

        @Override
        public double high(double alpha) {
            return mean + width(alpha);
        }

        private double width(double alpha) {
            return -Distributions.tQuantile(alpha, n - 1) * error();
        }

        @Override
        public double pValue(double delta) {
            return Distributions.tProbability((delta - mean) / error(), n - 1);
        }

        /** Never 0: scores are seen to some accuracy only, and equal differences are no proof of no spread. */
        private double error() {
            double unseen = mean * mean / (n + 2.0);
            return Math.sqrt(Math.max(variance, Math.max(unseen, 1e-12)) / n);
        }

        @Override
        public String method() {
            return "paired t";
        }
    }
}
