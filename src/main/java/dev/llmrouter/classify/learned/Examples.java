package dev.llmrouter.classify.learned;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data set: JSON Lines in UTF-8, plain or gzip (told by its first bytes, not by its name).
 *
 * <p>A line is {@code {"id"?, "task"?, "input": string | chat request, "expected"?, "outputs"?}}; other fields are
 * ignored, empty lines are skipped. Lines are read one by one; a line may have at most 4,000,000 characters.
 */
public final class Examples {
    static final int MAX_LINE = 4_000_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
    }

    private final String file;
    private final Consumer<Example> sink;
    private final List<String> faults = new ArrayList<>();
    private int faulty;
    private int lineNumber;

    private Examples(String file, Consumer<Example> sink) {
        this.file = file;
        this.sink = sink;
    }

    /**
     * Reads all lines.
     *
     * @throws ExamplesException if the file cannot be read, or lines are faulty: all of them are named (the first twenty
     *     with their fault)
     */
    public static List<Example> read(Path file) throws ExamplesException {
        List<Example> all = new ArrayList<>();
        forEach(file, all::add);
        return all;
    }

    /**
     * Hands over line by line. Faulty lines are left out and named in the end.
     *
     * @throws ExamplesException as {@link #read}
     */
    public static void forEach(Path file, Consumer<Example> sink) throws ExamplesException {
        new Examples(file.toString(), sink).readAll(file);
    }

    private void readAll(Path path) throws ExamplesException {
        try (InputStream in = open(path);
                Reader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
            StringBuilder line = new StringBuilder();
            boolean more = true;
            while (more) {
                more = readLine(reader, line);
                lineNumber++;
                accept(line);
            }
        } catch (IOException e) {
            throw new ExamplesException(file + ": cannot be read after line " + Math.max(0, lineNumber) + " ("
                    + e.getClass().getSimpleName() + "). Give a JSON Lines file in UTF-8, plain or gzip.");
        }
        if (faulty > 0) {
            throw ExamplesException.of(file, faults, faulty);
        }
    }

    private static InputStream open(Path path) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Puts the next line into {@code line}, cut where it is too long; false at the end of the file. */
    private static boolean readLine(Reader reader, StringBuilder line) throws IOException {
        line.setLength(0);
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') {
                return true;
            }
            if (line.length() <= MAX_LINE) {
                line.append((char) c);
            }
        }
        return false;
    }

    private void accept(StringBuilder line) {
        int start = lineNumber == 1 && line.length() > 0 && line.charAt(0) == '\uFEFF' ? 1 : 0;
        String text = line.substring(start).strip();
        if (text.isEmpty()) {
            return;
        }
        String fault = null;
        Example example = null;
        if (line.length() > MAX_LINE) {
            fault = "has more than " + MAX_LINE + " characters";
        } else {
            try {
                JsonNode json = JSON.readTree(text);
                fault = faultOf(json);
                example = fault == null ? example(json) : null;
            } catch (JsonProcessingException e) {
                fault = "is not one JSON object";
            }
        }
        if (example != null) {
            sink.accept(example);
        } else {
            faulty++;
            if (faults.size() < ExamplesException.shown()) {
                faults.add("line " + lineNumber + " " + fault);
            }
        }
    }

    private static @Nullable String faultOf(JsonNode json) {
        if (!json.isObject()) {
            return "is not one JSON object";
        }
        if (!json.has("input")) {
            return "has no 'input'; a string or a chat request is needed";
        }
        if (PromptText.of(json.get("input")) == null) {
            return "has an 'input' that is neither a string nor a chat request with text in its messages";
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

    private Example example(JsonNode json) {
        JsonNode id = json.get("id");
        JsonNode task = json.get("task");
        JsonNode outputs = json.get("outputs");
        JsonNode expected = json.get("expected");
        Map<String, JsonNode> byModel = new LinkedHashMap<>();
        if (outputs != null) {
            outputs.fields().forEachRemaining(field -> byModel.put(field.getKey(), field.getValue()));
        }
        String text = PromptText.of(json.get("input"));
        return new Example(
                id == null || id.isNull() ? "line " + lineNumber : id.asText(),
                task == null || task.isNull() ? null : task.textValue(),
                text == null ? "" : text,
                expected == null || expected.isNull() ? null : expected,
                byModel);
    }
}
