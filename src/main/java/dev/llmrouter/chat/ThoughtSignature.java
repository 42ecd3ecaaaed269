package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's proof that a tool call is its own, which must come back with the call. Callers' dialects have no field for it
 * but send ids of calls back as they were, so it travels inside of the id, in letters that all of them take. Providers
 * other than Gemini are sent the plain id, for some bound its length.
 */
final class ThoughtSignature {
    private static final String SEPARATOR = "__ts__";

    private ThoughtSignature() {}

    static String join(String id, @Nullable String signature) {
        return signature == null || signature.isEmpty()
                ? id
                : id + SEPARATOR + signature.replace('+', '-').replace('/', '_').replace("=", "");
    }

    static boolean isIn(String id) {
        return id.contains(SEPARATOR);
    }

    /** The id alone. */
    static String plainId(String id) {
        int at = id.indexOf(SEPARATOR);
        return at < 0 ? id : id.substring(0, at);
    }

    /** The signature in base64 as Gemini wrote it; null if the id has none. */
    static @Nullable String of(String id) {
        int at = id.indexOf(SEPARATOR);
        if (at < 0) {
            return null;
        }
        String base64 = id.substring(at + SEPARATOR.length()).replace('-', '+').replace('_', '/');
        return base64 + "=".repeat((4 - base64.length() % 4) % 4);
    }

    /** Puts plain ids into a body that is sent to a provider of the caller's own dialect, if any id has a signature. */
    static void removeFrom(ChatRequest request, ObjectNode body) {
        for (ChatMessage message : request.messages()) {
            for (Part part : message.parts()) {
                if ((part instanceof Part.ToolCall call && isIn(call.id()))
                        || (part instanceof Part.ToolResult result && isIn(result.toolCallId()))) {
                    String field = request.dialect() == Dialect.Name.RESPONSES ? "input" : "messages";
                    body.set(field, plain(body.path(field), 0));
                    return;
                }
            }
        }
    }

    /** Ids stand at most four levels deep: messages, message, list, call. */
    private static JsonNode plain(JsonNode node, int depth) {
        if (depth > 4) {
            return node;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.array();
            array.forEach(element -> copy.add(plain(element, depth + 1)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode copy = Json.object();
        Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            boolean isId = field.getValue().isTextual()
                    && (field.getKey().equals("id")
                            || field.getKey().equals("call_id")
                            || field.getKey().equals("tool_call_id")
                            || field.getKey().equals("tool_use_id"));
            copy.set(
                    field.getKey(),
                    isId
                            ? TextNode.valueOf(plainId(field.getValue().textValue()))
                            : plain(field.getValue(), depth + 1));
        }
        return copy;
    }
}
