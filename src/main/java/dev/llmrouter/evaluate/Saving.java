package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * What an answer of the candidate costs less than one of the baseline to the same question, USD per request; negative where
 * it costs more. The cost of errors is not in it.
 *
 * @param n examples with a recorded cost of both answers
 * @param mean over those
 * @param low lower bound of the mean, one-sided at the error level of the validation: normal approximation
 * @param high upper bound, in the same way
 */
public record Saving(int n, double mean, double low, double high) {
    /** Fewest examples for the normal approximation. Assumption. */
    private static final int FEW = 30;

    /** @param sum of the paired differences @param squares sum of their squares @return null below 30 examples */
    public static @Nullable Saving of(int n, double sum, double squares, double alpha) {
        if (n < FEW) {
            return null;
        }
        double mean = sum / n;
        double variance = Math.max(0, (squares - n * mean * mean) / (n - 1));
        double half = -Distributions.normalQuantile(alpha) * Math.sqrt(variance / n);
        return new Saving(n, mean, mean - half, mean + half);
    }
}
