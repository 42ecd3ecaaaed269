package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the caller offers.
 *
 * @param schema JSON schema of its arguments; null if it takes none
 * @param cacheControl asks Anthropic to cache the prompt up to here, as clients of other dialects write it too; null if not given
 */
public record Tool(
        String name,
        @Nullable String description,
        @Nullable JsonNode schema,
        @Nullable Boolean strict,
        @Nullable JsonNode cacheControl) {
    public Tool(String name, @Nullable String description, @Nullable JsonNode schema, @Nullable Boolean strict) {
        this(name, description, schema, strict, null);
    }
}
