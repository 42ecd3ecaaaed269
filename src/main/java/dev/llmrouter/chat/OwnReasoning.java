package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reasoning items that this gateway made of the thoughts of a model of another format. Callers of Responses send them back, and a provider of
 * Responses refuses them: it has never stored them, and takes nothing but its own encrypted thoughts as content.
 */
final class OwnReasoning {
    /** What the ids of such items begin with: no provider's do. */
    static final String ID = "rs_router_";

    private OwnReasoning() {}

    /**
     * Takes them out of a body of Responses that shares its values with the request's own, which stays as it is. So it does with items
     * whose id the client dropped, unless they have encrypted thoughts: nobody could look them up.
     */
    static void removeFrom(ObjectNode body) {
        if (!(body.get("input") instanceof ArrayNode items)) {
            return;
        }
        ArrayNode kept = Json.array();
        for (JsonNode item : items) {
            if (!isOwn(item)) {
                kept.add(item);
            }
        }
        if (kept.size() < items.size()) {
            body.set("input", kept);
        }
    }

    private static boolean isOwn(JsonNode item) {
        String id = Json.textOr(item, "id", "");
        return Json.textOr(item, "type", "").equals("reasoning")
                && Json.textOr(item, "encrypted_content", "").isEmpty()
                && (id.isEmpty() || id.startsWith(ID));
    }
}
