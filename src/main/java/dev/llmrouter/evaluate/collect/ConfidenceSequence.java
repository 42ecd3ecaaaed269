package dev.llmrouter.evaluate.collect;

import java.util.Map;
import java.util.TreeMap;

/**
 * Bounds of the mean of paired differences that hold at every look at once: the lower one lies above the true mean, at any
 * time, with probability {@code alpha} at most, and the upper one likewise below it.
 *
 * <p>A mean is excluded once an average of constant bets against it has reached 1 / alpha. A constant bet's wealth depends
 * on how often each difference was seen and not on their order, so that counts are all that is kept. Source: Waudby-Smith
 * and Ramdas, Estimating means of bounded random variables by betting, JRSS B 86 (2024), section 4. Not safe for use by
 * many threads.
 */
final class ConfidenceSequence {
    private static final int BETS = 25;
    private static final double LARGEST_BET = 0.98; // share of the bet that could lose everything
    private static final double PRECISION = 1e-6;

    private final double line;
    private final Map<Double, Integer> counts = new TreeMap<>();
    private int n;
    private double sum;
    private double low = -1;
    private double high = 1;

    /** @param alpha one-sided error level of each bound, above 0 to 0.5 */
    ConfidenceSequence(double alpha) {
        line = -Math.log(alpha);
    }

    /** Takes in one difference, -1 to 1. */
    void add(double difference) {
        counts.merge(difference, 1, Integer::sum);
        n++;
        sum += difference;
    }

    /**
     * Looks. The bounds are the tightest of all looks so far, as long as the mean that was seen lies between them. Where it does not,
     * the true one has changed: then they are those of this look alone.
     */
    void look() {
        if (n == 0) {
            return;
        }
        double mean = sum / n;
        if (mean < low || mean > high) {
            low = -1;
            high = 1;
        }
        low = bound(low, 1);
        high = -bound(-high, -1);
    }

    /** As of the last look, -1 to 1. */
    double low() {
        return low;
    }

    /** As of the last look, -1 to 1. */
    double high() {
        return high;
    }

    /**
     * Greatest mean that is excluded from below, at most {@value #PRECISION} too low.
     *
     * @param known mean that earlier looks exclude
     * @param sign 1; or -1 for the differences turned round
     */
    private double bound(double known, int sign) {
        double excluded = known;
        double open = sign * sum / n; // no bet has won anything against the mean that was seen
        if (open - excluded <= PRECISION || logWealth(excluded + PRECISION, sign) < line) {
            return excluded;
        }
        while (open - excluded > PRECISION) {
            double middle = (excluded + open) / 2;
            if (logWealth(middle, sign) >= line) {
                excluded = middle;
            } else {
                open = middle;
            }
        }
        return excluded;
    }

    private double logWealth(double mean, int sign) {
        double[] logs = new double[BETS];
        for (Map.Entry<Double, Integer> seen : counts.entrySet()) {
            double excess = (sign * seen.getKey() - mean) / (1 + mean);
            for (int i = 0; i < BETS; i++) {
                logs[i] += seen.getValue() * Math.log1p(LARGEST_BET * (i + 1) / BETS * excess);
            }
        }
        return LogMean.of(logs);
    }
}
