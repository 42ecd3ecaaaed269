package dev.llmrouter.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.llmrouter.chat.Part;
import java.util.List;
import java.util.stream.Collectors;

/** What an answer has of tool calls, the same however their arguments were written. Stateless. */
public final class CalledTools {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private CalledTools() {}

    /** A line for each tool call with its arguments, in an order of their own; empty where none is called. */
    public static String text(List<Part> parts) {
        return parts.stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .map(call -> "[calls the tool " + call.name() + " with " + inOrder(call.arguments()) + "]")
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /** The same JSON whichever way it was written; as it came if it is none. */
    private static String inOrder(String arguments) {
        try {
            JsonNode json = JSON.readTree(arguments.isBlank() ? "{}" : arguments);
            return JSON.writeValueAsString(JSON.treeToValue(json, Object.class));
        } catch (JsonProcessingException | RuntimeException e) {
            return arguments.strip();
        }
    }
}
