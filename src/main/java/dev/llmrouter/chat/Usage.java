package dev.llmrouter.chat;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one call, in one meaning for all providers.
 *
 * @param inputTokens all input, cached parts included
 * @param cachedInputTokens of these, read from the provider's cache
 * @param cacheWriteTokens of these, written to the provider's cache
 * @param cacheWriteHourTokens of those written, the ones that the cache keeps for an hour, which has a price of its own
 * @param outputTokens all output, reasoning included
 * @param reasoningTokens of these, reasoning
 * @param estimated whether we counted because the provider did not say
 * @param unpriced why the prices of tokens do not say what it cost, for people, as {@code service_tier priority}; null if
 *     they do
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long cacheWriteHourTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated,
        @Nullable String unpriced) {

    /** Nothing written to a cache for an hour, and nothing that tokens do not pay for. */
    public Usage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            boolean estimated) {
        this(inputTokens, cachedInputTokens, cacheWriteTokens, 0, outputTokens, reasoningTokens, estimated, null);
    }

    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, 0, 0, outputTokens, 0, false);
    }

    /** The same tokens, marked as counted by us. */
    public Usage asEstimate() {
        return withOutput(outputTokens, reasoningTokens, true);
    }

    /** The same input with another output. */
    public Usage withOutput(long output, long reasoning, boolean counted) {
        return new Usage(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                cacheWriteHourTokens,
                output,
                reasoning,
                counted,
                unpriced);
    }

    /** The same output with another input, of which nothing was cached. */
    public Usage withInput(long input, boolean counted) {
        return new Usage(input, 0, 0, 0, outputTokens, reasoningTokens, counted, unpriced);
    }

    /** The tokens of both; what is not paid for by tokens is that of this one. */
    Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                cachedInputTokens + other.cachedInputTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                cacheWriteHourTokens + other.cacheWriteHourTokens,
                outputTokens + other.outputTokens,
                reasoningTokens + other.reasoningTokens,
                estimated,
                unpriced);
    }

    /** The same tokens, not paid for by the prices of tokens alone. @param why null for no change; an earlier reason stays */
    public Usage withUnpriced(@Nullable String why) {
        return why == null || unpriced != null
                ? this
                : new Usage(
                        inputTokens,
                        cachedInputTokens,
                        cacheWriteTokens,
                        cacheWriteHourTokens,
                        outputTokens,
                        reasoningTokens,
                        estimated,
                        why);
    }

    public long totalTokens() {
        return inputTokens + outputTokens;
    }
}
