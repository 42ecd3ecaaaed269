package dev.llmrouter.simulator;

/**
 * Which tokens of an answer are of a kind with a price of its own, for tests of cost accounting.
 *
 * @param cached share of the input tokens that is read from the cache, 0 to 1; rounded down
 * @param cacheWrite share of the input tokens that is written to the cache, 0 to 1; with {@code cached} at most 1
 * @param reasoning reasoning tokens for each visible output token, 0 to 1,000; rounded down
 */
public record TokenShares(double cached, double cacheWrite, double reasoning) {
    /** No tokens of these kinds. */
    public static final TokenShares NONE = new TokenShares(0, 0, 0);

    private static final double MOST_REASONING = 1000;

    public TokenShares {
        if (!(cached >= 0 && cacheWrite >= 0 && cached + cacheWrite <= 1)) {
            throw new IllegalArgumentException("cached is " + cached + " and cacheWrite " + cacheWrite
                    + "; both are shares of the input, 0 to 1 together. Lower one of them.");
        }
        if (!(reasoning >= 0 && reasoning <= MOST_REASONING)) {
            throw new IllegalArgumentException(
                    "reasoning is " + reasoning + "; allowed 0 to 1000 tokens for each visible token.");
        }
    }
}
