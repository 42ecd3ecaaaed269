package dev.llmrouter.evaluate;

/**
 * How the candidate does on a part of the inputs.
 *
 * @param name the characteristic ("over 1,000 characters")
 * @param low lower bound of the difference, corrected for the number of slices looked at (Bonferroni)
 * @param high upper bound, in the same way
 * @param worse whether the candidate is shown to be worse than the baseline here at all
 */
public record Slice(String name, int n, double difference, double low, double high, boolean worse) {}
