package dev.llmrouter.classify.gate;

/**
 * Finds how far a threshold may go while the expected loss stays within a margin, with stated confidence.
 *
 * <p>Learn-then-Test with fixed-sequence testing: thresholds are tested from the most careful one on, each with the
 * hypothesis "the expected loss is above the margin"; the search ends at the first that cannot be rejected. The chance
 * that the threshold returned breaks the margin is at most 1 - confidence, for any distribution, as long as the
 * calibration inputs are independent of the gate and like those to come. Source: Angelopoulos, Bates, Candes, Jordan and
 * Lei, Learn then Test, 2021, algorithm 1; the p-value for losses of 0 or 1 is the exact binomial tail (Clopper and
 * Pearson, 1934), for other losses in [0, 1] Bentkus' (2004), which is e times that tail.
 */
public final class RiskControl {
    private RiskControl() {}

    /**
     * p-value of "the expected loss is above {@code margin}".
     *
     * @param sum of the losses, 0 to {@code n}
     * @param n number of calibration inputs
     * @param binary whether every loss is 0 or 1
     */
    public static double pValue(double sum, int n, double margin, boolean binary) {
        int k = (int) Math.ceil(sum - 1e-9);
        double tail = binomialTail(k, n, margin);
        return Math.min(1, binary ? tail : Math.E * tail);
    }

    /** Probability that of {@code n} draws with probability {@code p} at most {@code k} hit. */
    static double binomialTail(int k, int n, double p) {
        if (k >= n || p <= 0) {
            return 1;
        }
        if (p >= 1) {
            return 0;
        }
        double logOdds = StrictMath.log(p) - StrictMath.log1p(-p);
        double logTerm = n * StrictMath.log1p(-p);
        double sum = 0;
        for (int i = 0; i <= k; i++) {
            sum += StrictMath.exp(logTerm);
            logTerm += StrictMath.log((n - i) / (double) (i + 1)) + logOdds;
        }
        return Math.min(1, sum);
    }

    /**
     * The index of the furthest threshold that holds.
     *
     * @param thresholds in rising order, fixed before the calibration losses were looked at
     * @param scores of the calibration inputs: an input goes to the weak model if its score is at most the threshold
     * @param losses what going to the weak model costs, 0 to 1 each
     * @return -1 if not even the first holds
     */
    public static int furthest(
            double[] thresholds, double[] scores, double[] losses, double margin, double confidence) {
        boolean binary = true;
        for (double loss : losses) {
            if (!(loss >= 0 && loss <= 1)) {
                throw new IllegalArgumentException("loss is " + loss + "; allowed 0 to 1");
            }
            binary &= loss == 0 || loss == 1;
        }
        int held = -1;
        for (int t = 0; t < thresholds.length; t++) {
            double sum = 0;
            for (int i = 0; i < scores.length; i++) {
                sum += scores[i] <= thresholds[t] ? losses[i] : 0;
            }
            if (scores.length == 0 || pValue(sum, scores.length, margin, binary) > 1 - confidence) {
                return held;
            }
            held = t;
        }
        return held;
    }
}
