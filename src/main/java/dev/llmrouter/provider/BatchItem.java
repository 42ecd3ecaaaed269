package dev.llmrouter.provider;

import org.jspecify.annotations.Nullable;

/**
 * What came of one request of a batch.
 *
 * @param customId our name for the request
 * @param reply the provider's answer in its dialect; null if there is none
 * @param fault why not, for people; null for an answer
 */
public record BatchItem(
        String customId, byte @Nullable [] reply, @Nullable String fault) {}
