package dev.llmrouter.audit.collect;

import dev.llmrouter.record.ledger.PairEntry;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Quality of the candidate less that of the baseline over all requests that could have been sampled, estimated from the
 * pairs that were: each pair stands for {@code 1 / probability} requests.
 *
 * <p>Source: J. Hájek, comment in Foundations of Statistical Inference (1971), 236: the Horvitz-Thompson total divided by the
 * Horvitz-Thompson count. Its variance by linearisation, as in Särndal, Swensson and Wretman, Model Assisted Survey Sampling
 * (1992), section 5.7, with replacement. To keep the interval honest where nearly all pairs agree, half a pair of either
 * sign and one pair that agrees are added at the mean weight, as A. Agresti and Y. Min, Statistics in Medicine 24 (2005), 729,
 * do for matched pairs; they move the estimate as well, towards 0.
 *
 * @param difference -1 to 1
 * @param low lower bound of the 95 % interval
 * @param high upper bound
 * @param n pairs
 * @param represented requests that they stand for: the Horvitz-Thompson count
 * @param effective pairs of equal weight that would say as much, {@code (sum of weights)^2 / sum of squares}
 * @param unknown pairs whose probability was not recorded, which are left out
 */
public record SampledDifference(
        double difference, double low, double high, int n, double represented, double effective, int unknown) {
    private static final double LEVEL = 0.975;
    private static final double ADDED = 2;

    /** @return null if no pair has both scores and a probability */
    public static @Nullable SampledDifference of(List<PairEntry> pairs) {
        double weights = 0;
        double squares = 0;
        double sum = 0;
        int n = 0;
        int unknown = 0;
        for (PairEntry pair : pairs) {
            Double difference = pair.difference();
            Double probability = pair.probability();
            if (difference != null && probability == null) {
                unknown++;
            } else if (difference != null && probability != null) {
                double weight = 1 / probability;
                weights += weight;
                squares += weight * weight;
                sum += weight * difference;
                n++;
            }
        }
        if (n == 0) {
            return null;
        }
        double added = weights / n;
        double all = weights + ADDED * added;
        double mean = sum / all;
        double variance = added * added * (Math.pow(1 - mean, 2) / 2 + Math.pow(1 + mean, 2) / 2 + mean * mean);
        for (PairEntry pair : pairs) {
            Double difference = pair.difference();
            Double probability = pair.probability();
            if (difference != null && probability != null) {
                variance += Math.pow((difference - mean) / probability, 2);
            }
        }
        double effective = weights * weights / squares;
        double t = new TDistribution(Math.max(1, effective - 1 + ADDED)).inverseCumulativeProbability(LEVEL);
        double half = t * Math.sqrt(variance) / all;
        return new SampledDifference(
                mean, Math.max(-1, mean - half), Math.min(1, mean + half), n, weights, effective, unknown);
    }
}
