package dev.llmrouter.evaluate;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/** Quantiles and probabilities that the gate needs, from Commons Math, with the edges it does not take. */
final class Distributions {
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    private Distributions() {}

    static double normalQuantile(double p) {
        return NORMAL.inverseCumulativeProbability(p);
    }

    static double normalProbability(double z) {
        return NORMAL.cumulativeProbability(z);
    }

    /** Clopper-Pearson upper bound of a share at one-sided error {@code alpha}; 1 if there is no observation. */
    static double shareAtMost(int hits, int n, double alpha) {
        return hits >= n
                ? 1
                : new BetaDistribution(null, hits + 1.0, n - hits, 1e-12).inverseCumulativeProbability(1 - alpha);
    }

    /** P(at most {@code hits} of {@code n}) where each has probability {@code share}. */
    static double atMost(int hits, int n, double share) {
        if (hits >= n || share <= 0) {
            return 1;
        }
        return share >= 1 ? 0 : 1 - new BetaDistribution(null, hits + 1.0, n - hits).cumulativeProbability(share);
    }
}
