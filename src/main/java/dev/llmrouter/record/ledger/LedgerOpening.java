package dev.llmrouter.record.ledger;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the opening of a ledger has come, and who waits for it. Its lock is its own: nobody waits here who holds that of the ledger,
 * which an opening needs in order to end. Safe for use by many threads.
 */
final class LedgerOpening {
    /** How long {@link #close} waits for an attempt that is under way: else that would make files after it. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** How long who waits for ever waits for somebody to begin. */
    private static final Duration BEGINNING = Duration.ofSeconds(10);

    /** After how long who waits for ever looks again, in ns. */
    private static final long LOOK_NANOS = 2_000_000_000L;

    private final @Nullable Duration patience;
    private boolean isTaken; // somebody opens it, or has
    private boolean isAttempting; // just now
    private boolean isClosed;
    private long waitingSince; // 0 before anybody did
    private volatile boolean isTried; // once at least, perhaps in vain

    /** @param patience how long entries wait for it; null where they themselves open it */
    LedgerOpening(@Nullable Duration patience) {
        this.patience = patience;
    }

    /** Whether somebody else than the entries opens it. */
    boolean isSomebodyElses() {
        return patience != null;
    }

    /** @return false if somebody else does it or has done it, or it is closed */
    synchronized boolean take() {
        if (isTaken || isTried || isClosed) {
            return false;
        }
        isTaken = true;
        waitingSince = System.nanoTime();
        return true;
    }

    /** @return false if it is closed: then there is nothing to do */
    synchronized boolean begin() {
        isAttempting = !isClosed;
        return isAttempting;
    }

    /**
     * An attempt has ended, well or not: who waits goes on.
     *
     * @return false if it was closed meanwhile
     */
    synchronized boolean end() {
        isAttempting = false;
        isTried = true;
        notifyAll();
        return !isClosed;
    }

    /** @return false if it was closed, or this thread interrupted */
    synchronized boolean rest(Duration time) {
        long start = System.nanoTime();
        long left = time.toNanos();
        while (!isClosed && left > 0 && pause(left)) {
            left = time.toNanos() - (System.nanoTime() - start);
        }
        return !isClosed && left <= 0;
    }

    /**
     * Waits until it was tried, for the patience at most since it began (or since somebody waited, before it began).
     *
     * @return whether it was tried at least once
     */
    boolean await() {
        return isTried || awaitWithPatience();
    }

    /** Whether it was tried at least once, perhaps in vain. */
    boolean isTried() {
        return isTried;
    }

    private synchronized boolean awaitWithPatience() {
        if (patience == null) {
            return isTried;
        }
        if (waitingSince == 0) {
            waitingSince = System.nanoTime();
        }
        long left = patience.toNanos() - (System.nanoTime() - waitingSince);
        while (!isTried && !isClosed && left > 0 && pause(left)) {
            left = patience.toNanos() - (System.nanoTime() - waitingSince);
        }
        return isTried;
    }

    /**
     * Waits as long as that takes, unless it is closed or this thread interrupted; 10 s where nobody has begun with it: he may be waiting
     * for this thread.
     *
     * @param isWorthIt asked every 2 s whether to wait on
     * @return as {@link #await}
     */
    synchronized boolean awaitWhile(BooleanSupplier isWorthIt) {
        boolean goesOn = true;
        long start = System.nanoTime();
        while (!isTried && !isClosed && goesOn) {
            goesOn = pause(LOOK_NANOS)
                    && isWorthIt.getAsBoolean()
                    && (isTaken || System.nanoTime() - start < BEGINNING.toNanos());
        }
        return isTried;
    }

    /** No attempt begins from now on; waits 5 s at most for one that is under way. */
    synchronized void close() {
        isClosed = true;
        notifyAll();
        long start = System.nanoTime();
        long left = CLOSING.toNanos();
        while (isAttempting && left > 0 && pause(left)) {
            left = CLOSING.toNanos() - (System.nanoTime() - start);
        }
    }

    /** @return false if this thread was interrupted */
    private boolean pause(long mostNanos) {
        try {
            wait(mostNanos / 1_000_000 + 1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
