package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request in Gemini's format, which no caller of the gateway can send, for the same in OpenAI's. Fields may be spelled as the
 * JSON of its API has them or as its Python client dumps them ({@code systemInstruction}, {@code system_instruction}). What has no
 * counterpart is a fault, as without it the request would be another one.
 */
final class GeminiExample {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields that are read, and those that say nothing of what is asked. */
    private static final Set<String> FIELDS = Set.of(
            "contents",
            "systemInstruction",
            "tools",
            "toolConfig",
            "generationConfig",
            "safetySettings",
            "labels",
            "model");

    private final ObjectNode body = JSON.createObjectNode();
    private final ArrayNode messages = body.putArray("messages");
    /** Calls without an id are answered by name. */
    private final Map<String, String> calls = new HashMap<>();

    private GeminiExample() {}

    /** Whether an input is in Gemini's format. */
    static boolean is(JsonNode input) {
        return input.has("contents");
    }

    /** @throws BadRequestException if the request holds something that has no counterpart; the message names it */
    static ObjectNode toOpenAi(ObjectNode gemini) throws BadRequestException {
        GeminiExample example = new GeminiExample();
        for (Map.Entry<String, JsonNode> field : gemini.properties()) {
            if (!FIELDS.contains(camelCase(field.getKey())) && !field.getValue().isNull()) {
                throw unknown(field.getKey());
            }
        }
        JsonNode system = get(gemini, "systemInstruction");
        if (system != null) {
            JsonNode parts = system.isTextual() || system.isArray() ? system : system.path("parts");
            if (parts.isMissingNode()) {
                throw unknown("systemInstruction");
            }
            example.message("system", parts);
        }
        for (JsonNode content : gemini.path("contents")) {
            String role = content.path("role").asText("user");
            example.message(role.equals("model") ? "assistant" : role, content.path("parts"));
        }
        for (JsonNode tool : gemini.path("tools")) {
            example.tool(tool);
        }
        JsonNode config = get(gemini, "generationConfig");
        if (config != null) {
            example.config(config);
        }
        return example.body;
    }

    private void config(JsonNode config) {
        JsonNode limit = get(config, "maxOutputTokens");
        if (limit != null && limit.isInt()) {
            body.set("max_completion_tokens", limit);
        }
        JsonNode schema = get(config, "responseJsonSchema");
        schema = schema == null ? get(config, "responseSchema") : schema;
        JsonNode type = get(config, "responseMimeType");
        if (schema != null) {
            body.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "answer")
                    .set("schema", schema.deepCopy());
        } else if (type != null && type.asText().equals("application/json")) {
            body.putObject("response_format").put("type", "json_object");
        }
    }

    private void tool(JsonNode tool) throws BadRequestException {
        for (Map.Entry<String, JsonNode> field : tool.properties()) {
            if (!camelCase(field.getKey()).equals("functionDeclarations")) {
                throw unknown("tools." + field.getKey());
            }
            for (JsonNode declared : field.getValue()) {
                ObjectNode function = JSON.createObjectNode();
                function.set("name", declared.path("name"));
                if (declared.hasNonNull("description")) {
                    function.set("description", declared.get("description"));
                }
                JsonNode schema = get(declared, "parametersJsonSchema");
                schema = schema == null ? get(declared, "parameters") : schema;
                function.set("parameters", schema == null ? JSON.createObjectNode() : schema.deepCopy());
                body.withArray("tools").addObject().put("type", "function").set("function", function);
            }
        }
    }

    private void message(String role, JsonNode parts) throws BadRequestException {
        if (parts.isTextual()) {
            messages.addObject().put("role", role).put("content", parts.textValue());
            return;
        }
        ObjectNode message = JSON.createObjectNode().put("role", role);
        ArrayNode content = JSON.createArrayNode();
        for (JsonNode part : parts) {
            part(message, content, part);
        }
        if (!content.isEmpty()) {
            message.set("content", content);
        }
        if (message.size() > 1) {
            messages.add(message);
        }
    }

    private void part(ObjectNode message, ArrayNode content, JsonNode part) throws BadRequestException {
        JsonNode call = get(part, "functionCall");
        JsonNode answer = get(part, "functionResponse");
        JsonNode inline = get(part, "inlineData");
        String media = inline == null ? "" : text(get(inline, "mimeType"));
        if (part.isTextual()) {
            content.addObject().put("type", "text").put("text", part.textValue());
        } else if (part.path("text").isTextual()) {
            if (!part.path("thought").asBoolean()) {
                content.addObject()
                        .put("type", "text")
                        .put("text", part.get("text").textValue());
            }
        } else if (call != null) {
            call(message.withArray("tool_calls").addObject(), call);
        } else if (answer != null) {
            String name = text(answer.get("name"));
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", answer.hasNonNull("id") ? id(answer, name) : calls.getOrDefault(name, name))
                    .put("content", answer.path("response").toString());
        } else if (inline != null && media.startsWith("image/")) {
            content.addObject()
                    .put("type", "image_url")
                    .putObject("image_url")
                    .put("url", "data:" + media + ";base64," + text(inline.get("data")));
        } else {
            List<String> names = new ArrayList<>();
            part.fieldNames().forEachRemaining(names::add);
            throw unknown("parts." + String.join(", ", names));
        }
    }

    private void call(ObjectNode to, JsonNode call) {
        String name = text(call.get("name"));
        String id = id(call, name);
        calls.put(name, id);
        JsonNode arguments = call.path("args");
        to.put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", name)
                .put("arguments", arguments.isMissingNode() ? "{}" : arguments.toString());
    }

    private String id(JsonNode call, String name) {
        return call.path("id").asText("call_" + name + '_' + messages.size());
    }

    private static String text(@Nullable JsonNode node) {
        return node == null ? "" : node.asText();
    }

    private static BadRequestException unknown(String field) {
        return new BadRequestException(ChatError.of(
                ChatError.Kind.INVALID_REQUEST,
                400,
                "'" + field
                        + "' of a request in Gemini's format has no counterpart in OpenAI's. Leave it out, or write the"
                        + " request in OpenAI's or Anthropic's format."));
    }

    /** A field in either spelling; null without one, and where it is null. */
    static @Nullable JsonNode get(JsonNode from, String camelCase) {
        JsonNode found = from.get(camelCase);
        JsonNode value = found == null ? from.get(snakeCase(camelCase)) : found;
        return value == null || value.isNull() ? null : value;
    }

    private static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String camelCase(String any) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < any.length(); i++) {
            char c = any.charAt(i);
            boolean isAfter = i > 0 && any.charAt(i - 1) == '_';
            if (c != '_') {
                text.append(isAfter ? Character.toUpperCase(c) : c);
            }
        }
        return text.toString();
    }
}
