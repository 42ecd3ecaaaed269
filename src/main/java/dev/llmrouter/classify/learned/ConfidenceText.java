package dev.llmrouter.classify.learned;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Confidences and thresholds for people. Well separated examples bring them so near to 1 that rounding would hide the rest. */
public final class ConfidenceText {
    private static final int MOST_DECIMALS = 9;

    private ConfidenceText() {}

    /**
     * A share with this many decimals, and with as many more as it takes, up to nine, for one below 1 not to read as 1.
     *
     * @param share 0 to 1
     * @param decimals 0 to 9
     */
    public static String of(double share, int decimals) {
        return rounded(share, share < 1 ? apart(share, 1, decimals) : decimals);
    }

    /**
     * A share in percent with one decimal, and with as many more as it takes, up to seven, for it to read otherwise than another.
     *
     * @param share 0 to 1
     * @param other 0 to 1
     */
    static String percent(double share, double other) {
        int decimals = share == other ? 3 : apart(share, other, 3);
        return BigDecimal.valueOf(share)
                        .movePointRight(2)
                        .setScale(decimals - 2, RoundingMode.HALF_UP)
                        .toPlainString()
                + " %";
    }

    /**
     * That a confidence is below a threshold, and by what both are to be told apart: the distance, where seven decimals of a
     * percentage do not.
     *
     * @param confidence 0 to 1, less than {@code threshold}
     * @param threshold above 0 to 1
     */
    static String below(double confidence, double threshold) {
        String least = percent(confidence, threshold);
        String limit = percent(threshold, confidence);
        return least.equals(limit)
                ? "the confidence is less than 0.0000001 % below the model's threshold of " + limit
                : "the confidence of " + least + " is below the model's threshold of " + limit;
    }

    /** The least number of decimals with which two shares read differently. */
    private static int apart(double share, double other, int least) {
        int decimals = least;
        while (decimals < MOST_DECIMALS && rounded(share, decimals).equals(rounded(other, decimals))) {
            decimals++;
        }
        return decimals;
    }

    private static String rounded(double share, int decimals) {
        return BigDecimal.valueOf(share)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
