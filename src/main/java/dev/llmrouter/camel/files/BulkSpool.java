package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The file of a batch while lines are put in. For one thread at a time. */
final class BulkSpool implements Closeable {
    /** Hexadecimal digits that stand for the content of a line; with the rest of its name 64 characters at most. */
    private static final int HASH = 12;

    private static final JsonFactory JSON = new JsonFactory();

    private final FileChannel channel;
    private final OutputStream out;
    private int lines;
    private long bytes;

    /** @param file is overwritten */
    BulkSpool(Path file) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    void add(byte[] line) throws IOException {
        out.write(line);
        lines++;
        bytes += line.length;
    }

    int lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    /** What is in it is on the disk when this returns. */
    @Override
    public void close() throws IOException {
        try (channel) {
            out.flush();
            channel.force(true);
        }
    }

    /** The name of a line in a batch: whose batch, which line, of which content. */
    static String customId(String key, int line, byte[] content) {
        return key + "-" + line + "-" + BatchInput.sha256(content).substring(0, HASH);
    }

    /** The numbers of the lines in a file. */
    static BitSet read(Path file) throws IOException {
        BitSet lines = new BitSet();
        try (LineReader reader = LineReader.ofResults(file)) {
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                String name = name(line);
                String[] parts = name == null ? new String[0] : name.split("-", -1);
                if (parts.length != 3) {
                    throw new IOException(file + " is not as it was written: line " + reader.number()
                            + " has no custom_id of ours. Restore it.");
                }
                lines.set(Integer.parseInt(parts[1]));
            }
        }
        return lines;
    }

    /** It comes first: what is behind it is not read. */
    private static @Nullable String name(byte[] line) throws IOException {
        byte[] json = line.length > 0 && line[0] == ',' ? Arrays.copyOfRange(line, 1, line.length) : line;
        try (JsonParser parser = JSON.createParser(json)) {
            boolean found = parser.nextToken() == JsonToken.START_OBJECT
                    && "custom_id".equals(parser.nextFieldName())
                    && parser.nextToken() == JsonToken.VALUE_STRING;
            return found ? parser.getText() : null;
        }
    }
}
