package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BodyShape;
import dev.llmrouter.chat.Dialect;

/** Gives chat requests of a data set what they lack, in the format that their shape tells, wherever an example is described, asked or shown. */
public final class ExampleFormat {
    private ExampleFormat() {}

    private static boolean isSystem(JsonNode message) {
        String role = message.path("role").asText("");
        return role.equals("system") || role.equals("developer");
    }

    /** Whether a chat request has a system prompt of its own. */
    private static boolean hasSystem(ObjectNode body) {
        if (body.has("system")) {
            return true;
        }
        for (JsonNode message : body.path("messages")) {
            if (isSystem(message)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a request a system prompt where it has none of its own. @param system empty for none */
    public static void addSystem(ObjectNode body, String system) {
        if (system.isEmpty() || hasSystem(body)) {
            return;
        }
        if (BodyShape.chatOf(body) == Dialect.Name.ANTHROPIC) {
            body.put("system", system);
        } else if (body.get("messages") instanceof ArrayNode messages) {
            messages.insertObject(0).put("role", "system").put("content", system);
        }
    }
}
