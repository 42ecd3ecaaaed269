package dev.llmrouter.camel.files;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.route.Decided;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batches of one input file at providers. Safe for use by many threads. */
final class Bulks implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Bulks.class);

    private final ResultFiles files;
    private final List<Bulk> bulks = new ArrayList<>();
    private final Map<String, Open> open = new LinkedHashMap<>();
    private int numbers;
    private @Nullable Boolean takesLines;

    private Bulks(ResultFiles files) {
        this.files = files;
    }

    /** One that takes lines. */
    private record Open(int number, BulkState state, BulkSpool spool, BitSet lines) {}

    /** Takes up those of an earlier run. One that was not sealed has not been ordered, and its lines are put in anew. */
    static Bulks open(ResultFiles files) throws IOException {
        Bulks all = new Bulks(files);
        for (int number : files.bulks()) {
            all.numbers = number;
            if (!Files.exists(files.bulk(number, "json"))) {
                Files.delete(files.bulk(number, "jsonl"));
                continue;
            }
            BulkState state = BulkState.read(files.bulk(number, "json"));
            if (!state.isOver()) {
                BitSet lines = BulkSpool.read(files.bulk(number, "jsonl"));
                all.bulks.add(new Bulk(files, number, state, lines, false));
            }
        }
        return all;
    }

    /** Whether a batch is not over. @param id the provider's */
    synchronized boolean isOpen(String id) {
        return bulks.stream().anyMatch(bulk -> id.equals(bulk.state().id()));
    }

    /** Whether a line has been put into a batch that is not over. */
    synchronized boolean holds(int line) {
        return bulks.stream().anyMatch(bulk -> bulk.lines().get(line));
    }

    /** How many of its lines are not done. */
    synchronized int waiting(BitSet done) {
        BitSet waiting = new BitSet();
        bulks.forEach(bulk -> waiting.or(bulk.lines()));
        waiting.andNot(done);
        return waiting.cardinality();
    }

    /**
     * Whether lines may be put in: only of a file of which a copy can be kept, which is tried once. Those of a file that was replaced before its first
     * line came here are called.
     */
    synchronized boolean takesLines() throws IOException {
        Boolean known = takesLines;
        if (known == null) {
            known = files.keep();
            takesLines = known;
            if (!known) {
                LOG.warn(
                        "Lines of {} are called one by one instead of in a batch: the file is not there any more as it was taken",
                        files.input().name());
            }
        }
        return known;
    }

    /**
     * Puts a line in, where {@link #takesLines()}.
     *
     * @param maxLines of a batch at most, where that is less than the provider's limit
     */
    synchronized void collect(BatchLine line, Decided decided, BatchApi api, int maxLines) throws IOException {
        Candidate candidate = decided.decision().candidates().get(0);
        String tier = decided.decision().tier();
        Model model = candidate.model();
        Open into = open.get(name(tier, model));
        if (into == null) {
            into = begin(decided.decision().policy().tier(tier).orElseThrow(), model);
        }
        String name = BulkSpool.customId(into.state().key(), line.number(), line.bytes());
        ChatRequest request = decided.toProvider()
                .limitedBy(candidate.provider().outputLimit())
                .suiting(model.capabilities());
        byte[] bytes = api.line(name, request, model, into.spool().lines() == 0);
        if (into.spool().lines() > 0
                && (into.spool().lines() >= Math.min(maxLines, api.maxLines())
                        || into.spool().bytes() + bytes.length > api.maxBytes())) {
            seal(into);
            into = begin(decided.decision().policy().tier(tier).orElseThrow(), model);
            name = BulkSpool.customId(into.state().key(), line.number(), line.bytes());
            bytes = api.line(name, request, model, true);
        }
        into.spool().add(bytes);
        into.lines().set(line.number());
    }

    /** After a reload a model may be another one, or have another price: its lines go into a batch of their own. */
    private static String name(String tier, Model model) {
        return tier
                + ' '
                + model.name()
                + ' '
                + model.version()
                + ' '
                + model.inBatch().price();
    }

    private Open begin(Tier tier, Model model) throws IOException {
        int number = ++numbers;
        String key = UUID.randomUUID().toString().replace("-", "");
        Tier.Batch batch = Objects.requireNonNull(tier.batch(), "batch");
        Open begun = new Open(
                number,
                BulkState.of(files.bulk(number, "json"), tier.name(), model, batch, key),
                new BulkSpool(files.bulk(number, "jsonl")),
                new BitSet());
        open.put(name(tier.name(), model), begun);
        return begun;
    }

    /** The lines are on the disk before the state says so, and the state before anybody is told. */
    private void seal(Open full) throws IOException {
        full.spool().close();
        full.state().sealed(full.spool().lines(), Instant.now());
        bulks.add(new Bulk(files, full.number(), full.state(), full.lines(), true));
        open.values().remove(full);
    }

    /** All lines are put in: nothing more comes. */
    synchronized void seal() throws IOException {
        for (Open each : List.copyOf(open.values())) {
            seal(each);
        }
    }

    /** The lines of these wait: what lies under the name of the input by now may be another file. */
    Path source() {
        return files.source();
    }

    /** Lets a batch rest whose answers the policy in force does not take. @return false if it rests already */
    synchronized boolean postpone(int line, Instant until) {
        boolean any = false;
        for (Bulk bulk : bulks) {
            if (bulk.lines().get(line) && !bulk.rests(Instant.now())) {
                bulk.rest(until);
                any = true;
            }
        }
        return any;
    }

    /** Those that are not over. */
    synchronized List<Bulk> bulks() {
        return List.copyOf(bulks);
    }

    /** Whether lines wait. */
    synchronized boolean isOpen() {
        return !bulks.isEmpty() || !open.isEmpty();
    }

    /** Does with each what is to be done next. It takes as long as a provider takes to answer. */
    void advance(Function<BulkState, Bulk.Reach> reach, Duration poll) throws IOException {
        for (Bulk bulk : bulks()) {
            bulk.advance(reach.apply(bulk.state()), Instant.now(), poll);
        }
    }

    /** Puts those away whose lines are all done. */
    void putAway(Predicate<BitSet> areDone) throws IOException {
        for (Bulk bulk : bulks()) {
            if (bulk.state().isEnded() && areDone.test(bulk.lines())) {
                remove(bulk);
            }
        }
    }

    private synchronized void remove(Bulk bulk) throws IOException {
        bulk.over();
        bulks.remove(bulk);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Open each : open.values()) {
            each.spool().close();
        }
        open.clear();
        if (bulks.isEmpty()) {
            Files.deleteIfExists(files.kept());
        }
    }
}
