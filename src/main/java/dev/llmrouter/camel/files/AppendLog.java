package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines that grows line by line, each in one write: what a killed process left is whole lines, and at most one
 * that is torn, which is cut off at the next opening. What is written is forced to the disk every second. For one thread at a time.
 */
final class AppendLog implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ROOM = 1 << 18;
    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FileChannel channel;
    private long forced = System.nanoTime();

    private AppendLog(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * What an earlier run wrote of a line.
     *
     * @param line number of the line, from 1
     * @param again whether the line failed for a reason that is not its own
     * @param batch the provider's id of the batch whose answer is in it; null for none
     */
    record Entry(
            int line,
            LineCost cost,
            boolean again,
            @Nullable String batch) {}

    /**
     * Opens for more lines, after the last whole one.
     *
     * @throws IOException if the file cannot be written
     */
    static AppendLog open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long end = endOfLastLine(channel);
            AppendLog log = new AppendLog(channel);
            log.cut(end);
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static long endOfLastLine(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(8192);
        long end = channel.size();
        while (end > 0) {
            long start = Math.max(0, end - block.capacity());
            block.clear().limit((int) (end - start));
            channel.read(block, start);
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    /** Adds a line. When this returns, a process that is killed does not lose it. */
    void append(byte[] json) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(Arrays.copyOf(json, json.length + 1));
        line.put(json.length, (byte) '\n');
        while (line.hasRemaining()) {
            channel.write(line);
        }
        long now = System.nanoTime();
        if (now - forced > FORCE_NANOS) {
            channel.force(false);
            forced = now;
        }
    }

    /**
     * Finds out before anything is asked whether answers have room: writes as much as some of them take, and takes it back before it
     * comes to the disk (local file systems set room aside when they are written to).
     *
     * @throws IOException if they have none
     */
    void reserve() throws IOException {
        long end = channel.position();
        ByteBuffer room = ByteBuffer.allocate(ROOM);
        try {
            while (room.hasRemaining()) {
                channel.write(room);
            }
        } catch (IOException full) {
            try {
                cut(end);
            } catch (IOException e) {
                full.addSuppressed(e);
            }
            throw full;
        }
        cut(end);
    }

    private void cut(long end) throws IOException {
        channel.truncate(end);
        channel.position(end);
    }

    /** Keeps the last of what was written of each line that is to stay. The file must not be open. */
    static void retainLast(Path file, IntPredicate stays) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Map<Integer, Integer> surplus = surplus(file);
        Path rewritten = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(rewritten);
        try (LineReader lines = LineReader.ofResults(file);
                AppendLog journal = open(rewritten)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                Entry entry = entry(line);
                if (entry == null || !stays.test(entry.line())) {
                    continue;
                }
                int more = surplus.getOrDefault(entry.line(), 0);
                if (more == 0) {
                    journal.append(line);
                } else {
                    surplus.put(entry.line(), more - 1);
                }
            }
        }
        Files.move(rewritten, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** How many entries each line has beyond its last, where it has several. */
    private static Map<Integer, Integer> surplus(Path file) throws IOException {
        BitSet seen = new BitSet();
        Map<Integer, Integer> surplus = new HashMap<>();
        try (LineReader lines = LineReader.ofResults(file)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                Entry entry = entry(line);
                if (entry != null && seen.get(entry.line())) {
                    surplus.merge(entry.line(), 1, Integer::sum);
                } else if (entry != null) {
                    seen.set(entry.line());
                }
            }
        }
        return surplus;
    }

    /** Null for what is no line of a journal. */
    static @Nullable Entry entry(byte[] json) {
        int line = 0;
        BigDecimal cost = null;
        BigDecimal known = null;
        boolean again = false;
        String batch = null;
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("line")) {
                    line = parser.getIntValue();
                } else if (name.equals(LineCost.FIELD) && value != JsonToken.VALUE_NULL) {
                    cost = parser.getDecimalValue();
                } else if (name.equals(LineCost.KNOWN_FIELD)) {
                    known = parser.getDecimalValue();
                } else if (name.equals(LineJson.BATCH)) {
                    batch = parser.getText();
                } else if (name.equals("again")) {
                    again = value == JsonToken.VALUE_TRUE;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return line < 1 ? null : new Entry(line, LineCost.of(cost, known), again, batch);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            channel.force(true);
        }
    }
}
