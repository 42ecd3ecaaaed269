package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the input of a Responses request. Items become messages: what the assistant said and the calls that follow it are
 * one message, as chat has it. Reasoning is left out, because only the provider that made it takes it, and so are items that
 * chat does not have: {@link ResponsesNative} tells of them.
 */
final class ResponsesInputReader {
    private final List<ChatMessage> messages = new ArrayList<>();

    List<ChatMessage> read(ObjectNode body, int atMost) throws BadRequestException {
        String instructions = Fields.optionalText(body, "instructions", At.ROOT);
        if (instructions != null && !instructions.isEmpty()) {
            messages.add(ChatMessage.of(Role.SYSTEM, instructions));
        }
        int before = messages.size();
        JsonNode input = Json.present(body, "input");
        boolean continued = ResponsesNative.isContinued(body);
        if (input == null && continued) {
            return messages;
        }
        if (input == null) {
            throw Fields.missing(At.ROOT, "input");
        }
        if (input.isTextual()) {
            messages.add(ChatMessage.of(Role.USER, input.textValue()));
            return messages;
        }
        if (!(input instanceof ArrayNode items)) {
            throw Fields.wrongType(At.ROOT, "input", input, "a string or an array of items");
        }
        if (items.size() > atMost) {
            throw Fields.bad("input", "'input' has " + items.size() + " items; allowed are " + atMost + ".");
        }
        for (int i = 0; i < items.size(); i++) {
            At at = At.of(At.ROOT, "input", i);
            item(Fields.object(items.get(i), at), at);
        }
        if (messages.size() == before && !continued && ResponsesNative.first(body) == null) {
            throw Fields.bad("input", "'input' has no message; expected is at least one.");
        }
        return messages;
    }

    private void item(ObjectNode item, At at) throws BadRequestException {
        String type = Fields.optionalText(item, "type", at);
        switch (type == null ? "message" : type) {
            case "message" -> message(item, at);
            case "function_call" ->
                assistant(List.of(new Part.ToolCall(
                        Fields.text(item, "call_id", at),
                        Fields.text(item, "name", at),
                        Fields.text(item, "arguments", at))));
            case "function_call_output" -> messages.add(new ChatMessage(Role.TOOL, List.of(output(item, at)), null));
            default -> {} // what chat does not have stays in the body, for providers that speak Responses
        }
    }

    /** Without an id it goes to who speaks Responses, where it may be missing. */
    private static Part output(ObjectNode item, At at) throws BadRequestException {
        String id = Fields.optionalText(item, "call_id", at);
        return new Part.ToolResult(id == null ? "" : id, content(item, "output", at), false);
    }

    private void message(ObjectNode message, At at) throws BadRequestException {
        String role = Fields.text(message, "role", at);
        List<Part> parts = content(message, "content", at);
        switch (role) {
            case "user" -> messages.add(new ChatMessage(Role.USER, parts, null));
            case "system", "developer" -> messages.add(new ChatMessage(Role.SYSTEM, parts, null));
            case "assistant" -> messages.add(new ChatMessage(Role.ASSISTANT, parts, null));
            default ->
                throw Fields.bad(
                        at + ".role",
                        "Unknown role at '" + at + ".role'; allowed are developer, system, user, assistant.");
        }
    }

    /** Adds to what the assistant said last, if nobody has spoken since. */
    private void assistant(List<Part> parts) {
        int last = messages.size() - 1;
        if (last < 0 || messages.get(last).role() != Role.ASSISTANT) {
            messages.add(new ChatMessage(Role.ASSISTANT, parts, null));
            return;
        }
        List<Part> all = new ArrayList<>(messages.get(last).parts());
        all.addAll(parts);
        messages.set(last, new ChatMessage(Role.ASSISTANT, all, null));
    }

    private static List<Part> content(ObjectNode item, String field, At at) throws BadRequestException {
        JsonNode content = Json.present(item, field);
        if (content == null) {
            throw Fields.missing(at, field);
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!(content instanceof ArrayNode array)) {
            throw Fields.wrongType(at, field, content, "a string or an array of parts");
        }
        List<Part> parts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            At partAt = At.of(at, field, i);
            parts.add(part(Fields.object(array.get(i), partAt), partAt));
        }
        return parts;
    }

    private static Part part(ObjectNode part, At at) throws BadRequestException {
        String type = Fields.text(part, "type", at);
        return switch (type) {
            case "input_text", "output_text", "text" -> new Part.Text(Fields.text(part, "text", at));
            case "refusal" -> new Part.Refusal(Fields.text(part, "refusal", at));
            case "input_image" -> image(part, at);
            case "input_file" -> file(part, at);
            case "input_audio" -> {
                ObjectNode audio = Fields.requiredObject(part, "input_audio", at);
                yield Fields.audio(audio, At.of(at, "input_audio"));
            }
            default -> new Part.Opaque(Dialect.Name.RESPONSES, part);
        };
    }

    private static Part image(ObjectNode part, At at) throws BadRequestException {
        String url = Fields.optionalText(part, "image_url", at);
        if (url == null) {
            return new Part.Opaque(Dialect.Name.RESPONSES, part); // it was uploaded to OpenAI
        }
        String detail = Fields.optionalText(part, "detail", at);
        DataUrl data = Fields.dataUrl(url, At.of(at, "image_url"));
        return data == null
                ? new Part.Image(url, null, null, detail)
                : new Part.Image(null, data.mediaType(), data.base64(), detail);
    }

    private static Part file(ObjectNode part, At at) throws BadRequestException {
        String name = Fields.optionalText(part, "filename", at);
        String id = Fields.optionalText(part, "file_id", at);
        String url = Fields.optionalText(part, "file_url", at);
        String content = Fields.optionalText(part, "file_data", at);
        if (id == null && url == null && content == null) {
            return new Part.Opaque(Dialect.Name.RESPONSES, part); // who speaks Responses may know what is meant
        }
        if (content == null) {
            return new Part.Document(name, null, null, url, id);
        }
        if (Fields.isUrl(content)) {
            return new Part.Document(name, null, null, content, id);
        }
        DataUrl data = Fields.fileData(content, At.of(at, "file_data"));
        return new Part.Document(name, data.mediaType(), data.base64(), url, id);
    }
}
