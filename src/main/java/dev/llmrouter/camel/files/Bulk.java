package dev.llmrouter.camel.files;

import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.BatchException;
import dev.llmrouter.provider.BatchItem;
import dev.llmrouter.provider.BatchStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch at a provider: ordered, waited for and fetched, one step at a time, each written down before the next. Whatever step a
 * process dies at, the next process goes on there; where it may have ordered without writing the id down, the batch is looked for
 * first. For one thread at a time.
 */
final class Bulk {
    private static final Logger LOG = LoggerFactory.getLogger(Bulk.class);
    /** After a batch was cancelled, what it has is waited for as long, or as long as it was allowed to take if that is less. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final ResultFiles files;
    private final int number;
    private final BulkState state;
    private final BitSet lines;
    private boolean mayBeOrdered;
    private Instant next = Instant.MIN;
    private volatile Instant resting = Instant.MIN;
    private Duration pause = Duration.ZERO;

    /** @param isNew whether it was made just now, so that nobody can have ordered it */
    Bulk(ResultFiles files, int number, BulkState state, BitSet lines, boolean isNew) {
        this.files = files;
        this.number = number;
        this.state = state;
        this.lines = lines;
        this.mayBeOrdered = !isNew;
    }

    BulkState state() {
        return state;
    }

    /** The numbers of its lines. */
    BitSet lines() {
        return lines;
    }

    /** Its answers are not given to the routes until then. */
    void rest(Instant until) {
        resting = until;
    }

    boolean rests(Instant now) {
        return now.isBefore(resting);
    }

    Path answers() {
        return files.bulk(number, "answers.jsonl");
    }

    private Path spool() {
        return files.bulk(number, "jsonl");
    }

    /**
     * What the policy in force has of what made a batch.
     *
     * @param api of its provider; null if the policy does not say where it is any more
     * @param isKnown whether its model is the same still. If not, what is under way goes on, and its answers wait
     */
    record Reach(@Nullable BatchApi api, boolean isKnown) {}

    /**
     * Does what is to be done next, if it is time.
     *
     * @param reach of what made it, in the policy in force
     * @param poll wait before it is looked at again; grows by half each time, up to thirty times as long
     * @throws IOException if it cannot be written down
     */
    void advance(Reach reach, Instant now, Duration poll) throws IOException {
        if (now.isBefore(next) || state.isEnded() && reach.isKnown()) {
            return;
        }
        BatchApi api = reach.api();
        pause = pause.isZero()
                ? poll
                : min(pause.multipliedBy(3).dividedBy(2), poll.multipliedBy(BulkProcessor.MOST_POLLS));
        next = now.plus(pause);
        try {
            if (!reach.isKnown()) {
                LOG.warn(
                        "{} waits: it was made for tier '{}' and model '{}'{}, and the policy in force has no such tier, or no model of that name that"
                                + " is the same and has a batch API. Put it back.",
                        title(),
                        state.tier(),
                        state.model(),
                        state.version() == null ? "" : " (" + state.version() + ")");
            }
            if (state.isEnded() || api == null) {
                return;
            }
            if (state.id() != null) {
                lookPatiently(api, now);
            } else if (!isFound(api) && reach.isKnown()) {
                order(api);
            }
        } catch (BatchException e) {
            if (e.isRefusal()) {
                LOG.warn("{} comes to nothing: {}", title(), e.getMessage());
                end(e.getMessage());
                return;
            }
            LOG.warn("{} waits: {}", title(), e.getMessage());
            LOG.debug("{} waits", title(), e);
        }
        // what is not under way waits for the policy, however long that takes
        if (!state.isEnded() && (state.id() != null || reach.isKnown())) {
            checkDeadline(api, now);
        }
    }

    /** Whether it had been ordered without its id being written down. */
    private boolean isFound(BatchApi api) throws BatchException, IOException {
        String found = mayBeOrdered ? find(api) : null;
        if (found == null) {
            return false;
        }
        state.ordered(found, api.keepsKey());
        LOG.info("{} had been ordered: {}", title(), found);
        next = Instant.MIN;
        return true;
    }

