package dev.llmrouter.audit;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How much less or more often outputs of one group are useful than those of another, compared only within strata in which
 * nothing but chance tells the groups apart. Weights of Mantel and Haenszel; the interval is what the score test of Miettinen and
 * Nurminen with these weights does not reject, which stays honest where strata are many and small. Sources: N. Mantel and W.
 * Haenszel, JNCI 22 (1959), 719-748; O. Miettinen and M. Nurminen, Statistics in Medicine 4 (1985), 213-226; its restricted
 * estimates in closed form in C. P. Farrington and G. Manning, Statistics in Medicine 9 (1990), 1447-1454.
 *
 * @param difference -1 to 1; negative where the first group is worse
 * @param low lower bound
 * @param high upper bound
 * @param margin loss that is accepted, a mean of the strata's with the same weights, from 0
 * @param n judged outputs of the first group in strata where both have some
 */
public record StratifiedDifference(double difference, double low, double high, double margin, long n) {
    private static final int STEPS = 50; // halves an interval below 1e-14
    private static final double CLOSE = 1e-9;
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    /**
     * Both groups in one stratum.
     *
     * @param hits of the first group, 0 to {@code n}
     * @param n outputs of the first group that were judged
     * @param otherHits of the second
     * @param otherN of the second
     * @param margin loss that is accepted here, from 0
     */
    public record Stratum(long hits, long n, long otherHits, long otherN, double margin) {
        private boolean isCompared() {
            return n > 0 && otherN > 0;
        }

        private double weight() {
            return (double) n * otherN / (n + otherN);
        }

        private double difference() {
            return (double) hits / n - (double) otherHits / otherN;
        }

        /** Of {@link #difference}, by the likeliest shares that differ by what is supposed: the root of a cubic. */
        private double variance(double supposed) {
            double ratio = (double) otherN / n;
            double one = (double) hits / n;
            double other = (double) otherHits / otherN;
            double a = 1 + ratio;
            double b = -(1 + ratio + one + ratio * other + supposed * (ratio + 2));
            double c = supposed * supposed + supposed * (2 * one + ratio + 1) + one + ratio * other;
            double d = -one * supposed * (1 + supposed);
            double v = b * b * b / (27 * a * a * a) - b * c / (6 * a * a) + d / (2 * a);
            double u = Math.signum(v) * Math.sqrt(Math.max(0, b * b / (9 * a * a) - c / (3 * a)));
            double cosine = u == 0 ? 0 : Math.max(-1, Math.min(1, v / (u * u * u)));
            double root = 2 * u * Math.cos((Math.PI + Math.acos(cosine)) / 3) - b / (3 * a);
            double share = Math.max(Math.max(0, supposed), Math.min(Math.min(1, 1 + supposed), root));
            double rest = share - supposed;
            double all = n + otherN;
            return (share * (1 - share) / n + rest * (1 - rest) / otherN) * all / (all - 1);
        }
    }

    /** Whether the first group is shown to be worse by more than is accepted. */
    public boolean isWorse() {
        return high < -margin;
    }

    /** Whether it is shown not to be: what it may have lost is accepted. */
    public boolean isAcceptable() {
        return low > -margin;
    }

    /**
     * The difference over all strata where both groups have judged outputs.
     *
     * @param alpha error level of each bound, above 0 and below .5
     * @return null if there is no such stratum
     */
    public static @Nullable StratifiedDifference of(List<Stratum> strata, double alpha) {
        double z = NORMAL.inverseCumulativeProbability(1 - alpha);
        double weights = strata.stream()
                .filter(Stratum::isCompared)
                .mapToDouble(Stratum::weight)
                .sum();
        if (weights == 0) {
            return null;
        }
        double difference = 0;
        double margin = 0;
        long n = 0;
        for (Stratum each : strata) {
            if (each.isCompared()) {
                difference += each.weight() / weights * each.difference();
                margin += each.weight() / weights * each.margin();
                n += each.n();
            }
        }
        Score score = new Score(strata.stream().filter(Stratum::isCompared).toList(), weights, difference);
        return new StratifiedDifference(difference, score.bound(z, -1), score.bound(-z, 1), margin, n);
    }

    /** The test of a difference that is supposed. */
    private record Score(List<Stratum> strata, double weights, double difference) {
        /** Between the difference found, where the score is 0, and an end of the scale. */
        double bound(double z, double end) {
            double near = difference;
            double far = end;
            for (int i = 0; i < STEPS; i++) {
                double middle = (near + far) / 2;
                if (Math.abs(of(middle)) <= Math.abs(z)) {
                    near = middle;
                } else {
                    far = middle;
                }
            }
            return Math.abs(near - end) < CLOSE ? end : near;
        }

        private double of(double supposed) {
            double variance = 0;
            for (Stratum each : strata) {
                double weight = each.weight() / weights;
                variance += weight * weight * each.variance(supposed);
            }
            double distance = difference - supposed;
            return distance == 0 ? 0 : distance / Math.sqrt(variance);
        }
    }
}
