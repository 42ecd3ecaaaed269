package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.SettingFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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

    /** The field of a line that is a chat request itself. */
    private static final String WHOLE = "messages";

    /** Where a line may say what it asks; the first that it has is looked at. */
    private static final List<String> PLACES = List.of(WHOLE, "input", "body");

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
            for (String place : PLACES) {
                JsonNode input = object.get(place);
                if (input != null
                        && !(isAsked && input.isNull() && PLACES.stream().anyMatch(object::hasNonNull))) {
                    return of(object, place, input, isAsked);
                }
            }
        }
        if (form == BatchInput.Form.JSON) {
            return new LineRequest(null, null, text(bytes));
        }
        throw new BadLineException(
                "is no request: a JSON object with 'messages', or with 'input' (a text or a chat request), is one",
                line == null || !isId(idOf(line)) ? null : idOf(line));
    }

    /** @param place the field of the line that says what it asks */
    private static LineRequest of(ObjectNode line, String place, JsonNode input, boolean isAsked)
            throws BadLineException {
        JsonNode id = idOf(line);
        if (!isId(id)) {
            throw new BadLineException("'id' is neither a text nor a number");
        }
        JsonNode task = line.get("task");
        if (task != null && !task.isNull() && !task.isTextual()) {
            throw new BadLineException("'task' is no text", id);
        }
        if (isAsked) {
            requireOne(line, id);
        }
        String body = body(place.equals(WHOLE) ? line.deepCopy() : input);
        if (body == null) {
            throw new BadLineException("'input' is neither a text nor a chat request, which has 'messages'", id);
        }
        if (isAsked && !place.equals(WHOLE)) {
            requireNothingBeside(line, place, input.isTextual(), id);
        }
        return new LineRequest(id, task == null ? null : task.textValue(), body);
    }

    /** Of two questions one would be asked, and the other dropped. */
    private static void requireOne(ObjectNode line, @Nullable JsonNode id) throws BadLineException {
        List<String> asks = PLACES.stream().filter(line::hasNonNull).toList();
        if (asks.size() > 1) {
            throw new BadLineException(
                    "has '" + asks.get(0) + "' and '" + asks.get(1)
                            + "', of which one alone would be asked: make two lines of it, or leave one out",
                    id);
        }
    }

    private static void requireNothingBeside(ObjectNode line, String place, boolean isText, @Nullable JsonNode id)
            throws BadLineException {
        String beside = settingBeside(line);
        if (beside == null) {
            return;
        }
        String help = isText
                ? "make '" + place + "' a chat request, {\"messages\": [...], \"" + beside + "\": ...}"
                : "write it into '" + place + "'";
        throw new BadLineException(
                "has '" + beside + "' beside the " + (isText ? "text" : "chat request") + " in '" + place
                        + "', where nothing would come of it: " + help,
                id);
    }

    /** A field that changes what is asked; others (an expected output, a column) are the line's own. */
    private static @Nullable String settingBeside(ObjectNode line) {
        return line.properties().stream()
                .filter(field -> SettingFields.isSetting(field.getKey(), field.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
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
