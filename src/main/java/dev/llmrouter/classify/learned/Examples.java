package dev.llmrouter.classify.learned;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a data set for learning; what a line is and how it is read says {@link DataLines}. */
public final class Examples implements DataLines.Sink {
    private static final List<String> SOURCES = List.of("source", "dataset", "fine");

    private final Consumer<LabelledExample> sink;
    private final List<String> faults = new ArrayList<>();
    private int faulty;
    private int read;
    private int used;

    private Examples(Consumer<LabelledExample> sink) {
        this.sink = sink;
    }

    /**
     * Reads all lines.
     *
     * @throws UnreadableDataException if the file cannot be read
     * @throws ExamplesException if lines are faulty: all of them are named (the first twenty
     *     with their fault)
     */
    public static List<LabelledExample> read(Path file) throws ExamplesException {
        List<LabelledExample> all = new ArrayList<>();
        forEach(file, all::add);
        return all;
    }

    /**
     * Hands over line by line. Faulty lines are left out and named in the end.
     *
     * @return how many examples were handed over
     * @throws ExamplesException as {@link #read}
     */
    public static int forEach(Path file, Consumer<LabelledExample> sink) throws ExamplesException {
        Examples examples = new Examples(sink);
        try {
            DataLines.read(file, examples);
        } catch (DataFileException e) {
            throw new UnreadableDataException(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            throw new UnreadableDataException(
                    "there is no file " + file + ". Name a JSON Lines file in UTF-8, plain or gzip.");
        } catch (IOException e) {
            throw new UnreadableDataException(file + ": cannot be read after line " + examples.read + " (" + reason(e)
                    + "). Give a JSON Lines file in UTF-8, plain or gzip.");
        }
        if (examples.faulty > 0) {
            throw ExamplesException.of(file.toString(), examples.faults, examples.faulty);
        }
        return examples.used;
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
    }

    @Override
    public void fault(int number, String fault) {
        read = number;
        faulty++;
        if (faults.size() < ExamplesException.shown()) {
            faults.add("line " + number + " " + fault);
        }
    }

    @Override
    public void line(int number, JsonNode json, String text) {
        read = number;
        JsonNode id = json.get("id");
        JsonNode task = json.get("task");
        JsonNode outputs = json.get("outputs");
        JsonNode expected = json.get("expected");
        Map<String, JsonNode> byModel = new LinkedHashMap<>();
        if (outputs != null) {
            outputs.properties().forEach(field -> byModel.put(field.getKey(), field.getValue()));
        }
        used++;
        sink.accept(new LabelledExample(
                id == null || id.isNull() ? "line " + number : id.asText(),
                task == null || task.isNull() ? null : task.textValue(),
                text,
                expected == null || expected.isNull() ? null : expected,
                source(json.path("meta")),
                byModel));
    }

    private static @Nullable String source(JsonNode meta) {
        for (String field : SOURCES) {
            if (meta.path(field).isTextual() && !meta.get(field).textValue().isBlank()) {
                return meta.get(field).textValue();
            }
        }
        return null;
    }
}
