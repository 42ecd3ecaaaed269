package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What shape the answer must have. {@code name}, {@code schema} and {@code strict} only with {@link Kind#JSON_SCHEMA}. */
public record ResponseFormat(
        Kind kind,
        @Nullable String name,
        @Nullable JsonNode schema,
        @Nullable Boolean strict) {
    /** The shapes. */
    public enum Kind {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }
}
