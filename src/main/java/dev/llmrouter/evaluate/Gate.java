package dev.llmrouter.evaluate;

/**
 * Paired non-inferiority: passes a candidate only if it is shown, at a one-sided error level, to lose less than the margin
 * against the baseline. Immutable and safe for use by many threads; never NaN.
 *
 * <p>Right-or-wrong outcomes are judged by Tango's score interval, with two guards that keep small samples honest: no
 * pass below {@value #MIN_EXAMPLES} examples that reached the candidate, and where the candidate never wins the exact (Clopper-Pearson) bound of its
 * losses has to lie within the margin as well. Graded scores are judged by Gaffke's bound, which holds whatever losses
 * have not been seen yet, and never pass with fewer than {@link #fewest()} of them.
 *
 * @param margin quality loss that is acceptable, as a share, above 0 and below 1
 * @param alpha one-sided error level, above 0 to 0.5; default 0.05
 */
public record Gate(double margin, double alpha) {
    /** No pass and no fail with fewer examples. */
    public static final int MIN_EXAMPLES = 30;

    /** Quality of a baseline below which its answers are doubted: it agrees with any candidate that is as bad. Assumption. */
    public static final double DOUBTFUL_QUALITY = 0.1;

    /** Error level where none is stated. */
    public static final double DEFAULT_ALPHA = 0.05;

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

    /**
     * Examples below which no graded scores can pass, and no right-or-wrong scores of a candidate that never wins: losses
     * that are rarer than {@code margin} stay unseen in fewer with a probability above {@code alpha}.
     *
     * @return log(alpha) / log(1 - margin), rounded up: 99 at 3 points and 5 %; {@value #MIN_EXAMPLES} at least
     */
    public int fewest() {
        return (int) Math.min(MOST_EXAMPLES, Math.max(MIN_EXAMPLES, Math.ceil(Math.log(alpha) / Math.log1p(-margin))));
    }

    /** The verdict over these outcomes, and how many examples would likely settle it. */
    public GateResult judge(PairedOutcomes outcomes) {
        GateResult result = bounded(outcomes);
        return result.verdict() == Verdict.INCONCLUSIVE
                ? result.withNeeded(FirstLook.needed(outcomes, this), 1)
                : result;
    }

    /** The same without the examples that are needed, which take longest to find. */
    GateResult bounded(PairedOutcomes outcomes) {
        Bounds bounds = bounds(outcomes);
        int reached = outcomes.reached();
        boolean enough = reached >= leastReached(outcomes);
        int n = outcomes.n();
        double difference = outcomes.difference();
        double low = Math.max(-1, Math.min(difference, bounds.low(alpha)));
        double high = Math.min(1, Math.max(difference, bounds.high(alpha)));
        double p = reached < MIN_EXAMPLES ? 1 : bounds.pValue(-margin);
        p = enough ? p : Math.max(p, Math.pow(1 - margin, reached)); // above alpha
        Verdict verdict = Verdict.INCONCLUSIVE;
        if (enough && low > -margin) {
            verdict = Verdict.PASS;
        } else if (n >= MIN_EXAMPLES && high < -margin) {
            verdict = Verdict.FAIL;
        }
        return new GateResult(n, difference, low, high, alpha, margin, p, verdict, null, 1, 1, bounds.method());
    }

    /** Examples that have to reach the candidate before it can pass. */
    int leastReached(PairedOutcomes outcomes) {
        return outcomes.isBinary() ? MIN_EXAMPLES : fewest();
    }

    /**
     * Examples in all of which as many would reach the candidate as have to, if the share that was seen holds.
     *
     * @return infinite if none has reached it
     */
    static double forReached(int least, PairedOutcomes outcomes) {
        return outcomes.reached() >= least
                ? outcomes.n()
                : Math.ceil((double) least * outcomes.n() / outcomes.reached());
    }

    static Bounds bounds(PairedOutcomes outcomes) {
        if (outcomes.isBinary()) {
            return new Scored(new TangoScore(outcomes.n(), outcomes.won(), outcomes.lost()));
        }
        return outcomes.gaffke();
    }

    /** Whether right-or-wrong outcomes of these counts pass, as {@link #judge} has it. */
    boolean passes(int n, int won, int lost) {
        return n >= MIN_EXAMPLES && new Scored(new TangoScore(n, won, lost)).pValue(-margin) < alpha;
    }

    /** Whether right-or-wrong outcomes of these counts fail, as {@link #judge} has it. */
    boolean fails(int n, int won, int lost) {
        return n >= MIN_EXAMPLES && new Scored(new TangoScore(n, lost, won)).pValue(margin) < alpha;
    }

    /** Confidence bounds of the mean difference. */
    sealed interface Bounds permits Scored, GaffkeBound {
        double low(double alpha);

        double high(double alpha);

        double pValue(double delta);

        String method();
    }

    /** Tango's interval with the exact guard. */
    private record Scored(TangoScore score) implements Bounds {
        @Override
        public double low(double alpha) {
            double low = score.low(alpha);
            return score.won() == 0 ? Math.min(low, -shareOf(score.lost(), alpha)) : low;
        }

        @Override
        public double high(double alpha) {
            double high = score.high(alpha);
            return score.lost() == 0 ? Math.max(high, shareOf(score.won(), alpha)) : high;
        }

        @Override
        public double pValue(double delta) {
            if (delta <= -1) {
                return score.n() == 0 ? 1 : 0;
            }
            if (delta >= 1) {
                return 1;
            }
            double p = score.pValue(delta);
            if (score.won() > 0 || delta >= 0) {
                return p;
            }
            return Math.max(p, Distributions.atMost((int) score.lost(), score.n(), -delta));
        }

        @Override
        public String method() {
            return "Tango score";
        }

        private double shareOf(double hits, double alpha) {
            return Distributions.shareAtMost((int) hits, score.n(), alpha);
        }
    }
}
