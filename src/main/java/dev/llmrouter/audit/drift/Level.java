package dev.llmrouter.audit.drift;

/**
 * Where a series stood in one window.
 *
 * @param value in the unit of the series ({@link Kind#unit})
 * @param low lower bound of its 95 % interval
 * @param high upper bound
 * @param n requests that it rests on
 */
public record Level(double value, double low, double high, long n) {}
