package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The items that an answer in Responses consists of, and the pieces of their content. */
final class ResponsesItems {
    static final String IN_PROGRESS = "in_progress";
    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";

    private ResponsesItems() {}

    /** An id of an item: the same for the same place in the same answer. */
    static String id(String prefix, String response, int index) {
        return DerivedId.of(prefix, response, index);
    }

    static ObjectNode message(String id, String status, ArrayNode content) {
        ObjectNode item = Json.object().put("id", id).put("type", "message").put("status", status);
        item.put("role", "assistant").set("content", content);
        return item;
    }

    static ObjectNode functionCall(String id, String status, String callId, String name, String arguments) {
        return Json.object()
                .put("id", id)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", callId)
                .put("name", name)
                .put("arguments", arguments);
    }

    /** The model's own thoughts are content; a summary of them is what no provider of chat gives. */
    static ObjectNode reasoning(String id, String status, ArrayNode content) {
        ObjectNode item = Json.object().put("id", id).put("type", "reasoning").put("status", status);
        item.putArray("summary");
        item.set("content", content);
        return item;
    }

    static ObjectNode text(String text, ArrayNode logprobs) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.set("logprobs", logprobs);
        return part;
    }

    static ObjectNode refusal(String text) {
        return Json.object().put("type", "refusal").put("refusal", text);
    }

    static ObjectNode reasoningText(String text) {
        return Json.object().put("type", "reasoning_text").put("text", text);
    }

    /** Arguments that the caller's client can always read as JSON. */
    static String arguments(String arguments) {
        return arguments.isEmpty() ? "{}" : arguments;
    }

    /** Log probabilities of chat as Responses have them: a list, with bytes everywhere. */
    static ArrayNode logprobs(@Nullable JsonNode chat) {
        ArrayNode written = Json.array();
        if (chat == null) {
            return written;
        }
        for (JsonNode token : chat.path("content")) {
            ObjectNode one = logprob(token);
            ArrayNode top = one.putArray("top_logprobs");
            token.path("top_logprobs").forEach(other -> top.add(logprob(other)));
            written.add(one);
        }
        return written;
    }

    private static ObjectNode logprob(JsonNode token) {
        ObjectNode one = Json.object().put("token", Json.textOr(token, "token", ""));
        JsonNode value = token.path("logprob");
        if (value.isNumber()) {
            one.set("logprob", value);
        } else {
            one.put("logprob", 0);
        }
        JsonNode bytes = token.path("bytes");
        one.set("bytes", bytes.isArray() ? bytes : Json.array());
        return one;
    }
}
