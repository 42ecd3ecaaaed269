package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a conversation from the {@code input} of a data set: a text, or a request in OpenAI's, Anthropic's or Gemini's dialect. */
final class ConversationReader {
    /** Types and fields of parts that are not text, and what they hold. */
    private static final Map<String, String> MEDIA = Map.ofEntries(
            Map.entry("image_url", "image"),
            Map.entry("image", "image"),
            Map.entry("input_image", "image"),
            Map.entry("input_audio", "audio"),
            Map.entry("document", "document"),
            Map.entry("file", "document"),
            Map.entry("input_file", "document"),
            Map.entry("inlineData", "image"),
            Map.entry("inline_data", "image"),
            Map.entry("fileData", "document"),
            Map.entry("file_data", "document"));

    private final Conversation.Writer writer = new Conversation.Writer();

    private ConversationReader() {}

    /** @param text of the input, where it is no request */
    static Conversation of(@Nullable JsonNode input, String text) {
        if (input == null || !input.isObject()) {
            return Conversation.of(text);
        }
        ConversationReader reader = new ConversationReader();
        for (String field : List.of("system", "systemInstruction")) {
            JsonNode system = GeminiExample.get(input, field);
            if (system != null) {
                reader.writer.turn("system");
                reader.content(system);
            }
        }
        for (JsonNode message : input.has("contents") ? input.get("contents") : input.path("messages")) {
            reader.message(message);
        }
        for (JsonNode tool : input.path("tools")) {
            reader.tools(tool);
        }
        return reader.writer.conversation();
    }

    private void message(JsonNode message) {
        String role = message.path("role").asText("user");
        writer.turn(role);
        if (role.equals("tool")) {
            writer.result(false);
        }
        content(message.has("parts") ? message.get("parts") : message.path("content"));
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            writer.call(
                    function.path("name").asText(), function.path("arguments").asText());
        }
    }

    private void content(JsonNode content) {
        if (content.isTextual()) {
            writer.line(content.asText());
        } else if (content.has("parts")) {
            content(content.get("parts"));
        } else {
            content.forEach(this::part);
        }
    }

    private void part(JsonNode part) {
        String type = part.path("type").asText("");
        JsonNode call = GeminiExample.get(part, "functionCall");
        JsonNode response = GeminiExample.get(part, "functionResponse");
        if (part.isTextual()) {
            writer.line(part.asText());
        } else if (part.path("text").isTextual()) {
            writer.line(part.get("text").asText());
        } else if (type.equals("tool_use")) {
            writer.call(part.path("name").asText(), part.path("input").toString());
        } else if (type.equals("tool_result")) {
            writer.result(part.path("is_error").asBoolean());
            content(part.path("content"));
        } else if (call != null) {
            writer.call(call.path("name").asText(), call.path("args").toString());
        } else if (response != null) {
            writer.result(false);
            writer.line(response.path("response").toString());
        } else if (!type.equals("thinking") && !type.equals("redacted_thinking") && !part.isEmpty()) {
            writer.unseen(medium(part, type));
        }
    }

    private static String medium(JsonNode part, String type) {
        if (MEDIA.containsKey(type)) {
            return MEDIA.getOrDefault(type, type);
        }
        return part.properties().stream()
                .map(Map.Entry::getKey)
                .filter(MEDIA::containsKey)
                .map(field -> MEDIA.getOrDefault(field, field))
                .findFirst()
                .orElse(type.isEmpty() ? "part" : type);
    }

    private void tools(JsonNode tool) {
        JsonNode declared = GeminiExample.get(tool, "functionDeclarations");
        if (declared != null) {
            declared.forEach(each -> tool(each, "parameters"));
        } else if (tool.has("function")) {
            tool(tool.get("function"), "parameters");
        } else {
            tool(tool, "input_schema");
        }
    }

    private void tool(JsonNode tool, String schema) {
        writer.tool(
                tool.path("name").asText(tool.path("type").asText()),
                tool.path("description").asText(null),
                tool.get(schema));
    }
}
