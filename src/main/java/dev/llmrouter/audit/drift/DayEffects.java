package dev.llmrouter.audit.drift;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Compares two windows by their days, so that one day with most of the requests is one day and not the window: no day counts for
 * more requests than the median of all days has, and the change has to hold without any one of the latest days too, at
 * {@value #WITHOUT_A_DAY} times the level. A t test on weighted means of days, with days as its degrees of freedom; its variance is what
 * days differ by, and never less than requests differ by (weighted least squares, as in McCullagh and Nelder 1989, section 4.5, and the
 * jackknife's deletion of one group at a time).
 *
 * @param noise standard error of the change
 * @param p one-sided error level of the change in its direction, 0 to 1; 1 where fewer than two of the latest days are known
 */
record DayEffects(double noise, double p) {
    private static final DayEffects NOTHING = new DayEffects(0, 1);
    private static final int WITHOUT_A_DAY = 5;

    /**
     * @param means by day, index 0 for the last 24 hours
     * @param n requests by day; a day without any does not count
     * @param variance of a single request, from 0
     * @param latest days in the latest window; the rest is the reference
     * @param change whose sign is the direction
     */
    static DayEffects compare(double[] means, long[] n, double variance, int latest, double change) {
        double[] weights = weights(n);
        DayEffects all = of(means, weights, variance, latest, Math.signum(change));
        double weakest = 0;
        for (int d = 0; d < latest; d++) {
            if (weights[d] > 0) {
                double weight = weights[d];
                weights[d] = 0;
                weakest = Math.max(weakest, of(means, weights, variance, latest, Math.signum(change)).p);
                weights[d] = weight;
            }
        }
        return new DayEffects(all.noise, Math.max(all.p, weakest / WITHOUT_A_DAY));
    }

    private static double[] weights(long[] n) {
        long[] known = Arrays.stream(n).filter(each -> each > 0).sorted().toArray();
        double most = known.length == 0 ? 0 : known[known.length / 2];
        return Arrays.stream(n).mapToDouble(each -> Math.min(most, each)).toArray();
    }

    private static DayEffects of(double[] means, double[] weights, double variance, int latest, double sign) {
        double[] after = window(means, weights, 0, latest);
        double[] before = window(means, weights, latest, weights.length);
        double free = after[3] + before[3] - 2;
        if (after[0] == 0 || before[0] == 0 || free < 1) {
            return NOTHING;
        }
        double ofOne = Math.max(variance, (after[2] + before[2]) / free);
        double noise = Math.sqrt(ofOne * (1 / after[0] + 1 / before[0]));
        if (noise == 0) { // all requests are alike but for the window, if that
            return new DayEffects(0, sign * (after[1] - before[1]) > 1e-9 ? 0 : 1);
        }
        double t = sign * (after[1] - before[1]) / noise;
        return new DayEffects(noise, new TDistribution(null, free).cumulativeProbability(-t));
    }

    /** Sum of weights, weighted mean, weighted sum of squared distances from it, and number of days. */
    private static double[] window(double[] means, double[] weights, int from, int to) {
        double all = 0;
        double sum = 0;
        double days = 0;
        for (int d = from; d < to; d++) {
            all += weights[d];
            sum += weights[d] * means[d];
            days += weights[d] > 0 ? 1 : 0;
        }
        double mean = all == 0 ? 0 : sum / all;
        double off = 0;
        for (int d = from; d < to; d++) {
            off += weights[d] * (means[d] - mean) * (means[d] - mean);
        }
        return new double[] {all, mean, off, days};
    }
}
