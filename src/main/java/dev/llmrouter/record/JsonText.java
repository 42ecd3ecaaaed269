package dev.llmrouter.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** JSON as a text, written piece by piece: for what is written of every request, where trees would be made only for it. */
public final class JsonText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int USUAL_LENGTH = 1_024;

    private JsonText() {}

    /** Writes one value. */
    @FunctionalInterface
    public interface Writer {
        void write(JsonGenerator out) throws IOException;
    }

    /** @throws UncheckedIOException if the writer writes something where it has no place */
    public static String of(Writer writer) {
        StringWriter text = new StringWriter(USUAL_LENGTH);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
