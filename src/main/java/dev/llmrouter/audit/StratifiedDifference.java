package dev.llmrouter.audit;

import java.util.List;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How much less or more often outputs of one group are useful than those of another, compared only within strata in which
 * nothing but chance tells the groups apart. Weights of Mantel and Haenszel; the interval is what two tests do not reject: the score test of
 * Miettinen and Nurminen with these weights, which stays honest where strata are many and small, and one by the exact distribution of the
 * first group's number where that number or its rest is small and no normal distribution fits it (29 useful of 30, say).
 * Sources: N. Mantel and W. Haenszel, JNCI 22 (1959), 719-748; O. Miettinen and M. Nurminen, Statistics in Medicine 4 (1985), 213-226; the
 * restricted estimates in closed form in C. P. Farrington and G. Manning, Statistics in Medicine 9 (1990), 1447-1454.
 *
 * @param difference -1 to 1; negative where the first group is worse
 * @param low lower bound
 * @param high upper bound
 * @param margin loss that is accepted, a mean of the strata's with the same weights, from 0
 * @param n judged outputs of the first group in strata where both have some
 * @param otherN those of the second group in the same
 */
public record StratifiedDifference(double difference, double low, double high, double margin, long n, long otherN) {
    private static final int STEPS = 40; // halves an interval below 1e-11
    private static final double CLOSE = 1e-9;
    private static final double FAR = 40; // standard errors where nothing varies
    private static final int MOST_COUNTED = 100; // from there on a normal distribution fits
    private static final int MOST_ADDED =
            4 * MOST_COUNTED; // numbers beyond the one found whose probabilities are worked out
    private static final double WIDE = 8; // standard errors beyond which nothing counts
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

        /** The first group's share that fits best if both differ by what is supposed: the root of a cubic. */
        private double likeliest(double supposed) {
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
            return Math.max(Math.max(0, supposed), Math.min(Math.min(1, 1 + supposed), root));
        }

        /** Of {@link #difference}, if what is supposed holds. @param share the likeliest */
        private double variance(double supposed, double share) {
            double all = n + otherN;
            return (share * (1 - share) / n + otherVariance(supposed, share)) * all / (all - 1);
        }

        /** Of the second group's share, if what is supposed holds. @param share the first group's likeliest */
        private double otherVariance(double supposed, double share) {
            double rest = Math.max(0, Math.min(1, share - supposed));
            return rest * (1 - rest) / otherN;
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
        long otherN = 0;
        for (Stratum each : strata) {
            if (each.isCompared()) {
                difference += each.weight() / weights * each.difference();
                margin += each.weight() / weights * each.margin();
                n += each.n();
                otherN += each.otherN();
            }
        }
        Test test = new Test(strata.stream().filter(Stratum::isCompared).toList(), weights, difference);
        return new StratifiedDifference(difference, test.bound(alpha, -1), test.bound(alpha, 1), margin, n, otherN);
    }

    /** The test of a difference that is supposed. */
    private static final class Test {
        private final List<Stratum> strata;
        private final double weights;
        private final double difference;
        private final long n;
        private final boolean countsHits;
        private final long count;

        /** The first group's share less the second's, strata weighted by what the first has in them. */
        private final double standardised;

        Test(List<Stratum> strata, double weights, double difference) {
            this.strata = strata;
            this.weights = weights;
            this.difference = difference;
            this.n = strata.stream().mapToLong(Stratum::n).sum();
            long hits = strata.stream().mapToLong(Stratum::hits).sum();
            this.countsHits = hits <= n - hits;
            this.count = Math.min(hits, n - hits);
            this.standardised = strata.stream()
                    .mapToDouble(each -> each.difference() * each.n() / n)
                    .sum();
        }

        /** Between the difference found, which nothing rejects, and an end of the scale. */
        double bound(double alpha, double end) {
            double near = difference;
            double far = end;
            for (int i = 0; i < STEPS; i++) {
                double middle = (near + far) / 2;
                if (isRejected(middle, end < 0, alpha)) {
                    far = middle;
                } else {
                    near = middle;
                }
            }
            return Math.abs(near - end) < CLOSE ? end : near;
        }

