package dev.llmrouter.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.ResponseFormat;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.Tool;
import dev.llmrouter.chat.ToolChoice;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests for tests of this package. */
final class Requests {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Requests() {}

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static ChatRequest streamed(String text) {
        return of(text, true, List.of(), null, null, Sampling.ofDefaults());
    }

    static ChatRequest sampled(String text, Sampling sampling) {
        return of(text, false, List.of(), null, null, sampling);
    }

    static ChatRequest tools(String text, @Nullable ToolChoice choice, Tool... tools) {
        return of(text, false, List.of(tools), choice, null, Sampling.ofDefaults());
    }

    static ChatRequest schema(String text, JsonNode schema) {
        ResponseFormat format = new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "answer", schema, true);
        return of(text, false, List.of(), null, format, Sampling.ofDefaults());
    }

    private static ChatRequest of(
            String text,
            boolean stream,
            List<Tool> tools,
            @Nullable ToolChoice choice,
            @Nullable ResponseFormat format,
            Sampling sampling) {
        return new ChatRequest(
                Dialect.Name.OPENAI,
                null,
                "auto",
                stream,
                stream,
                List.of(ChatMessage.of(Role.USER, text)),
                tools,
                choice,
                null,
                format,
                sampling,
                null,
                Map.of());
    }
}
