package dev.llmrouter.audit.drift;

import java.util.Arrays;
import org.apache.commons.math3.distribution.FDistribution;

/**
 * Compares what is asked for in the latest days with what was asked for before: a G test (twice the log-likelihood ratio)
 * over tasks. Traffic comes in lumps, so the statistic is set against how much the days of the reference differ among
 * themselves: G over its degrees of freedom divided by Pearson's dispersion (never below 1) follows an F distribution.
 * One task at least has to have moved by its days, too ({@link DayEffects}).
 * Source: R. R. Sokal, F. J. Rohlf, Biometry, 4th ed. (2012), chapter 17, for G; McCullagh and Nelder as in {@link Shares}.
 */
final class Mix {
    /** Requests that a task needs in both windows together to be counted alone; smaller ones are counted together. */
    private static final long FEW = 10;

    private Mix() {}

    /**
     * The value of both levels is the share of requests that would have to be of another task to make the windows alike.
     *
     * @param counts by task, then by day, index 0 for the last 24 hours
     */
    static WindowChange compare(long[][] counts, int latest) {
        long[][] tasks = merged(counts);
        int days = tasks.length == 0 ? 0 : tasks[0].length;
        long[] after =
                Arrays.stream(tasks).mapToLong(t -> Shares.sum(t, 0, latest)).toArray();
        long[] before =
                Arrays.stream(tasks).mapToLong(t -> Shares.sum(t, latest, days)).toArray();
        long m = Arrays.stream(after).sum();
        long n = Arrays.stream(before).sum();
        double g = 0;
        double moved = 0;
        for (int k = 0; k < tasks.length; k++) {
            double all = after[k] + before[k];
            g += term(after[k], all * m / (double) (m + n)) + term(before[k], all * n / (double) (m + n));
            moved += Math.abs((double) after[k] / m - (double) before[k] / n) / 2;
        }
        double[] fit = {0, 0};
        dispersion(tasks, 0, latest, after, m, fit);
        dispersion(tasks, latest, days, before, n, fit);
        double phi = fit[1] > 0 ? Math.max(1, fit[0] / fit[1]) : 1;
        int free = Math.max(1, tasks.length - 1);
        double p = tasks.length < 2
                ? 1
                : 1 - new FDistribution(null, free, Math.max(1, fit[1])).cumulativeProbability(2 * g / free / phi);
        p = Math.max(p, byDay(tasks, latest, days));
        return new WindowChange(new Level(0, 0, 0, n), new Level(moved, moved, moved, m), moved, p, latest, 0);
    }

    /** The task that has moved most for certain, as one of all of them (Bonferroni), in either direction. */
    private static double byDay(long[][] tasks, int latest, int days) {
        long[] ofDay = new long[days];
        for (long[] task : tasks) {
            for (int d = 0; d < days; d++) {
                ofDay[d] += task[d];
            }
        }
        long all = Arrays.stream(ofDay).sum();
        double least = 1;
        for (long[] task : tasks) {
            double share = (double) Arrays.stream(task).sum() / all;
            double change = (double) Shares.sum(task, 0, latest) / Shares.sum(ofDay, 0, latest) - share;
            least = Math.min(
                    least,
                    DayEffects.compare(Shares.means(task, ofDay), ofDay, share * (1 - share), latest, change)
                            .p());
        }
        return Math.min(1, 2 * tasks.length * least);
    }

    private static double term(double seen, double expected) {
        return seen == 0 ? 0 : seen * Math.log(seen / expected);
    }

    private static void dispersion(long[][] tasks, int from, int to, long[] totals, long n, double[] fit) {
        for (int d = from; d < to; d++) {
            long ofDay = 0;
            for (long[] task : tasks) {
                ofDay += task[d];
            }
            for (int k = 0; k < tasks.length && ofDay > 0; k++) {
                double expected = (double) totals[k] / n * ofDay;
                if (expected > 0) {
                    fit[0] += (tasks[k][d] - expected) * (tasks[k][d] - expected) / expected;
                }
            }
            fit[1] += ofDay > 0 ? tasks.length - 1 : 0;
        }
        fit[1] = Math.max(0, fit[1] - (tasks.length - 1));
    }

    private static long[][] merged(long[][] counts) {
        long[][] large = Arrays.stream(counts)
                .filter(task -> Arrays.stream(task).sum() >= FEW)
                .toArray(long[][]::new);
        long[] rest = new long[counts.length == 0 ? 0 : counts[0].length];
        for (long[] task : counts) {
            if (Arrays.stream(task).sum() < FEW) {
                for (int d = 0; d < task.length; d++) {
                    rest[d] += task[d];
                }
            }
        }
        if (Arrays.stream(rest).sum() < FEW) {
            return large;
        }
        long[][] all = Arrays.copyOf(large, large.length + 1);
        all[large.length] = rest;
        return all;
    }
}
