package dev.llmrouter.camel;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is compared for one question since the ledger was read last, and does not show in it yet. A burst of requests (the answers of a
 * whole batch within seconds) buys no more pairs between two looks than {@link #MOST}, and none twice. Who is drawn depends on when a
 * request ends, not on what was answered. Safe for use by many threads.
 */
final class RecentDraws {
    /** Pairs between two looks: more than a test needs at least, and a few cents. */
    static final int MOST = 50;

    private Set<String> inputs = new HashSet<>();
    private Set<String> before = new HashSet<>(); // of the look before: such a pair may be under way still
    private int drawn;

    /**
     * Takes a request in, if there is a place for it.
     *
     * @param inputHash of what was asked, where a repeat would not count; null where it does
     */
    synchronized boolean take(@Nullable String inputHash) {
        if (drawn >= MOST || inputHash != null && (before.contains(inputHash) || !inputs.add(inputHash))) {
            return false;
        }
        drawn++;
        return true;
    }

    /** The ledger was read. */
    synchronized void looked() {
        before = inputs;
        inputs = new HashSet<>();
        drawn = 0;
    }
}
