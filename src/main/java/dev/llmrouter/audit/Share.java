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

    /** The same of 99.8 %. */
    private static final double Z_OF_DAILY_LOOKS = 3.090232306167813;

    /**
     * Whether this share is shown to be below another by more than a margin, to who looks every day: the 99.8 % intervals, less the
     * margin, do not touch.
     *
     * @param margin that is accepted, from 0
     */
    public boolean isBelow(Share other, double margin) {
        return wilson(mean, n, 1, Z_OF_DAILY_LOOKS) < wilson(other.mean, other.n, -1, Z_OF_DAILY_LOOKS) - margin;
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
        double low = hits == 0 ? 0 : Math.max(0, wilson(p, n, -1, Z));
        double high = hits == n ? 1 : Math.min(1, wilson(p, n, 1, Z));
        return new Share(p, low, high, n);
    }

    /** @param side 1 for the upper bound, -1 for the lower one */
    private static double wilson(double p, long n, int side, double z) {
        double z2 = z * z / n;
        return (p + z2 / 2 + side * z * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n))) / (1 + z2);
    }
}
