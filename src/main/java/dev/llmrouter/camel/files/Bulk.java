package dev.llmrouter.camel.files;

import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.BatchException;
import dev.llmrouter.provider.BatchStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.StringJoiner;
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
    /** So often answers that the provider counts and does not send are fetched. */
    private static final int MOST_FETCHES = 5;

    private final ResultFiles files;
    private final int number;
    private final BulkState state;
    private final BitSet lines;
    private boolean mayBeOrdered;
    private Instant next = Instant.MIN;
    private volatile Instant resting = Instant.MIN;
    private Duration pause = Duration.ZERO;
    private int fetches;
    private @Nullable Instant cancelledSince; // when it was first seen under way after it was cancelled
    private @Nullable Instant cancellingSince; // since when it is to be cancelled, in this process
    private @Nullable Instant unseenSince; // since when no look at it has succeeded

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
        boolean isSeen = false;
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
                unseenSince = null;
                return;
            }
            if (state.id() != null) {
                unseenSince = unseenSince == null ? now : unseenSince;
                isSeen = lookPatiently(api, now);
                unseenSince = null;
                if (!isSeen && fetches > 0) { // it has ended: no deadline runs out
                    next = fetches == 1 ? now.plus(poll) : next;
                    pause = fetches == 1 ? poll : pause;
                    return;
                }
            } else if (!isFound(api) && reach.isKnown()) {
                order(api);
            }
        } catch (BatchException e) {
            if (e.isRefusal()) {
                LOG.warn("{} comes to nothing: {} Its {} lines {}.", title(), e.getMessage(), state.lines(), fate());
                state.ended(e.getMessage(), 0);
                return;
            }
            LOG.warn("{} waits: {}", title(), e.getMessage());
            LOG.debug("{} waits", title(), e);
        }
        // what is not under way waits for the policy, however long that takes
        if (!state.isEnded() && (state.id() != null || reach.isKnown())) {
            checkDeadline(api, now, isSeen);
        }
    }

    /** What becomes of lines that it does not answer. */
    private String fate() {
        return state.callsUnanswered() ? "are called at their full price" : "end in an error";
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
    private boolean lookPatiently(BatchApi api, Instant now) throws BatchException, IOException {
        try {
            return look(api, now);
        } catch (BatchException e) {
            throw e.isRefusal() ? e.asPassing() : e;
        }
    }

    /** @return whether it is under way */
    private boolean look(BatchApi api, Instant now) throws BatchException, IOException {
        BatchStatus status = api.status(String.valueOf(state.id()));
        if (!status.ended()) {
            LOG.info("{}: {} of {} requests are over", title(), status.done(), status.total());
            return true;
        }
        if (status.fault() != null && status.passing()) {
            LOG.warn("{} is ordered again later: {}", title(), status.fault());
            state.forgetId();
            mayBeOrdered = false;
            return false;
        }
        Path fetched = files.bulk(number, "answers.new");
        if (status.answers().isEmpty()) {
            Files.write(fetched, new byte[0]);
        } else {
            api.fetch(status, fetched);
        }
        FetchedAnswers got = FetchedAnswers.of(fetched, api);
        int missing = got.missing(status, state.lines());
        if (missing > 0 && (state.isSure() || got.first() == null) && ++fetches < MOST_FETCHES) {
            LOG.warn(
                    "{} has ended with {} answers, and its provider sends {}; they are fetched again",
                    title(),
                    status.answered(),
                    got.answered());
            Files.delete(fetched);
            return false;
        }
        if (!state.isSure() && (got.first() == null || !got.first().startsWith(state.key()))) {
            LOG.info("Batch {} is another's; {} is looked for on", state.id(), title());
            Files.delete(fetched);
            state.forgetId();
            next = now;
            fetches = 0;
            return false;
        }
        Files.move(fetched, answers(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        state.ended(status.fault(), missing);
        tell(status, got, missing);
        return false;
    }

    private void tell(BatchStatus status, FetchedAnswers got, int missing) {
        int unanswered = state.lines() - got.answered();
        if (unanswered <= 0) {
            LOG.info("{} has ended", title());
            return;
        }
        StringJoiner why = new StringJoiner("; ", " (", ")").setEmptyValue("");
        for (String reason : new String[] {
            status.fault(),
            got.reasons(),
            missing == 0 ? null : "counted as answered and not sent: " + missing + ", at a cost that nobody knows"
        }) {
            if (reason != null && !reason.isEmpty()) {
                why.add(reason);
            }
        }
        LOG.warn(
                "{} has ended, and {} of {} lines have no answer{}: they {}.",
                title(),
                unanswered,
                state.lines(),
                why,
                fate());
    }

    private Instant deadline() {
        return state.created().plus(state.within());
    }

    /** @param isSeen whether it was looked at just now, and is under way */
    private void checkDeadline(BatchApi api, Instant now, boolean isSeen) throws IOException {
        if (now.isBefore(deadline())) {
            return;
        }
        Duration grace = min(GRACE, state.within());
        Instant unseen = unseenSince;
        if (state.id() == null) {
            if (mayBeOrdered) {
                LOG.warn("{} may have been ordered nevertheless, and cost something", title());
            }
            state.ended("The batch could not be ordered within " + state.within() + ".", 0);
        } else if (unseen != null
                && now.isAfter(unseen.plus(grace))
                && now.isAfter(deadline().plus(state.within()))) {
            giveUp("its provider has not said for as long again how it is");
        } else if (state.cancelled() == null) {
            cancellingSince = cancellingSince == null ? now : cancellingSince;
            cancel(api, now);
            if (state.cancelled() == null
                    && isSeen
                    && now.isAfter(cancellingSince.plus(grace))
                    && now.isAfter(deadline().plus(state.within()))) {
                giveUp("it could not be cancelled for as long again");
            }
        } else if (isSeen) {
            cancelledSince = cancelledSince == null ? now : cancelledSince;
            if (now.isAfter(cancelledSince.plus(grace))) {
                giveUp("it did not end, although it was cancelled");
            }
        }
    }

    private void giveUp(String why) throws IOException {
        LOG.warn(
                "{} took longer than {}, and {}. It may still cost something. Its {} lines {}.",
                title(),
                state.within(),
                why,
                state.lines(),
                fate());
        state.ended("The batch did not end within " + state.within() + ".", 0);
    }

    /** What may be another's is let alone. One that its provider does not cancel now is cancelled at the next look. */
    private void cancel(BatchApi api, Instant now) throws IOException {
        String id = state.id();
        if (id != null && state.isSure()) {
            try {
                api.cancel(id);
                LOG.warn("{} is cancelled: it took longer than {}", title(), state.within());
            } catch (BatchException e) {
                LOG.warn("{} took longer than {} and cannot be cancelled: {}", title(), state.within(), e.getMessage());
                if (!e.isRefusal()) {
                    return;
                }
            }
        } else {
            LOG.warn("{} took longer than {}. It may be another's, and is not cancelled", title(), state.within());
        }
        state.cancelled(now);
        pause = Duration.ZERO;
        next = now;
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
