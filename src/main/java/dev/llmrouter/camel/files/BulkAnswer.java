package dev.llmrouter.camel.files;

import dev.llmrouter.camel.BatchAnswer;
import org.jspecify.annotations.Nullable;

/**
 * What came of a line in a batch of a provider.
 *
 * @param answer null if there is none
 * @param fault why there is none and nobody else is to be asked; null to ask, or with an answer
 */
record BulkAnswer(@Nullable BatchAnswer answer, @Nullable String fault) {}
