package dev.llmrouter.camel.files;

import dev.llmrouter.camel.BatchAnswer;
import org.jspecify.annotations.Nullable;

/**
 * What came of a line in a batch of a provider.
 *
 * @param answer null if there is none; one that failed is there, too, for it was paid for
 * @param fault why there is no answer to give and nobody else is to be asked; null to ask, or with an answer that did not fail
 */
record BulkAnswer(@Nullable BatchAnswer answer, @Nullable String fault) {}
