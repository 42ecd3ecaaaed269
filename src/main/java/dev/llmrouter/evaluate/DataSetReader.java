package dev.llmrouter.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.evaluate.Example.Output;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data set of JSON Lines, plain or gzip (told by its first two bytes), one line at a time: memory does not grow
 * with the file. Every line is handed on either as an example or as a bad line; empty lines are neither. Stateless.
 */
public final class DataSetReader {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private DataSetReader() {}

    /**
     * What was read.
     *
     * @param sha256 hash of the unpacked content, 64 hexadecimal digits: the same for the plain and the packed file
     */
    public record Summary(int examples, int badLines, String sha256) {}

    /** @throws IOException if the file cannot be read or its gzip stream is broken */
    public static Summary read(Path file, Consumer<Example> examples, Consumer<BadLine> bad) throws IOException {
        MessageDigest digest = sha256();
        int line = 0;
        int good = 0;
        int faulty = 0;
        try (InputStream unpacked = unpack(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(new DigestInputStream(unpacked, digest), StandardCharsets.UTF_8),
                        1 << 16)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                line++;
                if (line == 1 && text.startsWith("\uFEFF")) {
                    text = text.substring(1);
                }
                if (text.isBlank()) {
                    continue;
                }
                Example example;
                try {
                    example = parse(line, text);
                } catch (FaultyLineException e) {
                    faulty++;
                    bad.accept(new BadLine(line, e.problem));
                    continue;
                }
                good++;
                examples.accept(example);
            }
        }
        return new Summary(good, faulty, HexFormat.of().formatHex(digest.digest()));
    }

    private static InputStream unpack(BufferedInputStream in) throws IOException {
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    private static Example parse(int line, String text) throws FaultyLineException {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw new FaultyLineException("not valid JSON near column " + column + "; each line has to be one object");
        }
        if (!node.isObject()) {
            throw new FaultyLineException("is " + kind(node) + "; each line has to be one JSON object");
        }
        String task = text(node, "task");
        if (task == null || task.isBlank()) {
            throw new FaultyLineException("'task' is " + kind(node.get("task")) + "; it has to be a name");
        }
        JsonNode id = node.get("id");
        JsonNode expected = node.get("expected");
        return new Example(
                line,
                id == null || id.isNull() ? "line-" + line : id.asText(),
                task,
                input(node.get("input")),
                system(node.get("input")),
                expected == null || expected.isNull() ? null : expected,
                outputs(node.get("outputs")));
    }

    private static String input(@Nullable JsonNode input) throws FaultyLineException {
        if (input != null && input.isTextual()) {
            return input.asText();
        }
        if (input == null || !input.path("messages").isArray()) {
            throw new FaultyLineException(
                    "'input' is " + kind(input) + "; it has to be a text or a chat request with 'messages'");
        }
        StringBuilder all = new StringBuilder();
        for (JsonNode message : input.path("messages")) {
            append(all, message.path("content"));
        }
        return all.toString().strip();
    }

    private static String system(@Nullable JsonNode input) {
        if (input == null || !input.isObject()) {
            return "";
        }
        StringBuilder all = new StringBuilder();
        append(all, input.path("system"));
        for (JsonNode message : input.path("messages")) {
            String role = message.path("role").asText("");
            if (role.equals("system") || role.equals("developer")) {
                append(all, message.path("content"));
            }
        }
        return all.toString().strip();
    }

    private static void append(StringBuilder all, JsonNode content) {
        if (content.isTextual()) {
            all.append(content.asText()).append('\n');
        }
        for (JsonNode part : content) {
            all.append(part.path("text").asText("")).append('\n');
        }
    }

    private static Map<String, Output> outputs(@Nullable JsonNode outputs) throws FaultyLineException {
        Map<String, Output> byModel = new LinkedHashMap<>();
        if (outputs == null || outputs.isNull()) {
            return byModel;
        }
        if (!outputs.isObject()) {
            throw new FaultyLineException("'outputs' is " + kind(outputs) + "; it has to be an object by model name");
        }
        for (Map.Entry<String, JsonNode> entry : outputs.properties()) {
            byModel.put(entry.getKey(), output(entry.getKey(), entry.getValue()));
        }
        return byModel;
    }

    private static Output output(String model, JsonNode node) throws FaultyLineException {
        String where = "outputs['" + model + "']";
        if (!node.isObject()) {
            throw new FaultyLineException(where + " is " + kind(node) + "; it has to be an object");
        }
        Double score = number(where + ".score", node.get("score"), 1);
        Double cost = number(where + ".cost_usd", node.get("cost_usd"), Double.MAX_VALUE);
        return new Output(text(node, "text"), score, cost);
    }

    private static @Nullable Double number(String where, @Nullable JsonNode node, double max)
            throws FaultyLineException {
        if (node == null || node.isNull()) {
            return null;
        }
        double value = node.isBoolean() ? (node.asBoolean() ? 1 : 0) : node.asDouble();
        boolean usable = (node.isNumber() || node.isBoolean()) && value >= 0 && value <= max;
        if (!usable) {
            String found = node.isNumber() ? node.asText() : kind(node);
            throw new FaultyLineException(
                    where + " is " + found + "; it has to be a number " + (max == 1 ? "from 0 to 1" : "of 0 or more"));
        }
        return value;
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isTextual() ? value.asText() : null;
    }

    private static String kind(@Nullable JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "missing";
        }
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> node.asText().isBlank() ? "an empty text" : "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL, MISSING, BINARY, POJO -> "null";
        };
    }

    private static final class FaultyLineException extends Exception {
        private static final long serialVersionUID = 1;
        private final String problem;

        FaultyLineException(String problem) {
            super(problem);
            this.problem = problem;
        }
    }
}
