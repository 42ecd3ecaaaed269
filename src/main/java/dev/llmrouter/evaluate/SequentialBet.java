package dev.llmrouter.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An anytime-valid test of non-inferiority for evidence that accumulates: it may be looked at after every example, for as
 * long as one likes, and still passes a candidate that is worse by the margin with probability {@code alpha} at most.
 * Likewise it rejects a candidate that is better than that with probability {@code alpha} at most.
 *
 * <p>Two wealth processes bet on each paired difference before it is seen: one against "the mean difference is -margin or
 * less", one against "-margin or more". Each is the average of {@value #BETS} constant bets, equally spaced up to .98 of
 * the bet that could lose everything: {@code .98 / (1 - margin)} against a bad candidate. Averages of non-negative
 * supermartingales are such again, so reaching 1 / alpha has probability alpha at most (Ville's inequality), whatever the
 * differences in [-1,1]. Source: Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B
 * 86 (2024), section 4.
 *
 * <p>Examples have to come one after the other; the order must not depend on their outcomes. Not safe for use by several
 * threads. The {@link State} can be stored, so that a test goes on after a restart.
 */
public final class SequentialBet {
    /** Constant bets on either side. */
    static final int BETS = 25;

    private static final double LARGEST_BET = 0.98; // share of the bet that could lose everything

    private final double margin;
    private final double alpha;
    private final double[] logPass = new double[BETS];
    private final double[] logFail = new double[BETS];
    private long n;
    private double highestPass;
    private double highestFail;

    /**
     * Where the test stands.
     *
     * @param n examples seen
     * @param logPass logarithm of the wealth of each bet on the candidate being good enough, the smallest bet first
     * @param logFail the same of the bets on it being too bad
     * @param highestPass highest logarithm of the average wealth of the first kind so far, 0 or more
     * @param highestFail the same of the second kind
     */
    public record State(long n, List<Double> logPass, List<Double> logFail, double highestPass, double highestFail) {
        /** @throws IllegalArgumentException if there is not one figure for each bet */
        public State {
            logPass = List.copyOf(logPass);
            logFail = List.copyOf(logFail);
            if (logPass.size() != BETS || logFail.size() != BETS) {
                throw new IllegalArgumentException("state of a sequential test has " + logPass.size() + " and "
                        + logFail.size() + " bets; needed are " + BETS + " each. Start the test anew.");
            }
        }

        /** Nothing seen. */
        public static State start() {
            List<Double> zeros = Collections.nCopies(BETS, 0.0);
            return new State(0, zeros, zeros, 0, 0);
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
        n = state.n;
        highestPass = state.highestPass;
        highestFail = state.highestFail;
        for (int i = 0; i < BETS; i++) {
            logPass[i] = state.logPass.get(i);
            logFail[i] = state.logFail.get(i);
        }
    }

    /** Takes in one example and says where the test stands. Both scores are from 0 to 1. */
    public Verdict add(double baselineScore, double candidateScore) {
        double difference = candidateScore - baselineScore;
        if (!(Math.abs(difference) <= 1)) {
            throw new IllegalArgumentException("difference of the scores is " + difference + "; allowed -1 to 1");
        }
        for (int i = 0; i < BETS; i++) {
            logPass[i] += gainOnPass(i, margin, difference);
            logFail[i] += gainOnFail(i, margin, difference);
        }
        n++;
        highestPass = Math.max(highestPass, logMean(logPass));
        highestFail = Math.max(highestFail, logMean(logFail));
        return verdict();
    }

    /** What an example adds to the logarithm of the wealth of a bet on the candidate being good enough. @param bet from 0 */
    static double gainOnPass(int bet, double margin, double difference) {
        return Math.log1p(share(bet) / (1 - margin) * (difference + margin));
    }

    /** The same of a bet on it being too bad. */
    static double gainOnFail(int bet, double margin, double difference) {
        return Math.log1p(-share(bet) / (1 + margin) * (difference + margin));
    }

    private static double share(int bet) {
        return LARGEST_BET * (bet + 1) / BETS;
    }

    /** Logarithm of the average of what these are the logarithms of. */
    static double logMean(double[] logs) {
        double top = logs[0];
        for (double log : logs) {
            top = Math.max(top, log);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - top);
        }
        return top + Math.log(sum / logs.length);
    }

    /** Pass or fail once wealth has reached 1 / alpha (where both have, the richer one now holds), else inconclusive. */
    public Verdict verdict() {
        double line = -Math.log(alpha);
        boolean pass = highestPass >= line;
        boolean fail = highestFail >= line;
        if (pass && fail) {
            return logMean(logPass) >= logMean(logFail) ? Verdict.PASS : Verdict.FAIL;
        }
        return pass ? Verdict.PASS : fail ? Verdict.FAIL : Verdict.INCONCLUSIVE;
    }

    /** Anytime-valid p-value against "worse by the margin or more", 0 to 1. */
    public double pValue() {
        return Math.min(1, Math.exp(-highestPass));
    }

    /** Where the test stands, to be stored. */
    public State state() {
        return new State(n, boxed(logPass), boxed(logFail), highestPass, highestFail);
    }

    private static List<Double> boxed(double[] logs) {
        List<Double> all = new ArrayList<>();
        for (double log : logs) {
            all.add(log);
        }
        return all;
    }
}
