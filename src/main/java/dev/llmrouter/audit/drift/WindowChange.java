package dev.llmrouter.audit.drift;

/**
 * One series in both windows.
 *
 * @param change after minus before, in the unit that the test works in: a share, or a natural logarithm
 * @param p one-sided error level of the change in its direction (of a mix: of any change), 0 to 1
 * @param splitDaysAgo days ago after which the series is different, at best, from 1
 * @param noise standard error of {@code change}, overdispersion included
 */
record WindowChange(Level before, Level after, double change, double p, int splitDaysAgo, double noise) {}