        /** Whether the first group is as good as this, or better, too seldom if what is supposed holds; else as bad, or worse. */
        private boolean isRejected(double supposed, boolean isBetter, double alpha) {
            double[] shares = new double[strata.size()];
            double variance = 0;
            for (int i = 0; i < shares.length; i++) {
                Stratum each = strata.get(i);
                shares[i] = each.likeliest(supposed);
                double weight = each.weight() / weights;
                variance += weight * weight * each.variance(supposed, shares[i]);
            }
            double distance = Math.abs(difference - supposed);
            double normal = distance == 0
                    ? 1
                    : NORMAL.cumulativeProbability(variance == 0 ? -FAR : -distance / Math.sqrt(variance));
            // the exact distribution is long work, and only where the normal one rejects has it a say
            return normal < alpha && (count > MOST_COUNTED || isRejectedExactly(supposed, shares, isBetter, alpha));
        }

        /** By the number of hits or misses, whichever is smaller; the other group's share, of many, is taken as normal. */
        private boolean isRejectedExactly(double supposed, double[] shares, boolean isBetter, double alpha) {
            double variance = 0;
            double mean = 0;
            for (int i = 0; i < shares.length; i++) {
                Stratum each = strata.get(i);
                double part = (double) each.n() / n;
                mean += part * shares[i];
                variance += part * part * each.otherVariance(supposed, shares[i]);
            }
            double deviation = Math.sqrt(variance);
            if (WIDE * deviation * n > MOST_ADDED) {
                return true; // the other group's share is what is uncertain: a normal distribution fits
            }
            int most = (int) Math.min(n, count + Math.ceil(WIDE * deviation * n) + 1);
            double[] all = new double[most + 1];
            all[0] = 1;
            for (int i = 0; i < shares.length; i++) {
                long of = strata.get(i).n();
                all = sum(all, binomial(of, countsHits ? shares[i] : 1 - shares[i], most));
            }
            boolean isRising = isBetter == countsHits; // the more are counted, the likelier is what is asked
            double likely = isRising ? 1 : 0;
            // either sum only goes one way: what it has passed is settled
            for (int i = 0; i <= most && isRising == (likely >= alpha); i++) {
                double share = (double) (countsHits ? i : n - i) / n;
                double distance = standardised - supposed - (share - mean);
                double as = normal((isBetter ? -distance : distance) + 0.5 / n, deviation);
                likely += isRising ? -all[i] * (1 - as) : all[i] * as;
            }
            return likely < alpha;
        }

        private static double normal(double distance, double deviation) {
            return Math.abs(distance) >= WIDE * deviation
                    ? distance >= 0 ? 1 : 0
                    : NORMAL.cumulativeProbability(distance / deviation);
        }

        /** Probabilities of 0 to {@code most}, or to {@code n} if that is less: the greatest, and each of the others from its neighbour. */
        private static double[] binomial(long n, double share, int most) {
            double[] probabilities = new double[(int) Math.min(most, n) + 1];
            int greatest = (int) Math.min(probabilities.length - 1, Math.floor((n + 1) * share));
            BinomialDistribution of = new BinomialDistribution(null, (int) Math.min(Integer.MAX_VALUE, n), share);
            probabilities[greatest] = of.probability(greatest);
            double odds = share / (1 - share);
            for (int i = greatest; i > 0; i--) {
                probabilities[i - 1] = probabilities[i] * i / (n - i + 1) / odds;
            }
            for (int i = greatest; i < probabilities.length - 1; i++) {
                probabilities[i + 1] = probabilities[i] * (n - i) / (i + 1) * odds;
            }
            return probabilities;
        }

        private static double[] sum(double[] one, double[] other) {
            double[] both = new double[one.length];
            for (int i = 0; i < one.length; i++) {
                for (int k = 0; k < other.length && k + i < one.length; k++) {
                    both[i + k] += one[i] * other[k];
                }
            }
            return both;
        }
    }
}
