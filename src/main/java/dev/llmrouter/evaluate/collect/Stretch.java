package dev.llmrouter.evaluate.collect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pairs of one stretch say: those before a route is open, or those since.
 *
 * @param n pairs
 * @param candidateQuality mean score, 0 to 1; 0 without pairs
 * @param baselineQuality the same of the baseline
 * @param low lower bound of the mean difference, -1 to 1, good at every look at once
 * @param high upper bound, likewise
 * @param eValue wealth of the bets at its highest: before the route is open against "worse by the margin", since then
 *     against "not worse than the margin"; 1 / alpha settles it
 * @param settledAt pair, from 1, at which that was reached; null if it was not
 * @param path how the bounds came to be where they are, some hundred points at most
 */
public record Stretch(
        int n,
        double candidateQuality,
        double baselineQuality,
        double low,
        double high,
        double eValue,
        @Nullable Integer settledAt,
        List<Point> path) {
    public Stretch {
        path = List.copyOf(path);
    }

    /** Mean of candidate minus baseline, -1 to 1. */
    public double difference() {
        return candidateQuality - baselineQuality;
    }

    /**
     * Where it stood after some pairs.
     *
     * @param n pairs
     * @param difference mean so far
     */
    public record Point(int n, double difference, double low, double high) {}
}
