package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.classify.learned.DataFileException;
import dev.llmrouter.classify.learned.DataLineReader;
import dev.llmrouter.classify.learned.DataLines;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The examples of a data set one at a time; what {@link DataSetReader} reads at once. Use by one thread at a time. */
public final class ExampleReader implements Iterator<Example>, Closeable {
    private final Path file;
    private final DataLineReader lines;
    private final Consumer<BadLine> bad;
    private final Sink sink = new Sink();
    private @Nullable Example next;
    private boolean isOver;
    private final Map<String, Integer> faultyOf = new HashMap<>();
    private int good;
    private int faulty;

    /** @param bad is told every line that cannot be used @throws IOException if the file cannot be read */
    public ExampleReader(Path file, Consumer<BadLine> bad) throws IOException {
        this.file = file;
        this.lines = new DataLineReader(file);
        this.bad = bad;
    }

    /** @throws UncheckedIOException if the file cannot be read or its gzip stream is broken */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !isOver) {
                isOver = !lines.next(sink);
            }
        } catch (DataFileException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + ": cannot be read after example " + good + " (" + e.getMessage()
                            + "). Give a JSON Lines file in UTF-8, plain or gzip.",
                    e);
        }
        return next != null;
    }

    @Override
    public Example next() {
        Example example = hasNext() ? next : null;
        if (example == null) {
            throw new NoSuchElementException("the data set has no more examples");
        }
        next = null;
        return example;
    }

    /** What was read; to be asked once, after the last example. */
    public DataSetReader.Summary summary() {
        return new DataSetReader.Summary(good, faulty, faultyOf, lines.sha256());
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private final class Sink implements DataLines.Sink {
        @Override
        public void line(int number, JsonNode object, String text) {
            String task = object.path("task").asText(DataSetReader.NO_TASK);
            next = DataSetReader.example(number, object, text, fault -> fault(task, fault));
            good += next == null ? 0 : 1;
        }

        @Override
        public void fault(int number, String fault) {
            fault(DataSetReader.NO_TASK, new BadLine(number, fault));
        }

        private void fault(String task, BadLine line) {
            faulty++;
            faultyOf.merge(task, 1, Integer::sum);
            bad.accept(line);
        }
    }
}
