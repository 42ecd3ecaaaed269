package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a line asks.
 *
 * @param id the line's own name for itself, a text or a number; null without one
 * @param task the task that the line names; null to have it recognised
 * @param body text, or a chat request as JSON
 */
record LineRequest(@Nullable JsonNode id, @Nullable String task, String body) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Fields of requests that change what is asked; others beside a text (an expected output, a column) are the line's own. */
    private static final List<String> SETTINGS = List.of(
            "model",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "response_format",
            "tools",
            "reasoning_effort",
            "encoding_format",
            "dimensions");

    /**
     * Reads a line or a document.
     *
     * @param isAsked whether it is to be asked; what an earlier version asked for, and was answered, is taken as it was then
     * @throws BadLineException if it is no request
     */
    static LineRequest parse(byte[] bytes, BatchInput.Form form, boolean isAsked) throws BadLineException {
        if (form == BatchInput.Form.TEXT) {
            return new LineRequest(null, null, text(LineReader.withoutMark(bytes)));
        }
        JsonNode line = json(LineReader.withoutMark(bytes));
        if (line instanceof ObjectNode object) {
            if (object.has("messages")) {
                return of(object, object.deepCopy(), isAsked);
            }
            JsonNode input = object.has("input") ? object.get("input") : object.get("body");
            if (input != null) {
                return of(object, input, isAsked);
            }
        }
        if (form == BatchInput.Form.JSON) {
            return new LineRequest(null, null, text(bytes));
        }
        throw new BadLineException(
                "is no request: a JSON object with 'messages', or with 'input' (a text or a chat request), is one",
                line == null || !isId(idOf(line)) ? null : idOf(line));
    }

    private static LineRequest of(ObjectNode line, JsonNode input, boolean isAsked) throws BadLineException {
        JsonNode id = idOf(line);
        if (!isId(id)) {
            throw new BadLineException("'id' is neither a text nor a number");
        }
        JsonNode task = line.get("task");
        if (task != null && !task.isNull() && !task.isTextual()) {
            throw new BadLineException("'task' is no text", id);
        }
        String beside = isAsked && input.isTextual() ? settingBeside(line) : null;
        if (beside != null) {
            throw new BadLineException(
                    "has '" + beside
                            + "' beside the text in 'input', where nothing would come of it: make 'input' a chat request,"
                            + " {\"messages\": [...], \"" + beside + "\": ...}",
                    id);
        }
        String body = body(input);
        if (body == null) {
            throw new BadLineException("'input' is neither a text nor a chat request, which has 'messages'", id);
        }
        return new LineRequest(id, task == null ? null : task.textValue(), body);
    }

    private static @Nullable String settingBeside(ObjectNode line) {
        return SETTINGS.stream().filter(line::hasNonNull).findFirst().orElse(null);
    }

    private static boolean isId(@Nullable JsonNode id) {
        return id == null || id.isNull() || id.isTextual() || id.isNumber();
    }

    private static @Nullable JsonNode idOf(JsonNode line) {
        return line.hasNonNull("id") ? line.get("id") : line.get("custom_id");
    }

    /** Null for what is no request. */
    private static @Nullable String body(JsonNode input) {
        if (input.isTextual()) {
            return input.textValue();
        }
        if (input instanceof ObjectNode chat && chat.has("messages")) {
            // these are the line's, and an answer for a file is whole
            chat.remove(List.of("id", "custom_id", "task", "meta", "stream", "stream_options"));
            if (!chat.has("model")) {
                chat.put("model", "auto");
            }
            return chat.toString();
        }
        return null;
    }

    private static JsonNode json(byte[] bytes) throws BadLineException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw new BadLineException("is not valid JSON" + (column < 1 ? "" : " (column " + column + ")"));
        } catch (IOException e) {
            throw new BadLineException("is not valid UTF-8");
        }
    }

    private static String text(byte[] bytes) throws BadLineException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadLineException("is not valid UTF-8");
        }
    }
}
