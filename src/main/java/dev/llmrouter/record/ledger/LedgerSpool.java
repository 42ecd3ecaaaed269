package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that wait for their database, as lines of JSON in a file of bounded size. A process that dies while it writes
 * leaves a torn line, also one that ends within a character; it is skipped. Not safe for use by many threads.
 */
final class LedgerSpool {
    /** Name of the file in the data folder. */
    static final String FILE = "ledger-spool.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerSpool.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST = "request";
    private static final String FEEDBACK = "feedback";
    private static final String PAIR = "pair";
    private static final String CHANGE = "change";

    private final Path file;
    private final long maxBytes;

    /** @param maxBytes size that the file does not exceed */
    LedgerSpool(Path folder, long maxBytes) {
        this.file = folder.resolve(FILE);
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
     * @throws IOException if the file cannot be written; what was written of these entries is taken off again
     */
    int append(List<? extends LedgerEntry> entries) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
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
     * Hands all entries over, in pieces, and removes the file. If the taker fails the file stays as it is: taken pieces
     * will be handed over again.
     *
     * @return how many entries were handed over
     */
    <E extends Exception> long drain(int pieceSize, Taker<E> taker) throws IOException, E {
        long drained = 0;
        try (BufferedReader lines = lines(file)) {
            List<LedgerEntry> piece = new ArrayList<>(pieceSize);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LedgerEntry entry = read(line);
                if (entry != null) {
                    piece.add(entry);
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
        }
        Files.delete(file);
        return drained;
    }

    /** A write that was cut off may have left a part of a character: it is replaced, so that it spoils its own line only. */
    private static BufferedReader lines(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    /** Lines of the file; 0 where there is none. */
    static long count(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        try (BufferedReader lines = lines(file)) {
            return lines.lines().filter(line -> !line.isEmpty()).count();
        }
    }

    private static String write(LedgerEntry entry) {
        try {
            String kind = entry instanceof RequestEntry
                    ? REQUEST
                    : entry instanceof PairEntry ? PAIR : entry instanceof RouteChangeEntry ? CHANGE : FEEDBACK;
            return "{\"" + kind + "\":" + JSON.writeValueAsString(entry) + "}";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values is always writable", e);
        }
    }

    private static @Nullable LedgerEntry read(String line) {
        if (line.isEmpty()) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(line);
            if (node.has(PAIR)) {
                return JSON.treeToValue(node.get(PAIR), PairEntry.class);
            }
            if (node.has(CHANGE)) {
                return JSON.treeToValue(node.get(CHANGE), RouteChangeEntry.class);
            }
            return node.has(REQUEST)
                    ? JSON.treeToValue(node.get(REQUEST), RequestEntry.class)
                    : JSON.treeToValue(node.get(FEEDBACK), FeedbackEntry.class);
        } catch (JsonProcessingException e) {
            LOG.warn("The ledger's spool holds a line of {} characters that is torn; it is skipped", line.length());
            return null;
        }
    }
}
