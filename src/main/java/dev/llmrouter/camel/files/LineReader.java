package dev.llmrouter.camel.files;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a file line by line as bytes, with memory for one line. Empty lines are counted and not given. For one thread. */
final class LineReader implements Closeable {
    /** Longest line of an input in bytes; a longer one is given without its bytes. */
    static final int MAX_BYTES = 20_000_000;

    private static final int BUFFER = 1 << 16;
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxBytes;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private int number;
    private long consumed;
    private long start;
    private boolean tooLong;

    /** For files of others: the longest line has {@value #MAX_BYTES} bytes. */
    LineReader(Path file) throws IOException {
        this(file, MAX_BYTES);
    }

    private LineReader(Path file, int maxBytes) throws IOException {
        this.maxBytes = maxBytes;
        in = Files.newInputStream(file);
    }

    /** For files that we or a provider wrote: a line holds one of another file, and more. */
    static LineReader ofResults(Path file) throws IOException {
        return new LineReader(file, Integer.MAX_VALUE / 2);
    }

    /** The next line that is not empty, without its end; null at the end of the file. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            byte[] bytes = read();
            if (bytes == null) {
                return null;
            }
            if (tooLong || !isBlank(bytes)) {
                return bytes;
            }
        }
    }

    /** Number of the line that was given last, from 1. */
    int number() {
        return number;
    }

    /** Where the line that was given last begins, in bytes from the start of the file. */
    long start() {
        return start;
    }

    /** Whether the line that was given last has too many bytes, and came without them. */
    boolean isTooLong() {
        return tooLong;
    }

    private byte @Nullable [] read() throws IOException {
        line.reset();
        tooLong = false;
        boolean any = false;
        start = consumed;
        while (true) {
            if (position == limit) {
                limit = in.read(buffer);
                position = 0;
                if (limit <= 0) {
                    limit = 0;
                    return any ? taken() : null;
                }
            }
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            take(end);
            consumed += end - position + (end < limit ? 1 : 0);
            if (end < limit) {
                position = end + 1;
                return taken();
            }
            position = end;
        }
    }

    private void take(int end) {
        if (tooLong || line.size() + end - position > maxBytes) {
            tooLong = true;
            line.reset();
        } else {
            line.write(buffer, position, end - position);
        }
    }

    private byte[] taken() {
        number++;
        byte[] bytes = line.toByteArray();
        return number == 1 ? withoutMark(bytes) : bytes;
    }

    /** Without the byte order mark that some editors put before everything else. */
    static byte[] withoutMark(byte[] bytes) {
        return bytes.length >= MARK.length && java.util.Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)
                ? java.util.Arrays.copyOfRange(bytes, MARK.length, bytes.length)
                : bytes;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0 || each > ' ') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
