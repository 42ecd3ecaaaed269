package dev.llmrouter.record.ledger;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes entries to the database; while there is none that answers, to a spool file of bounded size, from which it catches
 * up. Never throws for a fault of the database or the disk. Safe for use by many threads; a call may block for as long as
 * a database needs to be given up (a few seconds, then not again for {@link #RETRY_AFTER}).
 */
public final class Ledger implements AutoCloseable {
    /** How long a database that failed is left alone. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Size of the spool file in bytes: some 60,000 requests. */
    public static final long SPOOL_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int PIECE = 500;
    private static final int RECENT = 10_000;

    /** How long who waits for a ledger that is being opened does so. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** From when on it is said how long the opening took, in ns. */
    private static final long LONG_NANOS = 5_000_000_000L;

    private final LedgerSettings settings;
    private final LongSupplier nanos;
    private final LedgerOpening opening;
    private final LedgerBacklog backlog;
    private final Set<String> recent = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > RECENT;
        }
    }));

    private @Nullable LedgerDatabase database;
    private boolean isOpened; // once at least
    private boolean isRebuildTried; // of who opens it, in this process
    private volatile State state = State.STARTING;
    private long failedNanos;
    private volatile long written;
    private final AtomicLong lost = new AtomicLong();
    private boolean isSpoolMissed;

    private enum State {
        STARTING,
        /** Entries go to the spool only because the database is still being opened. */
        OPENING,
        WRITING,
        SPOOLING,
        LOSING
    }

    /** What came of a feedback. */
    public enum Taken {
        /** It is kept. */
        RECORDED,
        /** The same was said before; it is not kept twice. */
        DUPLICATE,
        /** It is kept, but the ledger knows no request of this id, and no pair of one, so far. */
        UNKNOWN;

        /** As the contract writes it. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private Ledger(LedgerSettings settings, LongSupplier nanos, long spoolBytes, @Nullable Duration patience) {
        this.settings = settings;
        this.nanos = nanos;
        this.opening = new LedgerOpening(patience);
        this.backlog = new LedgerBacklog(settings.folder(), spoolBytes);
    }

    /**
     * Opens the ledger. A database that does not answer is no failure: entries are spooled until it does.
     *
     * @param nanos a monotonic clock in ns
     */
    public static Ledger open(LedgerSettings settings, LongSupplier nanos) {
        return open(settings, nanos, SPOOL_BYTES);
    }

    static Ledger open(LedgerSettings settings, LongSupplier nanos, long spoolBytes) {
        Ledger ledger = new Ledger(settings, nanos, spoolBytes, null);
        ledger.attempt();
        return ledger;
    }

    /**
     * A ledger that somebody else {@link #open() opens}, on a thread of his own. Entries that come before wait 2 s for it, then they
     * go to the spool.
     *
     * @param nanos a monotonic clock in ns
     * @throws NoClassDefFoundError if Flyway is not on the class path
     */
    public static Ledger toBeOpened(LedgerSettings settings, LongSupplier nanos) {
        return toBeOpened(settings, nanos, PATIENCE);
    }

    static Ledger toBeOpened(LedgerSettings settings, LongSupplier nanos, Duration patience) {
        LedgerDatabase.requireFlyway();
        return new Ledger(settings, nanos, SPOOL_BYTES, patience);
    }

    /**
     * Opens the database, brings one of an older version up to date, which may take minutes, and takes over what is in the spool. Tries
     * again every {@link #RETRY_AFTER}, until it is open or {@link #close closed}; entries go to the spool meanwhile. Does nothing
     * where somebody else does it or has done it.
     */
    public void open() {
        if (!opening.take()) {
            return;
        }
        while (!attempt() && opening.rest(RETRY_AFTER)) {
            LOG.debug("The ledger's database ({}) is tried again", place());
        }
    }

    /** @return whether there is nothing left to do */
    private boolean attempt() {
        if (!opening.begin()) {
            return true;
        }
        long start = System.nanoTime();
        boolean isOpen = false;
        boolean isWanted = false;
        try {
            LedgerDatabase opened = LedgerDatabase.open(settings);
            if (!isRebuildTried) {
                isRebuildTried = true;
                opened.rebuildSums();
            }
            took(opened);
            isOpen = true;
        } catch (SQLException e) {
            synchronized (this) {
                failed(e);
            }
        } finally {
            isWanted = opening.end();
        }
        if (!isWanted) {
            synchronized (this) {
                closeDatabase();
            }
            return true;
        }
        if (!isOpen) {
            return false;
        }
        long took = System.nanoTime() - start;
        if (took > LONG_NANOS) {
            LOG.info("The ledger's database ({}) was made ready in {} s", place(), took / 1_000_000_000);
        }
        write(List.of());
        return true;
    }

    private synchronized void took(LedgerDatabase opened) {
        database = opened;
        isOpened = true;
    }

    /**
     * Waits until the ledger was opened or that failed, at most 2 s after it began (or after somebody waited, before it began): an older
     * ledger may take minutes.
     *
     * @return whether it was tried at least once
     */
    public boolean awaitOpened() {
        return opening.await();
    }

    /** Waits as long as that takes, unless it is closed or this thread interrupted. @return as {@link #awaitOpened} */
    public boolean awaitOpenedForever() {
        return awaitOpenedWhile(() -> true);
    }

    /** The same while that is worth it, which is asked every 2 s. @return as {@link #awaitOpened} */
    public boolean awaitOpenedWhile(BooleanSupplier isWorthIt) {
        return opening.awaitWhile(isWorthIt);
    }

    /** Where it lives, for people. */
    public String place() {
        return settings.place();
    }

    /** This request will be in the ledger soon: feedback for it is not for an unknown one. */
    public void expect(String requestId) {
        recent.add(requestId);
    }

    /** An entry could not wait for the ledger: it is counted as lost. */
    public void lose() {
        lost.incrementAndGet();
    }

    /** Keeps the entries, and what waits in the spool before them. With none it only catches up. */
    public void write(List<? extends LedgerEntry> entries) {
        opening.await();
        writeNow(entries);
    }

    private synchronized void writeNow(List<? extends LedgerEntry> entries) {
        LedgerDatabase ready = ready();
        if (ready != null) {
            try {
                lost.addAndGet(backlog.handOver(waiting -> insert(ready, withoutRepeats(ready, waiting))));
                if (!entries.isEmpty()) {
                    insert(ready, entries);
                }
                changeTo(State.WRITING, null);
                isSpoolMissed = false;
                return;
            } catch (SQLException | IOException e) {
                failed(e);
            } catch (RuntimeException e) {
                LOG.error(
                        "Writing to the ledger's database ({}) failed; what it was to take is kept",
                        settings.place(),
                        e);
                failed(e);
            }
        }
        keepForLater(entries);
    }

    private @Nullable LedgerDatabase ready() {
        if (!opening.isTried()) {
            changeTo(State.OPENING, null);
            return null;
        }
        if (database != null && database.isThere()) {
            return database;
        }
        if (opening.isSomebodyElses() && !isOpened) {
            return null; // open() goes on trying, and nobody has to wait here while it brings the ledger up to date
        }
        if ((state == State.SPOOLING || state == State.LOSING)
                && nanos.getAsLong() - failedNanos < RETRY_AFTER.toNanos()) {
            return null;
        }
        closeDatabase();
        try {
            database = LedgerDatabase.open(settings);
            return database;
        } catch (SQLException e) {
            failed(e);
            return null;
        }
    }

    /** Without the feedback that says what its person said last: nobody could look while the database was away. */
    private static List<LedgerEntry> withoutRepeats(LedgerDatabase in, List<? extends LedgerEntry> entries)
            throws SQLException {
        List<LedgerEntry> kept = new ArrayList<>(entries.size());
        Map<List<String>, FeedbackEntry> lastSaid = new HashMap<>();
        for (LedgerEntry entry : entries) {
            if (entry instanceof FeedbackEntry feedback) {
                String by = feedback.by() == null ? "" : feedback.by();
                List<String> who = List.of(feedback.requestId(), by);
                FeedbackEntry last = lastSaid.containsKey(who)
                        ? lastSaid.get(who)
                        : in.lastFeedback(feedback.requestId(), feedback.by());
                if (last != null && last.saysTheSameAs(feedback)) {
                    continue;
                }
                lastSaid.put(who, feedback);
            }
            kept.add(entry);
        }
        return kept;
    }

    /** An entry that the database refuses for what it is must not keep all others out for ever. */
    private void insert(LedgerDatabase into, List<? extends LedgerEntry> entries) throws SQLException {
        try {
            into.insert(entries);
            written += entries.size();
        } catch (SQLException e) {
            if (!SqlFaults.isAboutTheData(e)) {
                throw e;
            }
            for (LedgerEntry entry : entries) {
                try {
                    into.insert(List.of(entry));
                    written++;
                } catch (SQLException refused) {
                    if (!SqlFaults.isAboutTheData(refused)) {
                        throw refused;
                    }
                    lost.incrementAndGet();
                    LOG.warn("The ledger's database refuses entry {}: {}", entry.id(), SqlFaults.reason(refused));
                }
            }
        }
    }

    private void failed(Exception e) {
        failedNanos = nanos.getAsLong();
        closeDatabase();
        changeTo(State.SPOOLING, e);
    }

    private void keepForLater(List<? extends LedgerEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        LedgerBacklog.Kept kept = backlog.keep(entries);
        if (kept.because() != null && !isSpoolMissed) {
            isSpoolMissed = true;
            sayThatSpoolIsMissed(kept.because());
        }
        if (kept.dropped() > 0) {
            lost.addAndGet(kept.dropped());
            changeTo(State.LOSING, kept.because());
        }
    }

    private void sayThatSpoolIsMissed(IOException because) {
        if (because instanceof SpoolHeldException) {
            LOG.warn(
                    "The ledger's spool {} is in use ({}): up to {} entries wait in memory alone until it is free or the database takes them, and the"
                            + " end of this process loses them. Is there a second gateway on this folder? If it does not end soon, give each a folder"
                            + " of its own (llm-router.data).",
                    backlog.file(),
                    because.getMessage(),
                    LedgerBacklog.MAX_IN_MEMORY);
            return;
        }
        LOG.warn(
                "The ledger's spool {} cannot be written ({}): up to {} entries wait in memory alone, and the end of this process loses them."
                        + " Make room there, or make the folder writable.",
                backlog.file(),
                SqlFaults.reason(because),
                LedgerBacklog.MAX_IN_MEMORY);
    }

    private void changeTo(State next, @Nullable Exception because) {
        if (state == next
                || state == State.LOSING && next == State.SPOOLING
                || state != State.STARTING && next == State.OPENING) {
            return;
        }
        String why = because == null ? "" : " (" + SqlFaults.reason(because) + ")";
        switch (next) {
            case OPENING ->
                LOG.info(
                        "The ledger's database ({}) is being made ready: entries are kept in {} until then",
                        settings.place(),
                        backlog.file());
            case SPOOLING ->
                LOG.warn(
                        "The ledger's database ({}) does not take entries{}: they wait in {} until it does",
                        settings.place(),
                        why,
                        backlog.file());
            case LOSING ->
                LOG.warn(
                        "The ledger's spool is full{}: entries are lost until its database ({}) takes them again",
                        why,
                        settings.place());
            case WRITING -> {
                if (state == State.SPOOLING || state == State.LOSING) {
                    LOG.warn("The ledger's database ({}) takes entries again; lost: {}", settings.place(), lost.get());
                }
            }
            case STARTING -> throw new IllegalStateException("a ledger starts once");
        }
        state = next;
    }

    /**
     * Keeps a feedback, unless the same person said the same last. Without a database that answers it is taken as new, and
     * looked at again when the database takes what waits.
     */
    public Taken take(FeedbackEntry feedback) {
        opening.await();
        return takeNow(feedback);
    }

    private synchronized Taken takeNow(FeedbackEntry feedback) {
        boolean known = recent.contains(feedback.requestId());
        boolean asked = false;
        writeNow(List.of());
        LedgerDatabase ready = database;
        if (ready != null && state == State.WRITING) {
            try {
                FeedbackEntry last = ready.lastFeedback(feedback.requestId(), feedback.by());
                if (last != null && last.saysTheSameAs(feedback)) {
                    return Taken.DUPLICATE;
                }
                known = known || ready.hasRequest(feedback.requestId());
                asked = true;
            } catch (SQLException e) {
                failed(e);
            }
        }
        writeNow(List.of(feedback));
        return known || !asked ? Taken.RECORDED : Taken.UNKNOWN;
    }

    /**
     * Deletes what is older, except for its roll-ups, some thousand entries at a time, so that writing goes on between. Does nothing while the database
     * takes no entries.
     *
     * @param beforeMillis entries before this time go, in ms since 1970-01-01T00:00Z
     * @return how many went
     */
    public long forget(long beforeMillis) {
        opening.await();
        long all = 0;
        int gone;
        do {
            gone = forgetSome(beforeMillis);
            all += gone;
        } while (gone > 0);
        return all;
    }

    /**
     * Deletes the roll-ups of the days (UTC) that end before a time. Does nothing while the database takes no entries.
     *
     * @param beforeMillis in ms since 1970-01-01T00:00Z
     * @return how many rows went
     */
    public long forgetRollups(long beforeMillis) {
        opening.await();
        return forgetRollupsNow(beforeMillis);
    }

    private synchronized long forgetRollupsNow(long beforeMillis) {
        LedgerDatabase ready = ready();
        if (ready == null) {
            return 0;
        }
        try {
            return ready.deleteRollups(beforeMillis);
        } catch (SQLException e) {
            failed(e);
            return 0;
        }
    }

    private synchronized int forgetSome(long beforeMillis) {
        LedgerDatabase ready = ready();
        if (ready == null) {
            return 0;
        }
        try {
            return ready.delete(beforeMillis, PIECE);
        } catch (SQLException e) {
            failed(e);
            return 0;
        }
    }

    /** Entries that the database took since the start; those that it had already are counted too. */
    public long written() {
        return written;
    }

    /** Entries that went to the spool since the start. */
    public long spooled() {
        return backlog.spooled();
    }

    /** Entries that nobody took since the start. */
    public long lost() {
        return lost.get();
    }

    /** Whether the database takes entries. */
    public boolean isWriting() {
        return state == State.WRITING;
    }

    private void closeDatabase() {
        LedgerDatabase open = database;
        database = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("The ledger's connection did not close", e);
            }
        }
    }

    /** Tries once more to bring what waits into the database, and lets go of it; waits 5 s at most for an opening that is under way. */
    @Override
    public void close() {
        opening.close();
        writeWhatWaits();
    }

    private synchronized void writeWhatWaits() {
        if (backlog.hasInMemory()) {
            writeNow(backlog.takeInMemory());
        }
        int gone = backlog.takeInMemory().size();
        if (gone > 0) {
            lost.addAndGet(gone);
            LOG.error(
                    "{} entries of the ledger are lost: neither its database ({}) nor its spool {} took them",
                    gone,
                    settings.place(),
                    backlog.file());
        }
        closeDatabase();
    }
}
