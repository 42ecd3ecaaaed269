package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import org.jspecify.annotations.Nullable;

/**
 * What a request names by an id that an earlier answer gave: conversations, answers, pieces of them and containers that a
 * provider keeps for its account. The provider gives it to every caller of that account who knows the id.
 */
public final class KeptState {
    private KeptState() {}

    /**
     * The first field that names something kept.
     *
     * @return its path in the request's body; null if there is none, as in requests without a body of the caller's
     */
    public static @Nullable String field(ChatRequest request) {
        ObjectNode body = request.body();
        if (body == null) {
            return null;
        }
        return switch (request.dialect()) {
            case RESPONSES -> ofResponses(body);
            case ANTHROPIC -> Json.present(body, "container") == null ? null : "container";
            case OPENAI -> earlierSound(body.path("messages"));
            case EMBEDDINGS, GEMINI, TEXT -> null;
        };
    }

    /**
     * The id of the conversation at the provider that a request goes on with, and that stays the same from turn to turn.
     *
     * @return null if it names none, also where it names the answer before it, whose id is another one at each turn
     */
    public static @Nullable String conversation(ChatRequest request) {
        ObjectNode body = request.body();
        if (body == null || request.dialect() != Dialect.Name.RESPONSES) {
            return null;
        }
        JsonNode named = body.path("conversation");
        String id = named.isObject() ? Json.textOrNull(named, "id") : named.textValue();
        return id == null || id.isBlank() ? null : id;
    }

    private static @Nullable String ofResponses(ObjectNode body) {
        for (String field : new String[] {"previous_response_id", "conversation"}) {
            if (Json.present(body, field) != null) {
                return field;
            }
        }
        JsonNode input = body.path("input");
        for (int i = 0; input.isArray() && i < input.size(); i++) {
            if (Json.textOr(input.get(i), "type", "").equals("item_reference")) {
                return At.of(At.ROOT, "input", i).toString();
            }
        }
        JsonNode tools = body.path("tools");
        for (int i = 0; tools.isArray() && i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            if (tool.path("container").isTextual() || tool.path("environment").has("container_id")) {
                return At.of(At.ROOT, "tools", i).toString();
            }
        }
        return null;
    }

    /** Sound of an earlier answer, which chat completions name by its id. */
    private static @Nullable String earlierSound(JsonNode messages) {
        for (int i = 0; messages.isArray() && i < messages.size(); i++) {
            if (messages.get(i).path("audio").has("id")) {
                return At.of(At.ROOT, "messages", i) + ".audio";
            }
        }
        return null;
    }
}
