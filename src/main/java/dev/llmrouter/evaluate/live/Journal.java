package dev.llmrouter.evaluate.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was paid, kept so that it is never paid again: JSON Lines, one before each call and one after it. A line that a
 * crash tore is cut off when the file is opened; a call of which only the first line is there was under way, and its worst
 * price counts as spent. Only an index is in memory, answers are read from the file. Open once at a
 * time, in all processes; safe for use by many threads.
 */
public final class Journal implements AutoCloseable {
    private static final String KIND = "llm-router-validate-journal";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final JournalFile kept;
    private final RandomAccessFile file;
    private final Map<String, Long> answers = new HashMap<>();
    private final Map<Long, UnderWay> open = new HashMap<>();
    private BigDecimal spent = BigDecimal.ZERO;
    private long calls;
    private int lost;
    private String begun = "";

    /** A call whose end is not in the journal. @param worst its worst price, USD */
    private record UnderWay(String key, BigDecimal worst) {}

    private Journal(Path path, JournalFile kept) {
        this.path = path;
        this.kept = kept;
        this.file = kept.file();
    }

    /**
     * Opens a journal, or begins one.
     *
     * @throws IOException if it cannot be read or written
     * @throws IllegalArgumentException if the file is no journal, or is in use, by this process or another; the message says what to do
     */
    public static Journal open(Path path) throws IOException {
        JournalFile kept = JournalFile.open(path);
        boolean isOpen = false;
        try {
            Journal journal = new Journal(path, kept);
            journal.readAll();
            isOpen = true;
            return journal;
        } finally {
            if (!isOpen) {
                kept.close();
            }
        }
    }

    private void readAll() throws IOException {
        long end = 0;
        byte[] line;
        for (int number = 1; (line = nextLine()) != null; number++) {
            JsonNode node;
            try {
                node = JSON.readTree(line);
            } catch (JsonProcessingException e) {
                if (number > 1 && file.getFilePointer() == file.length()) {
                    break; // torn in the middle, although a line feed follows
                }
                throw notOurs(number, e);
            }
            if (number == 1
                    && (!node.path("kind").asText().equals(KIND)
                            || node.path("version").asInt() != VERSION)) {
                throw notOurs(number, null);
            }
            begun = number == 1 ? node.path("begun").asText() : begun;
            take(node, end);
            end = file.getFilePointer();
        }
        if (end == 0 && file.length() > 0 && !isTornHead()) {
            throw notOurs(1, null);
        }
        file.setLength(end);
        file.seek(end);
        open.values().forEach(call -> spent = spent.add(call.worst()));
        lost = (int) open.values().stream()
                .map(UnderWay::key)
                .distinct()
                .filter(key -> !answers.containsKey(key))
                .count();
        open.clear();
        if (end == 0) {
            begun = Clock.systemUTC().instant().toString();
            append(
                    JSON.createObjectNode()
                            .put("kind", KIND)
                            .put("version", VERSION)
                            .put("begun", begun),
                    true);
        }
    }

    private boolean isTornHead() throws IOException {
        file.seek(0);
        byte[] bytes = new byte[(int) Math.min(file.length(), 200)];
        file.readFully(bytes);
        String head = "{\"kind\":\"" + KIND + "\",\"version\":" + VERSION;
        String torn = new String(bytes, StandardCharsets.UTF_8);
        return head.startsWith(torn)
                || torn.startsWith(head) && torn.substring(head.length()).matches("}|,[\\w\":.-]*}?");
    }

    private IllegalArgumentException notOurs(int line, @Nullable Exception cause) {
        return new IllegalArgumentException(
                path + ": line " + line
                        + " is not of a journal of validate; name another file with --journal, or put this"
                        + " one aside with --fresh",
                cause);
    }

    /** The next whole line without its line feed; null at the end, also where the last line has none. */
    private byte @Nullable [] nextLine() throws IOException {
        long start = file.getFilePointer();
        byte[] block = new byte[1 << 14];
        long at = start;
        for (int read = file.read(block); read > 0; read = file.read(block)) {
            for (int i = 0; i < read; i++) {
                if (block[i] == '\n') {
                    byte[] line = new byte[(int) (at + i - start)];
                    file.seek(start);
                    file.readFully(line);
                    file.seek(at + i + 1);
                    return line;
                }
            }
            at += read;
        }
        return null;
    }

