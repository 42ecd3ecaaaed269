package dev.llmrouter.classify.gate;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Finds how far a threshold may go while the expected loss stays within a margin, with stated confidence.
 *
 * <p>Learn-then-Test with fixed-sequence testing: thresholds are tested from the most careful one on, each with the
 * hypothesis "the expected loss is above the margin"; the search ends at the first that cannot be rejected. The chance
 * that the threshold returned breaks the margin is at most 1 - confidence, for any distribution, as long as the
 * calibration inputs are independent of the gate and like those to come. Source: Angelopoulos, Bates, Candes, Jordan and
 * Lei, Learn then Test, 2021, algorithm 1.
 *
 * <p>A loss is signed: what only the cheaper model gets right is set against what only the stronger one does. The p-value
 * is that of betting against the hypothesis: wealth is multiplied by {@code 1 + bet * (margin - loss)} with each input,
 * averaged over {@value #BETS} constant bets, half of it on the largest and the rest evenly; the inverse of the highest
 * wealth reached is a p-value (Ville's inequality), whatever the order, as long as the losses have no part in it. Source: Waudby-Smith and Ramdas, Estimating means of
 * bounded random variables by betting, JRSS B 86 (2024), section 4. The weights are our choice: with the largest bet in
 * front few inputs without a loss are enough.
 */
public final class RiskControl {
    private static final int BETS = 25;

    /** Of the bet that a single loss could end. */
    private static final double LARGEST_BET = 0.98;

    private static final int ENDLESS = 1_000_000;

    private RiskControl() {}

    /**
     * p-value of "the expected loss is above {@code margin}".
     *
     * @param losses of all calibration inputs, -1 to 1 each; 0 for those that the stronger model serves; in an order that
     *     does not depend on them
     * @param margin above 0 to below 1
     */
    public static double pValue(double[] losses, double margin) {
        double[] logs = new double[BETS];
        double least = 1;
        for (double loss : losses) {
            for (int i = 0; i < BETS; i++) {
                logs[i] += StrictMath.log1p(bet(i, margin) * (margin - loss));
            }
            least = Math.min(least, pValueOf(logs));
        }
        return least;
    }

    private static double bet(int i, double margin) {
        return LARGEST_BET * (i + 1) / BETS / (1 - margin);
    }

    private static double pValueOf(double[] logs) {
        double wealth = 0;
        for (int i = 0; i < BETS; i++) {
            double weight = i == BETS - 1 ? 0.5 : 0.5 / (BETS - 1);
            wealth += weight * StrictMath.exp(Math.min(700, logs[i]));
        }
        return Math.min(1, 1 / wealth);
    }

    /**
     * Fewest calibration inputs that can open a gate, which is without a single loss.
     *
     * @param margin above 0 to below 1
     * @param confidence above 0 to below 1
     */
    public static int least(double margin, double confidence) {
        int low = 0;
        int high = ENDLESS;
        while (high - low > 1) {
            int n = (low + high) >>> 1;
            double[] logs = new double[BETS];
            for (int i = 0; i < BETS; i++) {
                logs[i] = n * StrictMath.log1p(bet(i, margin) * margin);
            }
            if (pValueOf(logs) <= 1 - confidence) {
                high = n;
            } else {
                low = n;
            }
        }
        return high;
    }

    /**
     * The index of the furthest threshold that holds.
     *
     * @param thresholds in rising order, fixed before the calibration losses were looked at
     * @param scores of the calibration inputs: an input goes to the weak model if its score is at most the threshold
     * @param losses what going to the weak model costs, -1 to 1 each; negative where it is the better one
     * @return -1 if not even the first holds
     */
    public static int furthest(
            double[] thresholds, double[] scores, double[] losses, double margin, double confidence) {
        for (double loss : losses) {
            if (!(loss >= -1 && loss <= 1)) {
                throw new IllegalArgumentException("loss is " + loss + "; allowed -1 to 1");
            }
        }
        int held = -1;
        int[] order = order(scores.length);
        double[] here = new double[scores.length];
        for (int t = 0; t < thresholds.length; t++) {
            for (int i = 0; i < scores.length; i++) {
                here[i] = scores[order[i]] <= thresholds[t] ? losses[order[i]] : 0;
            }
            if (pValue(here, margin) > 1 - confidence) {
                return held;
            }
            held = t;
        }
        return held;
    }

    /** A random order, the same for a number: data sets are often sorted by subject. */
    private static int[] order(int n) {
        int[] order = IntStream.range(0, n).toArray();
        SplittableRandom random = new SplittableRandom(n);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }
}
