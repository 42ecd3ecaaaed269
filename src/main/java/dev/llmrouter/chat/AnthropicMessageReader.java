package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of an Anthropic request. Tool results, which stand in user messages there, become messages of their
 * own with {@link Role#TOOL}, so that a user message is always something that the user said.
 */
final class AnthropicMessageReader {
    private AnthropicMessageReader() {}

    static void read(ArrayNode array, List<ChatMessage> into) throws BadRequestException {
        for (int i = 0; i < array.size(); i++) {
            At at = At.of(At.ROOT, "messages", i);
            ObjectNode message = Fields.object(array.get(i), at);
            String role = Fields.text(message, "role", at);
            List<Part> parts = content(message, "content", at, true);
            switch (role) {
                case "assistant" -> into.add(new ChatMessage(Role.ASSISTANT, parts, null));
                case "user" -> user(parts, into);
                case "system" -> {
                    if (i == 0) {
                        throw Fields.bad(
                                At.of(at, "role").toString(),
                                "The first message is of the user or the assistant; put system text before it into 'system'.");
                    }
                    into.add(new ChatMessage(Role.SYSTEM, parts, null));
                }
                default ->
                    throw Fields.bad(
                            At.of(at, "role").toString(),
                            "Unknown role at '" + At.of(at, "role") + "'; allowed are user, assistant and system.");
            }
        }
    }

    private static void user(List<Part> parts, List<ChatMessage> into) {
        List<Part> said = new ArrayList<>(parts.size());
        boolean hasResults = false;
        for (Part part : parts) {
            if (part instanceof Part.ToolResult) {
                into.add(new ChatMessage(Role.TOOL, List.of(part), null));
                hasResults = true;
            } else {
                said.add(part);
            }
        }
        if (!said.isEmpty() || !hasResults) {
            into.add(new ChatMessage(Role.USER, said, null));
        }
    }

    /** Content that is a text or blocks. */
    static List<Part> content(ObjectNode message, String field, @Nullable At at, boolean required)
            throws BadRequestException {
        JsonNode content = Json.present(message, field);
        if (content == null) {
            if (required) {
                throw Fields.missing(at, field);
            }
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!(content instanceof ArrayNode array)) {
            throw Fields.wrongType(at, field, content, "a string or an array of blocks");
        }
        List<Part> parts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            At blockAt = At.of(at, field, i);
            ObjectNode block = Fields.object(array.get(i), blockAt);
            String context = block.path("type").asText().equals("document")
                    ? Fields.optionalText(block, "context", blockAt)
                    : null;
            if (context != null && !context.isBlank()) {
                parts.add(new Part.Text(context)); // other dialects have no place for it at the document
            }
            parts.add(block(block, blockAt));
        }
        return parts;
    }

    private static Part block(ObjectNode block, At at) throws BadRequestException {
        return switch (Fields.text(block, "type", at)) {
            case "text" -> new Part.Text(Fields.text(block, "text", at));
            case "image" -> image(block, at);
            case "document" -> document(block, at);
            case "tool_use" ->
                new Part.ToolCall(
                        Fields.text(block, "id", at),
                        Fields.text(block, "name", at),
                        Json.text(Fields.requiredObject(block, "input", at)));
            case "tool_result" ->
                new Part.ToolResult(
                        Fields.text(block, "tool_use_id", at),
                        content(block, "content", at, false),
                        Fields.isTrue(block, "is_error", at));
            case "thinking" -> {
                String signature = Fields.optionalText(block, "signature", at);
                yield new Part.Reasoning(
                        Fields.text(block, "thinking", at),
                        signature == null || signature.isBlank() ? null : signature);
            }
            default -> new Part.Opaque(Dialect.Name.ANTHROPIC, block);
        };
    }

    private static Part image(ObjectNode block, At at) throws BadRequestException {
        ObjectNode source = Fields.requiredObject(block, "source", at);
        At inner = At.of(at, "source");
        return switch (Fields.text(source, "type", inner)) {
            case "base64" -> new Part.Image(null, mediaType(source, inner), Fields.base64(source, "data", inner), null);
            case "url" -> new Part.Image(Fields.text(source, "url", inner), null, null, null);
            default -> new Part.Opaque(Dialect.Name.ANTHROPIC, block);
        };
    }

    private static String mediaType(ObjectNode source, At at) throws BadRequestException {
        return MediaType.parse(Fields.text(source, "media_type", at)).toString();
    }

    private static Part document(ObjectNode block, At at) throws BadRequestException {
        ObjectNode source = Fields.requiredObject(block, "source", at);
        At inner = At.of(at, "source");
        String title = Fields.optionalText(block, "title", at);
        return switch (Fields.text(source, "type", inner)) {
            case "base64" ->
                new Part.Document(title, mediaType(source, inner), Fields.base64(source, "data", inner), null, null);
            case "text" -> {
                byte[] text = Fields.text(source, "data", inner).getBytes(StandardCharsets.UTF_8);
                yield new Part.Document(title, "text/plain", Base64.getEncoder().encodeToString(text), null, null);
            }
            case "url" -> new Part.Document(title, null, null, Fields.text(source, "url", inner), null);
            case "file" -> new Part.Document(title, null, null, null, Fields.text(source, "file_id", inner));
            default -> new Part.Opaque(Dialect.Name.ANTHROPIC, block);
        };
    }
}