    private void take(JsonNode node, long offset) {
        if (!node.has("call")) {
            return;
        }
        long call = node.path("call").asLong();
        calls = Math.max(calls, call);
        if (node.has("mostUsd")) {
            open.put(call, new UnderWay(node.path("key").asText(), usd(node.path("mostUsd"))));
            return;
        }
        open.remove(call);
        spent = spent.add(usd(node.path("usd")));
        if (node.has("text")) {
            answers.put(node.path("key").asText(), offset);
        }
    }

    private static BigDecimal usd(JsonNode node) {
        return node.isTextual() ? new BigDecimal(node.textValue()) : BigDecimal.ZERO;
    }

    /** A call is about to be made. @return its number, for {@link #answered} or {@link #failed} */
    synchronized long starting(Question question, BigDecimal worst) throws IOException {
        long call = ++calls;
        append(
                JSON.createObjectNode()
                        .put("call", call)
                        .put("key", question.key())
                        .put("model", question.model())
                        .put("mostUsd", worst.toPlainString()),
                false);
        return call;
    }

    /** @param usd booked price */
    synchronized void answered(long call, Question question, ModelCaller.Answer answer, BigDecimal usd)
            throws IOException {
        ObjectNode line = JSON.createObjectNode()
                .put("call", call)
                .put("key", question.key())
                .put("example", question.example())
                .put("model", question.model())
                .put("usd", usd.toPlainString())
                .put("isPriceKnown", answer.usd() != null)
                .put("inputTokens", answer.inputTokens())
                .put("outputTokens", answer.outputTokens())
                .put("isCut", answer.isCut())
                .put("isSimulated", question.isSimulated() || answer.isMadeUp())
                .put("text", answer.text());
        long offset = file.getFilePointer();
        append(line, true);
        answers.put(question.key(), offset);
        spent = spent.add(usd);
    }

    /** @param usd what it may have cost; 0 if nothing was billed */
    synchronized void failed(long call, String why, BigDecimal usd) throws IOException {
        append(
                JSON.createObjectNode()
                        .put("call", call)
                        .put("usd", usd.toPlainString())
                        .put("failed", why),
                false);
        spent = spent.add(usd);
    }

    /** Whole lines only: one write each. */
    private void append(ObjectNode line, boolean isPrecious) throws IOException {
        byte[] text = JSON.writeValueAsBytes(line);
        byte[] whole = java.util.Arrays.copyOf(text, text.length + 1);
        whole[text.length] = '\n';
        file.write(whole);
        if (isPrecious) {
            file.getChannel().force(false);
        }
    }

    /** Whether a question was answered. */
    public synchronized boolean has(String key) {
        return answers.containsKey(key);
    }

    /**
     * The answer to a question; null if there is none.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if something else has changed the file meanwhile; the message says what to do
     */
    public synchronized @Nullable Kept find(String key) throws IOException {
        Long offset = answers.get(key);
        if (offset == null) {
            return null;
        }
        long end = file.getFilePointer();
        try {
            file.seek(offset);
            JsonNode node = answer(nextLine());
            if (!node.path("key").asText().equals(key) || !node.has("text")) {
                throw new IllegalArgumentException(path + ": the answer at byte " + offset
                        + " is not the one that was written there: something else has changed the journal. Put it aside"
                        + " (--fresh) and run again; what it held is paid for once more");
            }
            return new Kept(
                    node.path("text").asText(),
                    node.path("isPriceKnown").asBoolean() ? usd(node.path("usd")) : null,
                    node.path("isSimulated").asBoolean(),
                    node.path("isCut").asBoolean());
        } finally {
            file.seek(end);
        }
    }

    /** A line; missing where there is none, or no JSON. */
    private static JsonNode answer(byte @Nullable [] line) throws IOException {
        try {
            return line == null ? JSON.missingNode() : JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    /** A kept answer. @param usd null if it is not known */
    public record Kept(String text, @Nullable BigDecimal usd, boolean isSimulated, boolean isCut) {}

    /** USD of everything in the journal; calls that were under way at a crash with their worst price. */
    public synchronized BigDecimal spent() {
        return spent;
    }

    /** Answers that are kept. */
    public synchronized int answers() {
        return answers.size();
    }

    /** Questions whose call was under way when an earlier run ended, and that nobody has answered since. */
    public int lost() {
        return lost;
    }

    /** When it was begun, which tells it from one that was put aside; empty for those of older versions. */
    String begun() {
        return begun;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        kept.close();
    }
}
