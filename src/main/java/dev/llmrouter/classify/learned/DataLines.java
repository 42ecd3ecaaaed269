package dev.llmrouter.classify.learned;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The one reader of data sets, for learning and for validation: JSON Lines in UTF-8, plain or gzip (told by its first
 * bytes, not by its name), line by line, so that memory does not grow with the file. What one command takes for an input
 * the others take for the same. Stateless.
 *
 * <p>A line is {@code {"id"?, "task"?, "input": string | chat request, "expected"?, "outputs"?}}; other fields are
 * ignored, empty lines are skipped, and so is a byte order mark. A line has at most {@value #MAX_LINE} characters and 64
 * levels.
 */
public final class DataLines {
    static final int MAX_LINE = 4_000_000;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    JsonReadFeature
                            .ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN for a score that failed: told as that
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
    }

    private DataLines() {}

    /** Takes what is read. */
    public interface Sink {
        /**
         * A line that can be used.
         *
         * @param number from 1
         * @param object the line
         * @param text of its input ({@link PromptText})
         */
        void line(int number, JsonNode object, String text);

        /** A line that cannot. @param fault what is wrong, to follow "line N "; holds no text of the line */
        void fault(int number, String fault);
    }

    /**
     * Reads all lines.
     *
     * @return SHA-256 of the unpacked content, 64 hexadecimal digits
     * @throws IOException if the file cannot be read or its gzip stream is broken
     */
    public static String read(Path file, Sink sink) throws IOException {
        try (DataLineReader reader = new DataLineReader(file)) {
            while (reader.next(sink)) {
                // the reader hands on
            }
            return reader.sha256();
        }
    }

    static void accept(int number, StringBuilder line, Sink sink) {
        int start = number == 1 && line.length() > 0 && line.charAt(0) == '\uFEFF' ? 1 : 0;
        String content = line.substring(start).strip();
        if (content.isEmpty()) {
            return;
        }
        if (line.length() > MAX_LINE) {
            sink.fault(number, "has more than " + MAX_LINE + " characters");
            return;
        }
        JsonNode json;
        try {
            json = JSON.readTree(content);
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            sink.fault(number, "is not one JSON object: a fault near column " + column);
            return;
        }
        if (hasNoNumber(json)) {
            sink.fault(number, "has NaN or an infinite number elsewhere than in a score; write null or leave it out");
            return;
        }
        String text = PromptText.of(json.get("input"));
        String fault = faultOf(json, text);
        if (fault == null && text != null) {
            sink.line(number, json, text);
        } else {
            sink.fault(number, String.valueOf(fault));
        }
    }

    /** Whether there is a number that JSON does not have, outside {@code outputs}, where it is a score that failed. */
    private static boolean hasNoNumber(JsonNode json) {
        if (json.isFloatingPointNumber()) {
            return !Double.isFinite(json.doubleValue());
        }
        for (JsonNode child : json) {
            if (child != json.get("outputs") && hasNoNumber(child)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String faultOf(JsonNode json, @Nullable String text) {
        if (!json.isObject()) {
            return "is not one JSON object";
        }
        if (!json.has("input")) {
            return "has no 'input'; a string or a chat request is needed";
        }
        if (text == null) {
            return "has an 'input' that is neither a string nor a chat request with text or an image in its messages";
        }
        JsonNode task = json.get("task");
        if (task != null
                && !task.isNull()
                && (!task.isTextual() || task.textValue().isBlank())) {
            return "has a 'task' that is not a name";
        }
        JsonNode outputs = json.get("outputs");
        if (outputs != null && !outputs.isNull() && !outputs.isObject()) {
            return "has 'outputs' that are not an object by model";
        }
        return null;
    }
}
