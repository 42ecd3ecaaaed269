package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Part;
import java.util.stream.Collectors;

/**
 * What of an answer is compared with another model's: its text, and behind that each tool call with its arguments, in an order
 * of their own, so that two answers without a text are not the same where they call different tools.
 *
 * @param text may be empty
 * @param callsTools whether there are tool calls in it
 */
record ComparedAnswer(String text, boolean callsTools) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** The first choice of an answer. */
    static ComparedAnswer of(ChatReply reply) {
        String text = reply.text();
        if (!reply.callsTools() || reply.choices().isEmpty()) {
            return new ComparedAnswer(text, reply.callsTools());
        }
        String calls = reply.choices().get(0).parts().stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .map(call -> "[calls the tool " + call.name() + " with " + inOrder(call.arguments()) + "]")
                .sorted()
                .collect(Collectors.joining("\n"));
        return new ComparedAnswer(text.isBlank() ? calls : text + "\n" + calls, true);
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
