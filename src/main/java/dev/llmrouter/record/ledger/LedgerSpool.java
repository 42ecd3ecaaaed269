package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.lang.reflect.RecordComponent;
import java.nio.channels.Channels;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that wait for their database, as lines of JSON in a file of bounded size. A process that dies while it writes
 * leaves a torn line, also one that ends within a character; it is skipped. Not safe for use by many threads. Another ledger of this
 * process and a second process on the folder, as one that starts before the last has ended, are kept out by a {@link SpoolLock} while one
 * writes or empties it. The file itself is locked as well, for processes of versions that lock nothing else.
 */
final class LedgerSpool {
    /** Name of the file in the data folder. */
    static final String FILE = "ledger-spool.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerSpool.class);
    /** A newer version may have written more. */
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** How long an entry waits for the spool: longer than who empties it waits for a database that is locked. */
    private static final long APPEND_WAIT_MILLIS = 3000;

    /** How long who empties it waits. Somebody else who has it may do so as well. */
    private static final long DRAIN_WAIT_MILLIS = 100;

    /** What the line of an entry begins with. */
    private static final Map<String, Class<? extends LedgerEntry>> KINDS = Map.of(
            "request",
            RequestEntry.class,
            "feedback",
            FeedbackEntry.class,
            "pair",
            PairEntry.class,
            "begun",
            PairBegunEntry.class,
            "change",
            RouteChangeEntry.class);

    private final Path folder;
    private final Path file;
    private final long maxBytes;

    /** @param maxBytes size that the file does not exceed */
    LedgerSpool(Path folder, long maxBytes) {
        this.folder = folder.toAbsolutePath();
        this.file = this.folder.resolve(FILE);
        this.maxBytes = maxBytes;
    }

    /** Takes the given entries in on their way to the database. */
    @FunctionalInterface
    interface Taker<E extends Exception> {
        void take(List<LedgerEntry> entries) throws E;
    }

    boolean isEmpty() {
        try {
            return Files.size(file) == 0;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Appends as many entries as fit.
     *
     * @return how many were appended: the first ones
     * @throws SpoolHeldException if somebody else has it for longer than a few seconds
     * @throws IOException if the file cannot be written; what was written of these entries is taken off again
     */
    int append(List<? extends LedgerEntry> entries) throws IOException {
        Files.createDirectories(folder);
        try (SpoolLock unused = SpoolLock.of(folder, APPEND_WAIT_MILLIS);
                RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
                FileLock asBefore = lock(out, APPEND_WAIT_MILLIS)) {
            long end = out.length();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (end > 0 && isTorn(out, end)) {
                bytes.write('\n');
            }
            int appended = 0;
            for (LedgerEntry entry : entries) {
                byte[] line = write(entry).getBytes(StandardCharsets.UTF_8);
                if (end + bytes.size() + line.length + 1 > maxBytes) {
                    break;
                }
                bytes.writeBytes(line);
                bytes.write('\n');
                appended++;
            }
            try {
                out.seek(end);
                out.write(bytes.toByteArray());
            } catch (IOException e) {
                out.setLength(end);
                throw e;
            }
            return appended;
        }
    }

    private static boolean isTorn(RandomAccessFile out, long end) throws IOException {
        out.seek(end - 1);
        return out.read() != '\n';
    }

    /**
     * Hands all entries over, in pieces, and empties the file. If the taker fails the file stays as it is: taken pieces
     * will be handed over again.
     *
     * @throws SpoolHeldException if somebody else has it
     */
    <E extends Exception> Drained drain(int pieceSize, Taker<E> taker) throws IOException, E {
        long drained = 0;
        long skipped = 0;
        try (SpoolLock unused = SpoolLock.of(folder, DRAIN_WAIT_MILLIS);
                RandomAccessFile in = new RandomAccessFile(file.toFile(), "rw");
                FileLock asBefore = lock(in, DRAIN_WAIT_MILLIS)) {
            BufferedReader lines = lines(Channels.newInputStream(in.getChannel())); // closed with the file
            List<LedgerEntry> piece = new ArrayList<>(pieceSize);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LedgerEntry entry = read(line);
                if (entry != null) {
                    piece.add(entry);
                } else if (!line.isEmpty()) {
                    skipped++;
                }
                if (piece.size() == pieceSize) {
                    taker.take(piece);
                    drained += piece.size();
                    piece = new ArrayList<>(pieceSize);
                }
            }
            if (!piece.isEmpty()) {
                taker.take(piece);
                drained += piece.size();
            }
            in.setLength(0); // deleted, it could be one that somebody else waits to write to
        }
        return new Drained(drained, skipped);
    }

    /**
     * What came of the lines of the file.
     *
     * @param taken entries that were handed over
     * @param skipped lines that are no entries
     */
    record Drained(long taken, long skipped) {}

    private static @Nullable FileLock lock(RandomAccessFile open, long waitMillis) throws SpoolHeldException {
        return SpoolLock.lock(open.getChannel(), System.nanoTime(), waitMillis);
    }

    /** A write that was cut off may have left a part of a character: it is replaced, so that it spoils its own line only. */
    private static BufferedReader lines(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Lines of the file; 0 where there is none. Waits for who writes or empties it in this process. */
    static long count(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        try (SpoolLock unused = SpoolLock.ofThisProcess(folder); // closing the file lets go of its own lock
                BufferedReader lines = lines(Files.newInputStream(file))) {
            return lines.lines().filter(line -> !line.isEmpty()).count();
        }
    }

    private static String write(LedgerEntry entry) {
        try {
            return "{\"" + kind(entry) + "\":" + JSON.writeValueAsString(entry) + "}";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values is always writable", e);
        }
    }

    private static String kind(LedgerEntry entry) {
        for (Map.Entry<String, Class<? extends LedgerEntry>> kind : KINDS.entrySet()) {
            if (kind.getValue().isInstance(entry)) {
                return kind.getKey();
            }
        }
        throw new IllegalStateException("no line is known for " + entry.getClass());
    }

    /** @return null for a line of nothing known */
    private static @Nullable LedgerEntry entry(JsonNode node) throws JsonProcessingException {
        for (Map.Entry<String, Class<? extends LedgerEntry>> kind : KINDS.entrySet()) {
            if (node.has(kind.getKey())) {
                return JSON.treeToValue(node.get(kind.getKey()), kind.getValue());
            }
        }
        return null;
    }

    private static @Nullable LedgerEntry read(String line) {
        if (line.isEmpty()) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(line);
            LedgerEntry entry = entry(node);
            if (entry != null && isWhole(entry)) {
                return entry;
            }
            LOG.warn(
                    "The ledger's spool holds a line of {} characters that lacks a value; it is skipped",
                    line.length());
        } catch (JsonProcessingException e) {
            LOG.warn("The ledger's spool holds a line of {} characters that is torn; it is skipped", line.length());
        }
        return null;
    }

    /** JSON leaves null what a line does not state, also where the record never does. */
    private static boolean isWhole(LedgerEntry entry) {
        for (RecordComponent each : entry.getClass().getRecordComponents()) {
            if (!each.getAnnotatedType().isAnnotationPresent(Nullable.class) && valueOf(each, entry) == null) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Object valueOf(RecordComponent component, LedgerEntry entry) {
        try {
            return component.getAccessor().invoke(entry);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("what a record holds is always readable", e);
        }
    }
}
