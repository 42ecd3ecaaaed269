package dev.llmrouter.evaluate;

/**
 * An anytime-valid test of non-inferiority for evidence that accumulates: it may be looked at after every example, for as
 * long as one likes, and still passes a candidate that is worse by the margin with probability {@code alpha} at most.
 * Likewise it rejects a candidate that is better than that with probability {@code alpha} at most.
 *
 * <p>Two wealth processes bet on each paired difference before it is seen: one against "the mean difference is -margin or
 * less", one against "-margin or more". Each is a non-negative supermartingale under what it bets against, so reaching
 * 1 / alpha has probability alpha at most (Ville's inequality). Bets follow the mean and variance seen so far (the
 * approximate growth-optimal rule). Source: Waudby-Smith and Ramdas, Estimating means of bounded random variables by
 * betting, JRSS B 86 (2024), section 5.
 *
 * <p>Examples have to come one after the other; the order must not depend on their outcomes. Not safe for use by several
 * threads. The state is four numbers ({@link State}), so a test can go on after a restart.
 */
public final class SequentialBet {
    private static final double LARGEST_BET = 0.75; // share of the largest bet that cannot lose everything

    private final double margin;
    private final double alpha;
    private State state;

    /**
     * Where the test stands.
     *
     * @param n examples seen
     * @param sum of the differences
     * @param squares sum of the squared differences
     * @param logPass logarithm of the wealth that bets on the candidate being good enough
     * @param logFail logarithm of the wealth that bets on it being too bad
     * @param highestPass highest {@code logPass} so far
     * @param highestFail highest {@code logFail} so far
     */
    public record State(
            long n,
            double sum,
            double squares,
            double logPass,
            double logFail,
            double highestPass,
            double highestFail) {
        /** Nothing seen. */
        public static State start() {
            return new State(0, 0, 0, 0, 0, 0, 0);
        }
    }

    /** A test from its start. Ranges as in {@link Gate}. */
    public SequentialBet(double margin, double alpha) {
        this(margin, alpha, State.start());
    }

    /** A test that goes on from where it stood. */
    public SequentialBet(double margin, double alpha, State state) {
        Gate checked = new Gate(margin, alpha);
        this.margin = checked.margin();
        this.alpha = checked.alpha();
        this.state = state;
    }

    /** Takes in one example and says where the test stands. Both scores are from 0 to 1. */
    public Verdict add(double baselineScore, double candidateScore) {
        double difference = candidateScore - baselineScore;
        if (!(Math.abs(difference) <= 1)) {
            throw new IllegalArgumentException("difference of the scores is " + difference + "; allowed -1 to 1");
        }
        double excess = difference + margin;
        double bet = bet();
        double pass = Math.max(0, Math.min(LARGEST_BET / (1 - margin), bet));
        double fail = Math.max(0, Math.min(LARGEST_BET / (1 + margin), -bet));
        double logPass = state.logPass + Math.log1p(pass * excess);
        double logFail = state.logFail + Math.log1p(-fail * excess);
        state = new State(
                state.n + 1,
                state.sum + difference,
                state.squares + difference * difference,
                logPass,
                logFail,
                Math.max(state.highestPass, logPass),
                Math.max(state.highestFail, logFail));
        return verdict();
    }

    /** Growth-optimal to second order: mean excess / mean squared excess, from the past and a little prior. */
    private double bet() {
        double n = state.n + 10.0;
        double mean = (state.sum + state.n * margin + 10 * margin) / n; // prior: ten examples of equal quality
        double square = (state.squares + 2 * margin * state.sum + state.n * margin * margin + 1) / n;
        return mean / square;
    }

    /** Pass or fail once wealth has reached 1 / alpha (the earlier and stronger of the two holds), else inconclusive. */
    public Verdict verdict() {
        double line = -Math.log(alpha);
        boolean pass = state.highestPass >= line;
        boolean fail = state.highestFail >= line;
        if (pass && fail) {
            return state.logPass >= state.logFail ? Verdict.PASS : Verdict.FAIL;
        }
        return pass ? Verdict.PASS : fail ? Verdict.FAIL : Verdict.INCONCLUSIVE;
    }

    /** Anytime-valid p-value against "worse by the margin or more", 0 to 1. */
    public double pValue() {
        return Math.min(1, Math.exp(-state.highestPass));
    }

    /** Where the test stands, to be stored. */
    public State state() {
        return state;
    }
}
