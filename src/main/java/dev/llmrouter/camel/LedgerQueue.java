package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries on their way to the ledger where no route collects them: what comes while one batch is written is the next one, and one
 * transaction.
 * Safe for use by many threads.
 */
final class LedgerQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerQueue.class);
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 500;

    private final Ledger ledger;
    private final ExecutorService thread;
    private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Executor callbacks;

    private volatile boolean isClosed;

    private record Waiting(LedgerEntry entry, @Nullable CompletableFuture<Void> kept) {}

    /**
     * @param thread writes
     * @param callbacks what waits for an entry goes on there, so that it does not keep the next batch waiting
     */
    LedgerQueue(Ledger ledger, ExecutorService thread, Executor callbacks) {
        this.ledger = ledger;
        this.thread = thread;
        this.callbacks = callbacks;
    }

    /** What it writes to, also after it is closed. */
    Ledger ledger() {
        return ledger;
    }

    void add(LedgerEntry entry) {
        add(new Waiting(entry, null));
    }

    /** @return completes when the ledger has the entry, or has lost it, which it counts; never with a failure */
    CompletableFuture<Void> commit(LedgerEntry entry) {
        CompletableFuture<Void> kept = new CompletableFuture<>();
        add(new Waiting(entry, kept));
        return kept;
    }

    private void add(Waiting entry) {
        if (!waiting.offer(entry)) {
            lose(entry);
            return;
        }
        if (isClosed && waiting.remove(entry)) {
            LOG.warn("Entry {} came when the ledger was closed: it is lost", entry.entry.id());
            lose(entry);
            return;
        }
        schedule();
    }

    private void lose(Waiting entry) {
        ledger.lose();
        if (entry.kept != null) {
            entry.kept.complete(null);
        }
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
        List<Waiting> batch = new ArrayList<>();
        while (waiting.drainTo(batch, MAX_BATCH) > 0) {
            try {
                ledger.write(batch.stream().map(Waiting::entry).toList());
            } finally {
                release(batch);
            }
            batch = new ArrayList<>();
        }
    }

    private void release(List<Waiting> batch) {
        for (Waiting each : batch) {
            CompletableFuture<Void> kept = each.kept;
            if (kept != null) {
                try {
                    callbacks.execute(() -> kept.complete(null));
                } catch (RejectedExecutionException e) {
                    kept.complete(null); // the context stops
                }
            }
        }
    }

    /** Writes what is left. What comes later is lost, and counted as that. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        isClosed = true;
        write();
    }
}
