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
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final int DAY = "2026-11-29".length();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final JournalFile kept;
    private final RandomAccessFile file;
    private final Map<String, Place> answers = new HashMap<>();
    private final Map<String, String> anew = new HashMap<>(); // instants by model
    private final Map<String, String> lostOnTheirWay = new HashMap<>(); // models by key
    private final Map<Long, UnderWay> open = new HashMap<>();
    private BigDecimal spent = BigDecimal.ZERO;
    private long calls;
    private int lost;
    private String begun = "";

    /** Where an answer is. @param offset bytes before its line */
    private record Place(long offset, String model) {}

    /** A call whose end is not in the journal. @param worst its worst price, USD */
    private record UnderWay(String key, String model, BigDecimal worst) {}

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
        Set<String> underWay = new HashSet<>();
        for (UnderWay call : open.values()) {
            spent = spent.add(call.worst());
            boolean isOnce = answers.containsKey(call.key()) || underWay.add(call.key());
            if (!isOnce) { // a process that is killed again and again is killed while it waits for the slow ones
                lostOnTheirWay.put(call.key(), call.model());
            }
        }
        lost = underWay.size();
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
        if (node.has("anew")) {
            List<String> models = new ArrayList<>();
            node.path("anew").forEach(model -> models.add(model.asText()));
            forget(models);
            open.values().stream()
                    .filter(call -> models.contains(call.model()))
                    .forEach(call -> spent = spent.add(call.worst()));
            open.values().removeIf(call -> models.contains(call.model()));
            models.forEach(model -> anew.put(model, node.path("at").asText()));
            return;
        }
        if (!node.has("call")) {
            return;
        }
        long call = node.path("call").asLong();
        calls = Math.max(calls, call);
        if (node.has("mostUsd")) {
            open.put(
                    call,
                    new UnderWay(
                            node.path("key").asText(),
                            node.path("model").asText().intern(),
                            usd(node.path("mostUsd"))));
            return;
        }
        UnderWay ended = open.remove(call);
        BigDecimal usd = usd(node.path("usd"));
        spent = spent.add(usd);
        if (node.has("text")) {
            answered(node.path("key").asText(), node.path("model").asText().intern(), offset);
        } else if (ended != null && node.path("lost").asBoolean(usd.signum() > 0)) { // older versions do not say it
            lostOnTheirWay.put(ended.key(), ended.model());
        }
    }

    private void answered(String key, String model, long offset) {
        answers.put(key, new Place(offset, model));
        lostOnTheirWay.remove(key);
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
                .put("at", Clock.systemUTC().instant().toString())
                .put("text", answer.text());
        long offset = file.getFilePointer();
        append(line, true);
        answered(question.key(), question.model(), offset);
        spent = spent.add(usd);
    }

    /**
     * A call gave no answer.
     *
     * @param usd what it may have cost; 0 if nothing was billed
     * @param isLost whether the model may have answered, and the answer was lost on its way: out of time, or the connection broke
     */
    synchronized void failed(long call, Question question, String why, BigDecimal usd, boolean isLost)
            throws IOException {
        append(
                JSON.createObjectNode()
                        .put("call", call)
                        .put("usd", usd.toPlainString())
                        .put("failed", why)
                        .put("lost", isLost),
                isLost);
        spent = spent.add(usd);
        if (isLost) {
            lostOnTheirWay.put(question.key(), question.model());
        }
    }

    /**
     * Asks models anew, whatever they have answered so far: it stays in the file, and counts no more. What judges said of it does.
     *
     * @param models as the policy calls them; nothing is done if there are none
     */
    public synchronized void anew(Collection<String> models) throws IOException {
        if (models.isEmpty()) {
            return;
        }
        String at = Clock.systemUTC().instant().toString();
        ObjectNode line = JSON.createObjectNode();
        models.forEach(line.putArray("anew")::add);
        append(line.put("at", at), true);
        forget(models);
        models.forEach(model -> anew.put(model, at));
    }

    /** As {@link #anew}, until this journal is closed. */
    synchronized void forget(Collection<String> models) {
        answers.values().removeIf(place -> models.contains(place.model()));
        lostOnTheirWay.values().removeIf(models::contains);
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

    /** Whether a question is not to be asked: it was answered, or the answer of a model that is to be proven was lost on its way. */
    synchronized boolean settles(Question question) {
        return has(question.key()) || question.isOfCandidate() && isLost(question.key());
    }

    /** Whether the answer to a question was lost on its way, or under way in two processes that ended, and has not come since. */
    synchronized boolean isLost(String key) {
        return lostOnTheirWay.containsKey(key);
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
        Place place = answers.get(key);
        if (place == null) {
            return null;
        }
        long offset = place.offset();
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
                    node.path("isCut").asBoolean(),
                    day(node.path("at").asText()),
                    anew.getOrDefault(place.model(), ""));
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

    /**
     * A kept answer.
     *
     * @param usd null if it is not known
     * @param day on which it was given (UTC), of older versions the day on which the journal was begun; null where neither is known
     * @param anew when its model was asked anew, which makes it another answer, also where every word is the same; empty if it was not
     */
    public record Kept(
            String text,
            @Nullable BigDecimal usd,
            boolean isSimulated,
            boolean isCut,
            @Nullable LocalDate day,
            String anew) {}

    private @Nullable LocalDate day(String instant) {
        String known = instant.isEmpty() ? begun : instant;
        try {
            return known.length() < DAY ? null : LocalDate.parse(known.substring(0, DAY));
        } catch (DateTimeException e) {
            return null;
        }
    }

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
