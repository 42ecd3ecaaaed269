package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A tool that the caller offers. @param schema JSON schema of its arguments; null if it takes none */
public record Tool(
        String name,
        @Nullable String description,
        @Nullable JsonNode schema,
        @Nullable Boolean strict) {}
