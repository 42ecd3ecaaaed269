package dev.llmrouter.chat;

/**
 * Tokens of one call, in one meaning for all providers.
 *
 * @param inputTokens all input, cached parts included
 * @param cachedInputTokens of these, read from the provider's cache
 * @param cacheWriteTokens of these, written to the provider's cache
 * @param outputTokens all output, reasoning included
 * @param reasoningTokens of these, reasoning
 * @param estimated whether we counted because the provider did not say
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated) {

    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, 0, 0, outputTokens, 0, false);
    }

    /** The same tokens, marked as counted by us. */
    public Usage asEstimate() {
        return new Usage(inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, true);
    }

    public long totalTokens() {
        return inputTokens + outputTokens;
    }
}
