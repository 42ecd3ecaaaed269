package dev.llmrouter.classify.learned;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Threads that learn beside each other; with one, the caller's own does all in turn. */
final class Learners implements AutoCloseable {
    private final @Nullable ExecutorService pool;
    private final Executor executor;

    Learners(int threads) {
        pool = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads, work -> {
                    Thread thread = new Thread(work, "llm-train");
                    thread.setDaemon(true);
                    return thread;
                });
        executor = pool == null ? Runnable::run : pool;
    }

    /** What will have been learned. */
    record Result<T>(CompletableFuture<T> future) {
        /** Waits for it; throws what learning threw. */
        T get() {
            try {
                return future.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                if (e.getCause() instanceof Error known) {
                    throw known;
                }
                throw e;
            }
        }
    }

    <T> Result<T> start(Supplier<T> learning) {
        return new Result<>(CompletableFuture.supplyAsync(learning, executor));
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
