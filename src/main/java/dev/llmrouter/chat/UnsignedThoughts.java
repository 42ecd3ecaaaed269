package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Thoughts without a signature, which Anthropic's callers send back to us: a model of another dialect thought them, and we
 * wrote them as blocks of thinking. Anthropic takes signed thoughts only, so that such blocks stay out of what it is sent.
 */
final class UnsignedThoughts {
    private UnsignedThoughts() {}

    /** Takes them out of a body of Anthropic's dialect that shares its values with the request's own, which stays as it is. */
    static void removeFrom(ChatRequest request, ObjectNode body) {
        boolean any = request.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(part -> part instanceof Part.Reasoning thought && thought.signature() == null);
        if (any && body.get("messages") instanceof ArrayNode messages) {
            ArrayNode kept = Json.array();
            messages.forEach(message -> keep(message, kept));
            body.set("messages", kept);
        }
    }

    /** A message that was nothing but thoughts is left out: an empty one would be refused. */
    private static void keep(JsonNode message, ArrayNode into) {
        if (!(message instanceof ObjectNode object) || !(message.get("content") instanceof ArrayNode blocks)) {
            into.add(message);
            return;
        }
        ArrayNode signed = Json.array();
        for (JsonNode block : blocks) {
            if (!isUnsigned(block)) {
                signed.add(block);
            }
        }
        if (signed.size() == blocks.size()) {
            into.add(message);
        } else if (!signed.isEmpty()) {
            ObjectNode copy = Json.object();
            copy.setAll(object);
            copy.set("content", signed);
            into.add(copy);
        }
    }

    private static boolean isUnsigned(JsonNode block) {
        return "thinking".equals(Json.textOrNull(block, "type"))
                && Json.textOr(block, "signature", "").isBlank();
    }
}
