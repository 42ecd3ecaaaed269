package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a Responses request: which are translated, which concern OpenAI's own service, which belong to chat. */
final class ResponsesFields {
    /** Fields that the neutral request holds, or that an answer repeats. */
    static final Set<String> SAID = Set.of(
            "model",
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "text",
            "max_output_tokens",
            "temperature",
            "top_p",
            "top_logprobs",
            "stream",
            "stream_options",
            "reasoning",
            "include",
            "user",
            "metadata",
            "store",
            "truncation",
            "max_tool_calls",
            "background");

    /** Fields that mean the same in chat completions and change no answer: OpenAI's providers get them as they came. */
    private static final Set<String> SHARED = Set.of(
            "service_tier", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier");

    /** Fields of chat completions that have another name in Responses. */
    private static final Map<String, String> MOVED = Map.of(
            "messages", "input",
            "max_tokens", "max_output_tokens",
            "max_completion_tokens", "max_output_tokens",
            "response_format", "text.format",
            "reasoning_effort", "reasoning.effort",
            "verbosity", "text.verbosity",
            "functions", "tools",
            "function_call", "tool_choice");

    private ResponsesFields() {}

    /** @throws BadRequestException if there is a field of chat completions, which has another name here */
    static void refuse(ObjectNode body) throws BadRequestException {
        for (Map.Entry<String, String> field : MOVED.entrySet()) {
            if (Json.present(body, field.getKey()) != null) {
                throw unsupported(
                        field.getKey(),
                        "'" + field.getKey() + "' belongs to chat completions; in Responses it is '" + field.getValue()
                                + "'.");
            }
        }
        if (Json.present(body, "n") != null) {
            throw unsupported("n", "'n' belongs to chat completions; Responses give one answer.");
        }
    }

    static BadRequestException unsupported(String param, String message) {
        return new BadRequestException(
                new ChatError(ChatError.Kind.INVALID_REQUEST, 400, message, "unsupported_parameter", param, null));
    }

    /** Adds what an OpenAI provider takes although it is not translated: shared fields, and those that nobody knows here. */
    static void carry(ObjectNode received, ObjectNode to) {
        Iterator<Map.Entry<String, JsonNode>> fields = received.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            boolean foreign = SHARED.contains(field.getKey()) || isUnknown(field.getKey());
            if (foreign && !to.has(field.getKey())) {
                to.set(field.getKey(), field.getValue());
            }
        }
        String verbosity = verbosity(received);
        if (!verbosity.isEmpty()) {
            to.put("verbosity", verbosity);
        }
    }

    /** Adds to a Responses request what it shares with the one of chat completions that it was made from. */
    static void carryFromChat(ObjectNode received, ObjectNode to) {
        for (String field : SHARED) {
            JsonNode value = Json.present(received, field);
            if (value != null) {
                to.set(field, value);
            }
        }
        String verbosity = Json.textOr(received, "verbosity", "");
        if (!verbosity.isEmpty()) {
            ObjectNode text = to.get("text") instanceof ObjectNode own ? own : to.putObject("text");
            text.put("verbosity", verbosity);
        }
    }

    /** What a provider that is not OpenAI's cannot be told. */
    static List<String> notCarried(ObjectNode received, Dialect.Name target) {
        List<String> reasons = new ArrayList<>(0);
        Iterator<Map.Entry<String, JsonNode>> fields = received.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says && isUnknown(field.getKey())) {
                reasons.add("field '" + Scrubbed.name(field.getKey()) + "' has no counterpart in " + target);
            }
        }
        String verbosity = verbosity(received);
        if (!verbosity.isEmpty() && !verbosity.equals("medium")) {
            reasons.add("field 'text.verbosity' has no counterpart in " + target);
        }
        return reasons;
    }

    /**
     * Whether a tool's arguments must fit its schema. Where its caller does not say, they must, as far as the schema allows it. Source: OpenAI's
     * OpenAPI description of 2026-08-21, {@code FunctionToolParam.strict}.
     *
     * @return null where the caller does not say and the schema does not allow it
     */
    static @Nullable Boolean strict(Tool tool) {
        return tool.strict() == null && StrictSchema.fits(tool.schema()) ? Boolean.TRUE : tool.strict();
    }

    static String verbosity(ObjectNode received) {
        return Json.textOr(received.path("text"), "verbosity", "");
    }

    private static boolean isUnknown(String field) {
        return !SAID.contains(field) && !SHARED.contains(field) && !ResponsesNative.isState(field);
    }
}
