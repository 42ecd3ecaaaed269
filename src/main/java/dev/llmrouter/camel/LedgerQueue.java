package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Entries on their way to the ledger where no route collects them: what comes while one batch is written is the next one.
 * Safe for use by many threads.
 */
final class LedgerQueue implements AutoCloseable {
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 500;

    private final Ledger ledger;
    private final ExecutorService thread;
    private final LinkedBlockingQueue<LedgerEntry> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean scheduled = new AtomicBoolean();

    LedgerQueue(Ledger ledger, ExecutorService thread) {
        this.ledger = ledger;
        this.thread = thread;
    }

    void add(LedgerEntry entry) {
        if (!waiting.offer(entry)) {
            ledger.lose();
            return;
        }
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                thread.execute(this::work);
            } catch (RejectedExecutionException e) {
                // the context stops: close() writes what is left
                scheduled.set(false);
            }
        }
    }

    private void work() {
        try {
            write();
        } finally {
            scheduled.set(false);
        }
        if (!waiting.isEmpty()) {
            schedule();
        }
    }

    private void write() {
        List<LedgerEntry> batch = new ArrayList<>();
        while (waiting.drainTo(batch, MAX_BATCH) > 0) {
            ledger.write(batch);
            batch = new ArrayList<>();
        }
    }

    /** Writes what is left. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write();
    }
}
