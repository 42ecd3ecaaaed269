package dev.llmrouter.record.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that the database has not taken yet: first in the spool file, then, where that is full or cannot be written, in memory up to a
 * bound. Not safe for use by many threads.
 */
final class LedgerBacklog {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerBacklog.class);
    private static final int PIECE = 500;
    /** Entries that wait in memory at most. */
    static final int MAX_IN_MEMORY = 20_000;

    private final Path file;
    private final LedgerSpool spool;

    /** Entries that neither the database nor the spool would take: a full disk. */
    private List<LedgerEntry> inMemory = new ArrayList<>();

    private volatile long spooled;

    /** @param spoolBytes size that the spool file does not exceed */
    LedgerBacklog(Path folder, long spoolBytes) {
        this.file = folder.resolve(LedgerSpool.FILE);
        this.spool = new LedgerSpool(folder, spoolBytes);
    }

    /**
     * What became of entries that were to be kept.
     *
     * @param dropped how many there was no place for
     * @param because why the spool took none; null where it could be written
     */
    record Kept(int dropped, @Nullable IOException because) {}

    /** Keeps as many as there is place for, the first ones first. */
    Kept keep(List<? extends LedgerEntry> entries) {
        int kept = 0;
        IOException because = null;
        try {
            kept = spool.append(entries);
        } catch (IOException e) {
            because = e;
        }
        spooled += kept;
        List<? extends LedgerEntry> rest = entries.subList(kept, entries.size());
        int room = Math.max(0, MAX_IN_MEMORY - inMemory.size());
        inMemory.addAll(rest.subList(0, Math.min(room, rest.size())));
        return new Kept(Math.max(0, rest.size() - room), because);
    }

    /**
     * Hands all over, in the order in which they came. A spool that somebody else has is left to him, and to the next time.
     *
     * @return how many lines of the spool were no entries, and are gone
     * @throws SQLException of the taker; what was in the spool stays there, also what was taken of it
     * @throws IOException if the spool cannot be read
     */
    long handOver(LedgerSpool.Taker<SQLException> taker) throws SQLException, IOException {
        long skipped = spool.isEmpty() ? 0 : handOverSpool(taker);
        if (hasInMemory()) {
            taker.take(inMemory);
            inMemory = new ArrayList<>();
        }
        return skipped;
    }

    private long handOverSpool(LedgerSpool.Taker<SQLException> taker) throws SQLException, IOException {
        try {
            LedgerSpool.Drained drained = spool.drain(PIECE, taker);
            LOG.info("The ledger took {} entries over from its spool", drained.taken());
            return drained.skipped();
        } catch (SpoolHeldException e) {
            LOG.debug("The ledger's spool {} is left for later", file, e);
            return 0;
        }
    }

    /** Whether there are entries that the end of the process would lose. */
    boolean hasInMemory() {
        return !inMemory.isEmpty();
    }

    /** @return what is in memory, which is no longer there */
    List<LedgerEntry> takeInMemory() {
        List<LedgerEntry> waiting = inMemory;
        inMemory = new ArrayList<>();
        return waiting;
    }

    /** Entries that went to the spool since the start. */
    long spooled() {
        return spooled;
    }

    /** The spool file. */
    Path file() {
        return file;
    }
}
