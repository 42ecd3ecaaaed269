package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.Moments;
import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Compares a mean in the latest days with the mean before, by a t test whose variance is multiplied by how much more days
 * differ than requests within a day would make them (never by less than 1), and whose degrees of freedom are days; and by
 * {@link DayEffects}, with which it has to agree. Costs and
 * times come in as logarithms: their distributions have long tails, and single dear requests are no drift.
 */
final class Means {
    /** Two-sided 95 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    private Means() {}

    /**
     * @param days index 0 for the last 24 hours
     * @param latest days in the latest window; the rest is the reference
     */
    static WindowChange compare(Moments[] days, int latest) {
        Moments after = sum(days, 0, latest);
        Moments before = sum(days, latest, days.length);
        double[] between = {0, 0};
        add(days, 0, latest, after.mean(), between);
        add(days, latest, days.length, before.mean(), between);
        double variance = (after.spread() + before.spread()) / Math.max(1, after.n() + before.n() - 2);
        double phi = between[1] > 0 && variance > 0 ? Math.max(1, between[0] / between[1] / variance) : 1;
        double noise = Math.sqrt(phi * variance * (1.0 / after.n() + 1.0 / before.n()));
        double change = after.mean() - before.mean();
        double p;
        if (noise > 0) {
            DayEffects byDay = DayEffects.compare(means(days), counts(days), within(days), latest, change);
            p = new TDistribution(Math.max(1, between[1])).cumulativeProbability(-Math.abs(change) / noise);
            p = Math.max(p, byDay.p());
            noise = Math.max(noise, byDay.noise());
        } else {
            p = Math.abs(change) > 1e-9 ? 0 : 1; // every request the same, before and after
        }
        return new WindowChange(
                level(before, phi * variance), level(after, phi * variance), change, p, split(days), noise);
    }

    /** Variance of a request within its day. */
    private static double within(Moments[] days) {
        double spread = 0;
        double free = 0;
        for (Moments day : days) {
            spread += day.spread();
            free += Math.max(0, day.n() - 1);
        }
        return spread / Math.max(1, free);
    }

    private static double[] means(Moments[] days) {
        return Arrays.stream(days).mapToDouble(Moments::mean).toArray();
    }

    private static long[] counts(Moments[] days) {
        return Arrays.stream(days).mapToLong(Moments::n).toArray();
    }

    private static void add(Moments[] days, int from, int to, double mean, double[] between) {
        int known = 0;
        for (int d = from; d < to; d++) {
            if (days[d].n() > 0) {
                known++;
                double off = days[d].mean() - mean;
                between[0] += days[d].n() * off * off;
            }
        }
        between[1] += Math.max(0, known - 1);
    }

    private static Level level(Moments of, double variance) {
        double half = Z * Math.sqrt(variance / of.n());
        return new Level(of.mean(), of.mean() - half, of.mean() + half, of.n());
    }

    private static int split(Moments[] days) {
        int best = 1;
        double most = -1;
        Moments all = sum(days, 0, days.length);
        Moments after = Moments.NONE;
        for (int d = 1; d < days.length; d++) {
            after = after.plus(days[d - 1]);
            long rest = all.n() - after.n();
            if (after.n() > 0 && rest > 0) {
                double off = after.mean() - (all.sum() - after.sum()) / rest;
                double gain = off * off / (1.0 / after.n() + 1.0 / rest);
                if (gain > most) {
                    most = gain;
                    best = d;
                }
            }
        }
        return best;
    }

    static Moments sum(Moments[] days, int from, int to) {
        Moments sum = Moments.NONE;
        for (int d = from; d < to; d++) {
            sum = sum.plus(days[d]);
        }
        return sum;
    }
}
