package dev.llmrouter.audit;

/**
 * A share of judged outputs with its 95 % interval.
 *
 * @param mean 0 to 1
 * @param low lower bound, 0 to 1
 * @param high upper bound, 0 to 1
 * @param n outputs that were judged, from 1
 */
public record Share(double mean, double low, double high, long n) {
    /** Two-sided 95 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /**
     * Whether this share is shown to be below another by more than a margin: the intervals, less the margin, do not touch.
     *
     * @param margin that is accepted, from 0
     */
    public boolean isBelow(Share other, double margin) {
        return high < other.low - margin;
    }

    /**
     * Wilson's score interval. Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
     * JASA 22 (1927), 209-212.
     *
     * @param hits 0 to {@code n}
     * @param n from 1
     */
    public static Share of(long hits, long n) {
        double p = (double) hits / n;
        double z2 = Z * Z / n;
        double centre = (p + z2 / 2) / (1 + z2);
        double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n)) / (1 + z2);
        double low = hits == 0 ? 0 : Math.max(0, centre - half);
        double high = hits == n ? 1 : Math.min(1, centre + half);
        return new Share(p, low, high, n);
    }
}
