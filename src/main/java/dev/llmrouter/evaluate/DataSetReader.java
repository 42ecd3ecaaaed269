package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.evaluate.Example.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data set for validation; what a line is and how it is read says {@link dev.llmrouter.classify.learned.DataLines}. Every line is handed on either as an example or as a bad line; empty lines are neither. Stateless.
 */
public final class DataSetReader {
    /** What stands for the task of a line that has none that can be read. */
    static final String NO_TASK = "";

    /** Most USD that one output may have cost: more is no cost, and sums of it are no numbers. Assumption. */
    private static final double MAX_COST = 1_000_000;

    private DataSetReader() {}

    /**
     * What was read.
     *
     * @param faultyOf lines that could not be used, by their task; those without a readable one by {@link #NO_TASK}
     * @param sha256 hash of the unpacked content, 64 hexadecimal digits: the same for the plain and the packed file
     */
    public record Summary(int examples, int badLines, Map<String, Integer> faultyOf, String sha256) {
        public Summary {
            faultyOf = Map.copyOf(faultyOf);
        }
    }

    /** @throws IOException if the file cannot be read or its gzip stream is broken */
    public static Summary read(Path file, Consumer<Example> examples, Consumer<BadLine> bad) throws IOException {
        try (ExampleReader reader = new ExampleReader(file, bad)) {
            while (reader.hasNext()) {
                examples.accept(reader.next());
            }
            return reader.summary();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    /**
     * One line as an example.
     *
     * @param text of the input, as {@link dev.llmrouter.classify.learned.DataLines} tells it
     * @param bad is told why the line cannot be used
     * @return null if it cannot
     */
    public static @Nullable Example example(int line, JsonNode node, String text, Consumer<BadLine> bad) {
        try {
            return parse(line, node, text);
        } catch (FaultyLineException e) {
            bad.accept(new BadLine(line, e.problem));
            return null;
        }
    }

    private static Example parse(int line, JsonNode node, String input) throws FaultyLineException {
        String task = text(node, "task");
        if (task == null) {
            throw new FaultyLineException("has no 'task'; name the kind of work that it is an example of");
        }
        JsonNode id = node.get("id");
        JsonNode expected = node.get("expected");
        return new Example(
                line,
                id == null || id.isNull() ? "line-" + line : id.asText(),
                task,
                input,
                whole(node.get("input"), input),
                ConversationReader.of(node.get("input"), input),
                ExampleRequest.of(node.get("input"), input),
                system(node.get("input")),
                expected == null || expected.isNull() ? null : expected,
                outputs(node.get("outputs")));
    }

    /**
     * All that was asked. Two questions about different pictures, or the same last question after different turns, are two examples
     * although their input reads the same.
     */
    private static String whole(@Nullable JsonNode input, String text) {
        if (input == null || !input.isObject()) {
            return text;
        }
        JsonNode messages = input.has("contents") ? input.get("contents") : input.get("messages");
        int turns = 0;
        boolean isText = true;
        for (JsonNode message : messages) {
            String role = message.path("role").asText("user");
            turns += role.equals("system") || role.equals("developer") ? 0 : 1;
            isText &= isText(message.has("parts") ? message.get("parts") : message.path("content"));
        }
        return turns <= 1 && isText ? text : text + "\n" + messages;
    }

    private static boolean isText(JsonNode content) {
        for (JsonNode part : content) {
            if (!part.path("text").isTextual()) {
                return false;
            }
        }
        return true;
    }

    /** The system prompts of a chat request, joined by line feeds; empty where an input has none. */
    public static String system(@Nullable JsonNode input) {
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
        Double cost = number(where + ".cost_usd", node.get("cost_usd"), MAX_COST);
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
                    String.format(Locale.ROOT, "%s is %s; it has to be a number from 0 to %,.0f", where, found, max));
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
