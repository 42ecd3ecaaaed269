package dev.llmrouter.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Gaffke's bounds of the mean difference of graded scores, which needs no assumption but that differences lie between -1
 * and 1. Immutable and safe for use by many threads.
 *
 * <p>In the form of the sources the upper bound of the mean of sorted values z in [0,1] is a quantile of {@code 1 - sum
 * u[i] (z[i+1] - z[i])} with sorted uniforms u and {@code z[n+1] = 1}. The distances of sorted uniforms are a Dirichlet
 * vector, so that this is the same as a weighted mean of the values and of one more example of the worst kind, with
 * exponential weights divided by their sum. Equal differences share one gamma weight. Of more than {@value #MOST_GROUPS}
 * different values each is split between its two neighbours on a grid of {@value #GRID} steps without changing its mean:
 * this spreads the draws a little, never narrows them.
 *
 * <p>Source: Gaffke, Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable
 * (2004); Learned-Miller and Thomas, A new confidence interval for the mean of a bounded random variable (2019). That it
 * holds its level for every distribution is not proven; no simulation has found an exception.
 */
final class GaffkeBound implements Gate.Bounds {
    static final int MOST_GROUPS = 400;
    private static final int GRID = 256;
    private static final int DRAWS = 10_000;
    private static final long SEED = 20_041_124;

    /** Least error level at which enough draws lie beyond a bound. */
    static final double LEAST_ALPHA = 10.0 / DRAWS;

    private final int n;
    private final double onlyDifference;
    private final double[] low;
    private final double[] high;

    private GaffkeBound(int n, double onlyDifference, double[] low, double[] high) {
        this.n = n;
        this.onlyDifference = onlyDifference;
        this.low = low;
        this.high = high;
    }

    static GaffkeBound of(PairedOutcomes outcomes) {
        return of(outcomes, DRAWS);
    }

    /** @param draws of the weights; 10,000 give the quantile at 5 % to within 0.2 points of level */
    static GaffkeBound of(PairedOutcomes outcomes, int draws) {
        Groups groups = Groups.of(outcomes);
        if (groups.size <= 1) {
            return new GaffkeBound(outcomes.n(), outcomes.difference(), new double[0], new double[0]);
        }
        double[] low = new double[draws];
        double[] high = new double[draws];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int k = 0; k < draws; k++) {
            double weighted = 0;
            double sum = 0;
            for (int g = 0; g < groups.size; g++) {
                double weight = gamma(groups.counts[g], random);
                weighted += weight * groups.values[g];
                sum += weight;
            }
            double unseen = random.nextExponential();
            low[k] = (weighted - unseen) / (sum + unseen);
            high[k] = (weighted + unseen) / (sum + unseen);
        }
        Arrays.sort(low);
        Arrays.sort(high);
        return new GaffkeBound(outcomes.n(), Double.NaN, low, high);
    }

    /** Different values that draws are made for. */
    static int groups(PairedOutcomes outcomes) {
        return Groups.of(outcomes).size;
    }

    @Override
    public double low(double alpha) {
        if (n == 0 || isBeyondDraws(alpha)) {
            return -1;
        }
        return low.length == 0
                ? onlyDifference - (1 + onlyDifference) * (1 - Math.pow(alpha, 1.0 / n))
                : low[rank(low.length, alpha)];
    }

    @Override
    public double high(double alpha) {
        if (n == 0 || isBeyondDraws(alpha)) {
            return 1;
        }
        return high.length == 0
                ? onlyDifference + (1 - onlyDifference) * (1 - Math.pow(alpha, 1.0 / n))
                : high[high.length - 1 - rank(high.length, alpha)];
    }

    /** Whether the quantile lies beyond all that was drawn: then it is not known. */
    private boolean isBeyondDraws(double alpha) {
        return low.length > 0 && alpha * low.length < 1;
    }

    /** Rounded to the careful side. */
    private static int rank(int draws, double alpha) {
        return Math.max(0, Math.min(draws - 1, (int) Math.floor(alpha * draws) - 1));
    }

    @Override
    public double pValue(double delta) {
        if (n == 0) {
            return 1;
        }
        if (low.length == 0) {
            double share = (onlyDifference - delta) / (1 + onlyDifference);
            return share <= 0 ? 1 : share >= 1 ? 0 : Math.pow(1 - share, n);
        }
        int at = Arrays.binarySearch(low, delta);
        int below = at < 0 ? -at - 1 : at;
        while (below < low.length && low[below] <= delta) {
            below++;
        }
        return Math.min(1, (below + 1.0) / low.length);
    }

    @Override
    public String method() {
        return "Gaffke bound";
    }

    /** Marsaglia and Tsang, A simple method for generating gamma variables (2000); any shape above 0, scale 1. */
    static double gamma(double shape, SplittableRandom random) {
        if (shape == 1) {
            return random.nextExponential();
        }
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            double u = 1 - random.nextDouble();
            if (u < 1 - 0.0331 * x * x * x * x || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
                return d * v;
            }
        }
    }

    /** The differences, equal ones together. */
    record Groups(double[] values, double[] counts, int size) {
        static Groups of(PairedOutcomes outcomes) {
            int n = outcomes.n();
            double[] sorted = new double[n];
            for (int i = 0; i < n; i++) {
                sorted[i] = outcomes.candidateScore(i) - outcomes.baselineScore(i) + 0.0; // no negative zero
            }
            Arrays.sort(sorted);
            double[] values = new double[Math.min(n, MOST_GROUPS + 1)];
            double[] counts = new double[values.length];
            int size = 0;
            for (double difference : sorted) {
                if (size > 0 && difference - values[size - 1] < 1e-12) {
                    counts[size - 1]++;
                    continue;
                }
                if (size == MOST_GROUPS) {
                    return grid(sorted);
                }
                values[size] = difference;
                counts[size++] = 1;
            }
            return new Groups(values, counts, size);
        }

        private static Groups grid(double[] differences) {
            double[] all = new double[GRID + 1];
            for (double difference : differences) {
                double at = (difference + 1) / 2 * GRID;
                int left = Math.min(GRID - 1, (int) at);
                all[left] += left + 1 - at;
                all[left + 1] += at - left;
            }
            double[] values = new double[GRID + 1];
            double[] counts = new double[GRID + 1];
            int size = 0;
            for (int i = 0; i <= GRID; i++) {
                if (all[i] > 1e-9) {
                    values[size] = -1 + 2.0 * i / GRID;
                    counts[size++] = all[i];
                }
            }
            return new Groups(values, counts, size);
        }
    }
}
