package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the messages of an OpenAI request. */
final class OpenAiMessageReader {
    /** Ids that we give to deprecated function calls, which have none, by name of the function. */
    private final Map<String, String> functionCalls = new HashMap<>();

    List<ChatMessage> read(ArrayNode array) throws BadRequestException {
        List<ChatMessage> messages = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            At at = At.of(At.ROOT, "messages", i);
            messages.add(message(Fields.object(array.get(i), at), at, i));
        }
        return messages;
    }

    private ChatMessage message(ObjectNode message, At at, int index) throws BadRequestException {
        String role = Fields.text(message, "role", at);
        String name = Fields.optionalText(message, "name", at);
        return switch (role) {
            case "system", "developer" -> new ChatMessage(Role.SYSTEM, content(message, at, true), name);
            case "user" -> new ChatMessage(Role.USER, content(message, at, true), name);
            case "assistant" -> new ChatMessage(Role.ASSISTANT, assistant(message, at, index), name);
            case "tool" -> {
                String id = Fields.text(message, "tool_call_id", at);
                yield new ChatMessage(
                        Role.TOOL, List.of(new Part.ToolResult(id, content(message, at, true), false)), name);
            }
            case "function" -> {
                String called = Fields.text(message, "name", at);
                String id = functionCalls.getOrDefault(called, "call_" + called);
                yield new ChatMessage(
                        Role.TOOL, List.of(new Part.ToolResult(id, content(message, at, false), false)), name);
            }
            default ->
                throw Fields.bad(
                        At.of(at, "role").toString(),
                        "Unknown role at '" + At.of(at, "role")
                                + "'; allowed are developer, system, user, assistant, tool, function.");
        };
    }

    private List<Part> assistant(ObjectNode message, At at, int index) throws BadRequestException {
        List<Part> parts = new ArrayList<>();
        String reasoning = Json.textOrNull(message, "reasoning_content");
        if (reasoning != null && !reasoning.isEmpty()) {
            parts.add(new Part.Reasoning(reasoning, null));
        }
        parts.addAll(content(message, at, false));
        String refusal = Fields.optionalText(message, "refusal", at);
        if (refusal != null) {
            parts.add(new Part.Refusal(refusal));
        }
        ObjectNode audio = Fields.optionalObject(message, "audio", at);
        if (audio != null) {
            parts.add(new Part.Opaque(Dialect.Name.OPENAI, audio));
        }
        ArrayNode calls = Fields.optionalArray(message, "tool_calls", at);
        for (int i = 0; calls != null && i < calls.size(); i++) {
            At callAt = At.of(at, "tool_calls", i);
            parts.add(toolCall(Fields.object(calls.get(i), callAt), callAt));
        }
        ObjectNode function = Fields.optionalObject(message, "function_call", at);
        if (function != null) {
            At functionAt = At.of(at, "function_call");
            String name = Fields.text(function, "name", functionAt);
            String id = "call_" + index + "_" + name;
            functionCalls.put(name, id);
            parts.add(new Part.ToolCall(id, name, Fields.text(function, "arguments", functionAt)));
        }
        return parts;
    }

    private static Part toolCall(ObjectNode call, At at) throws BadRequestException {
        String id = Fields.text(call, "id", at);
        String type = Fields.optionalText(call, "type", at);
        if (type != null && !type.equals("function")) {
            return new Part.Opaque(Dialect.Name.OPENAI, call);
        }
        ObjectNode function = Fields.requiredObject(call, "function", at);
        At inner = At.of(at, "function");
        return new Part.ToolCall(id, Fields.text(function, "name", inner), Fields.text(function, "arguments", inner));
    }

    private static List<Part> content(ObjectNode message, At at, boolean required) throws BadRequestException {
        JsonNode content = Json.present(message, "content");
        if (content == null) {
            if (required) {
                throw Fields.wrongType(at, "content", message.path("content"), "a string or an array of parts");
            }
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue(), cacheControl(message)));
        }
        if (!(content instanceof ArrayNode array)) {
            throw Fields.wrongType(at, "content", content, "a string or an array of parts");
        }
        List<Part> parts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            At partAt = At.of(at, "content", i);
            parts.add(part(Fields.object(array.get(i), partAt), partAt));
        }
        return parts;
    }

    private static Part part(ObjectNode part, At at) throws BadRequestException {
        return switch (Fields.text(part, "type", at)) {
            case "text" -> new Part.Text(Fields.text(part, "text", at), cacheControl(part));
            case "refusal" -> new Part.Refusal(Fields.text(part, "refusal", at));
            case "image_url" -> image(part, at);
            case "input_audio" -> {
                ObjectNode audio = Fields.requiredObject(part, "input_audio", at);
                yield Fields.audio(audio, At.of(at, "input_audio"));
            }
            case "file" -> file(part, at);
            default -> new Part.Opaque(Dialect.Name.OPENAI, part);
        };
    }

    /** What LiteLLM's and OpenRouter's clients write for Anthropic's models: on a part, on a message that is one text, on a tool. */
    static @Nullable JsonNode cacheControl(ObjectNode node) {
        return node.get("cache_control") instanceof ObjectNode control ? control : null;
    }

    private static Part image(ObjectNode part, At partAt) throws BadRequestException {
        ObjectNode image = Fields.requiredObject(part, "image_url", partAt);
        At at = At.of(partAt, "image_url");
        String url = Fields.text(image, "url", at);
        String detail = Fields.optionalText(image, "detail", at);
        DataUrl data = Fields.dataUrl(url, At.of(at, "url"));
        return data == null
                ? new Part.Image(url, null, null, detail, cacheControl(part))
                : new Part.Image(null, data.mediaType(), data.base64(), detail, cacheControl(part));
    }

    private static Part file(ObjectNode part, At partAt) throws BadRequestException {
        ObjectNode file = Fields.requiredObject(part, "file", partAt);
        At at = At.of(partAt, "file");
        String name = Fields.optionalText(file, "filename", at);
        String id = Fields.optionalText(file, "file_id", at);
        String content = Fields.optionalText(file, "file_data", at);
        if (content == null) {
            return new Part.Document(name, null, null, null, id, cacheControl(part));
        }
        if (Fields.isUrl(content)) { // OpenRouter's way to name one that the provider fetches
            return new Part.Document(name, null, null, content, id, cacheControl(part));
        }
        DataUrl data = Fields.fileData(content, At.of(at, "file_data"));
        return new Part.Document(name, data.mediaType(), data.base64(), null, id, cacheControl(part));
    }
}
