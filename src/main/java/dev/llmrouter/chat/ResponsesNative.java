package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a Responses request only a provider that speaks Responses itself can do: what needs its state, tools that it
 * runs, and pieces that chat does not have. A request that has any of it goes to such a provider unchanged or is refused.
 */
final class ResponsesNative {
    /** Fields that need what is not here, with what to do instead; in the order in which they are looked for. */
    private static final Map<String, String> STATE = new LinkedHashMap<>();

    static {
        STATE.put("previous_response_id", "this gateway stores no responses. Send the whole conversation in 'input'");
        STATE.put("conversation", "this gateway stores no conversations. Send the whole conversation in 'input'");
        STATE.put("prompt", "prompts that are stored at OpenAI cannot be read here. Send 'instructions' and 'input'");
        STATE.put("context_management", "conversations are not compacted here. Send a shorter 'input'");
        STATE.put("moderation", "answers are not moderated here. Leave it out");
    }

    private static final Set<String> ITEMS = Set.of("message", "function_call", "function_call_output", "reasoning");
    private static final Set<String> PIECES =
            Set.of("input_text", "output_text", "text", "refusal", "input_image", "input_file", "input_audio");

    private ResponsesNative() {}

    static Set<String> states() {
        return STATE.keySet();
    }

    static boolean isState(String field) {
        return STATE.containsKey(field);
    }

    /** Whether the conversation, or a part of it, lies at the provider, so that {@code input} may be empty. */
    static boolean isContinued(ObjectNode body) {
        return Json.present(body, "previous_response_id") != null
                || Json.present(body, "conversation") != null
                || Json.present(body, "prompt") != null;
    }

    /** The first that is found, as the error that refuses it by its name; null if there is none. */
    static @Nullable ChatError first(ObjectNode body) {
        for (Map.Entry<String, String> field : STATE.entrySet()) {
            if (Json.present(body, field.getKey()) != null) {
                return unsupported(
                        field.getKey(), "'" + field.getKey() + "' is not supported: " + field.getValue() + ".");
            }
        }
        if (body.path("background").booleanValue()) {
            return unsupported(
                    "background",
                    "'background' is not supported: answers are not kept for later. Leave it out, and use 'stream' for"
                            + " answers that take long.");
        }
        ChatError tool = tool(body);
        return tool != null ? tool : input(body.path("input"));
    }

    private static @Nullable ChatError tool(ObjectNode body) {
        JsonNode tools = body.path("tools");
        for (int i = 0; i < tools.size(); i++) {
            String type = Json.textOr(tools.path(i), "type", "");
            if (!type.equals("function")) {
                String at = "tools[" + i + "].type";
                return unsupported(
                        at,
                        "'" + at + "' is '" + Scrubbed.name(type) + "', which is not supported: tools that OpenAI"
                                + " runs itself are not here. Allowed is 'function', which your program runs.");
            }
        }
        if (body.path("tool_choice") instanceof ObjectNode choice) {
            String type = Json.textOr(choice, "type", "");
            if (!type.equals("function") && !type.equals("allowed_tools")) {
                return unsupported(
                        "tool_choice.type",
                        "'tool_choice.type' is '" + Scrubbed.name(type)
                                + "', which is not supported; allowed are function and allowed_tools.");
            }
        }
        return null;
    }

    private static @Nullable ChatError input(JsonNode input) {
        for (int i = 0; input.isArray() && i < input.size(); i++) {
            JsonNode item = input.get(i);
            At at = At.of(At.ROOT, "input", i);
            String type = Json.textOr(item, "type", "message");
            if (type.equals("item_reference")) {
                return unsupported(
                        at.toString(),
                        "'" + at
                                + "' refers to an item that was stored; this gateway stores none. Send the item itself.");
            }
            if (!ITEMS.contains(type)) {
                return unsupported(
                        at + ".type",
                        "'" + at + ".type' is '" + Scrubbed.name(type) + "', which is not supported;"
                                + " allowed are message, function_call, function_call_output and reasoning.");
            }
            if (type.equals("function_call_output") && Json.present(item, "call_id") == null) {
                return unsupported(
                        at + ".call_id",
                        "'" + at + ".call_id' is missing: name the function call whose output this is. It may be left"
                                + " out where the provider speaks Responses itself.");
            }
            String field = type.equals("function_call_output") ? "output" : "content";
            ChatError piece = type.equals("reasoning") ? null : pieces(item.path(field), at, field);
            if (piece != null) {
                return piece;
            }
        }
        return null;
    }

    private static @Nullable ChatError pieces(JsonNode content, At item, String field) {
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            At at = At.of(item, field, i);
            String type = Json.textOr(content.get(i), "type", "");
            if (!PIECES.contains(type)) {
                return unsupported(
                        at + ".type",
                        "'" + at + ".type' is '" + Scrubbed.name(type) + "', which is not supported; allowed are"
                                + " input_text, output_text, refusal, input_image, input_file and input_audio.");
            }
            if (type.equals("input_file") && hasNoSource(content.get(i))) {
                return unsupported(at.toString(), "'" + at + "' needs one of file_data, file_url and file_id.");
            }
            if (type.equals("input_image") && Json.present(content.get(i), "image_url") == null) {
                return unsupported(
                        at + ".image_url",
                        "'" + at + ".image_url' is missing: an image that was uploaded to OpenAI cannot be passed on."
                                + " Send its URL, or its data as a data URL.");
            }
        }
        return null;
    }

    private static boolean hasNoSource(JsonNode file) {
        return Json.present(file, "file_data") == null
                && Json.present(file, "file_url") == null
                && Json.present(file, "file_id") == null;
    }

    private static ChatError unsupported(String param, String message) {
        return ResponsesFields.unsupported(param, message).error();
    }
}
