package dev.llmrouter.audit.drift;

import dev.llmrouter.audit.Share;
import org.apache.commons.math3.distribution.HypergeometricDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Compares a share in the latest days with the share before. Three tests have to agree: Fisher's exact test, which is right
 * for small and one-sided numbers, a quasi-binomial t test, which is right where days differ by more than chance (a
 * caller, a weekday), and {@link DayEffects}, which is right where most requests came on few days (a batch). Source of the second: P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed. (1989),
 * section 4.5: the variance is multiplied by Pearson's statistic over its degrees of freedom, here never by less than 1.
 */
final class Shares {
    private static final double WORTH_AN_EXACT_TEST = 0.05;
    private static final int EXACT = 50_000;

    private Shares() {}

    /**
     * @param hits by day, index 0 for the last 24 hours
     * @param n the same
     * @param latest days in the latest window; the rest is the reference
     */
    static WindowChange compare(long[] hits, long[] n, int latest) {
        long[] x = {sum(hits, 0, latest), sum(hits, latest, n.length)};
        long[] m = {sum(n, 0, latest), sum(n, latest, n.length)};
        double after = (double) x[0] / m[0];
        double before = (double) x[1] / m[1];
        double[] fit = {0, 0};
        dispersion(hits, n, 0, latest, after, fit);
        dispersion(hits, n, latest, n.length, before, fit);
        double phi = fit[1] > 0 ? Math.max(1, fit[0] / fit[1]) : 1;
        double pooled = (double) (x[0] + x[1]) / (m[0] + m[1]);
        double noise = Math.sqrt(phi * pooled * (1 - pooled) * (1.0 / m[0] + 1.0 / m[1]));
        double change = after - before;
        double p = noise == 0
                ? 1
                : new TDistribution(Math.max(1, fit[1])).cumulativeProbability(-Math.abs(change) / noise);
        DayEffects byDay = DayEffects.compare(means(hits, n), n, pooled * (1 - pooled), latest, change);
        p = Math.max(p, byDay.p());
        noise = Math.max(noise, byDay.noise());
        if (p < WORTH_AN_EXACT_TEST && m[0] + m[1] <= EXACT) {
            p = Math.max(p, exact(x, m));
        }
        return new WindowChange(level(x[1], m[1]), level(x[0], m[0]), change, p, split(hits, n), noise);
    }

    /** By day; 0 for a day without any. */
    static double[] means(long[] hits, long[] n) {
        double[] means = new double[n.length];
        for (int d = 0; d < n.length; d++) {
            means[d] = n[d] == 0 ? 0 : (double) hits[d] / n[d];
        }
        return means;
    }

    private static double exact(long[] x, long[] m) {
        HypergeometricDistribution hits =
                new HypergeometricDistribution(null, (int) (m[0] + m[1]), (int) (x[0] + x[1]), (int) m[0]);
        boolean isLess = (double) x[0] / m[0] < (double) x[1] / m[1];
        return isLess ? hits.cumulativeProbability((int) x[0]) : hits.upperCumulativeProbability((int) x[0]);
    }

    private static void dispersion(long[] hits, long[] n, int from, int to, double share, double[] fit) {
        int days = 0;
        for (int d = from; d < to; d++) {
            if (n[d] > 0) {
                days++;
                if (share > 0 && share < 1) {
                    double off = hits[d] - n[d] * share;
                    fit[0] += off * off / (n[d] * share * (1 - share));
                }
            }
        }
        fit[1] += Math.max(0, days - 1);
    }

    private static Level level(long hits, long n) {
        Share share = Share.of(hits, n);
        return new Level(share.mean(), share.low(), share.high(), n);
    }

    /** The split with the greatest likelihood. */
    static int split(long[] hits, long[] n) {
        int best = 1;
        double most = Double.NEGATIVE_INFINITY;
        long allHits = sum(hits, 0, hits.length);
        long all = sum(n, 0, n.length);
        long hitsAfter = 0;
        long after = 0;
        for (int d = 1; d < n.length; d++) {
            hitsAfter += hits[d - 1];
            after += n[d - 1];
            double fits = likelihood(hitsAfter, after) + likelihood(allHits - hitsAfter, all - after);
            if (fits > most) {
                most = fits;
                best = d;
            }
        }
        return best;
    }

    private static double likelihood(long hits, long n) {
        double p = n == 0 ? 0 : (double) hits / n;
        return p == 0 || p == 1 ? 0 : hits * Math.log(p) + (n - hits) * Math.log(1 - p);
    }

    static long sum(long[] values, int from, int to) {
        long sum = 0;
        for (int d = from; d < to; d++) {
            sum += values[d];
        }
        return sum;
    }
}