    private void order(BatchApi api) throws BatchException, IOException {
        if (state.uploaded() == null) {
            state.uploaded(api.upload(spool(), state.key()));
        }
        mayBeOrdered = true;
        String id = api.submit(spool(), state.uploaded(), state.key());
        state.ordered(id, true);
        LOG.info("{} is ordered: {}, {} lines", title(), id, state.lines());
    }

    /** Nothing is ordered or called before it is known whether it was ordered: that would be paid twice. */
    private @Nullable String find(BatchApi api) throws BatchException {
        try {
            return api.find(state.key(), state.lines(), state.created(), state.others());
        } catch (BatchException e) {
            throw e.isRefusal() ? e.asPassing() : e;
        }
    }

    /** It is ordered, and so paid for: a provider that does not know it now (another project's key, for one) is asked again. */
    private void lookPatiently(BatchApi api, Instant now) throws BatchException, IOException {
        try {
            look(api, now);
        } catch (BatchException e) {
            throw e.isRefusal() ? e.asPassing() : e;
        }
    }

    private void look(BatchApi api, Instant now) throws BatchException, IOException {
        BatchStatus status = api.status(String.valueOf(state.id()));
        if (!status.ended()) {
            LOG.info("{}: {} of {} requests are over", title(), status.done(), status.total());
            return;
        }
        if (status.fault() != null && status.passing()) {
            LOG.warn("{} is ordered again later: {}", title(), status.fault());
            state.forgetId();
            return;
        }
        Path fetched = files.bulk(number, "answers.new");
        if (status.answers().isEmpty()) {
            Files.write(fetched, new byte[0]);
        } else {
            api.fetch(status, fetched);
        }
        if (!state.isSure() && !isOurs(api, fetched)) {
            LOG.info("Batch {} is another's; {} is looked for on", state.id(), title());
            Files.delete(fetched);
            state.forgetId();
            next = now;
            return;
        }
        Files.move(fetched, answers(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        end(status.fault());
        LOG.info("{} has ended", title());
    }

    private void end(@Nullable String fault) throws IOException {
        state.ended(fault);
    }

    private boolean isOurs(BatchApi api, Path fetched) throws IOException {
        try (LineReader reader = LineReader.ofResults(fetched)) {
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                BatchItem item = api.item(line);
                if (item != null) {
                    return item.customId().startsWith(state.key());
                }
            }
        }
        return false;
    }

    private void checkDeadline(BatchApi api, Instant now) throws IOException {
        if (now.isBefore(state.created().plus(state.within()))) {
            return;
        }
        Instant cancelled = state.cancelled();
        if (state.id() == null) {
            if (mayBeOrdered) {
                LOG.warn("{} may have been ordered nevertheless, and cost something", title());
            }
            end("The batch could not be ordered within " + state.within() + ".");
        } else if (cancelled == null) {
            LOG.warn("{} is cancelled: it took longer than {}", title(), state.within());
            state.cancelled(now);
            pause = Duration.ZERO;
            next = now;
            cancel(api);
        } else if (now.isAfter(cancelled.plus(min(GRACE, state.within())))) {
            LOG.warn("{} did not end, although it was cancelled. It may still cost something.", title());
            end("The batch did not end within " + state.within() + ".");
        }
    }

    /** What may be another's is let alone. */
    private void cancel(BatchApi api) {
        String id = state.id();
        if (id != null && state.isSure()) {
            try {
                api.cancel(id);
            } catch (BatchException e) {
                LOG.info("{} could not be cancelled: {}", title(), e.getMessage());
            }
        }
    }

    /** Each of its lines has its result or error: nothing but the state, a receipt, is kept. */
    void over() throws IOException {
        state.over();
        Files.deleteIfExists(spool());
        Files.deleteIfExists(answers());
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private String title() {
        return "Batch " + number + " of " + files.input().name();
    }
}
