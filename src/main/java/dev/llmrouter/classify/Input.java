package dev.llmrouter.classify;

import dev.llmrouter.chat.ChatRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What classifiers look at.
 *
 * @param explicitTask the task that the caller names ({@code x-llm-task}, {@code model: task:NAME}); null if none
 * @param tags the caller's tags
 * @param headers the caller's headers that rules may look at, names in lower case
 * @param exchange the Camel exchange for Simple expressions, opaque here; null outside of a route
 */
public record Input(
        ChatRequest request,
        Characteristics characteristics,
        @Nullable String explicitTask,
        Set<String> tags,
        Map<String, String> headers,
        @Nullable Object exchange) {}
