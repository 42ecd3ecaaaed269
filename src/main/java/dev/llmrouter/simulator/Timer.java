package dev.llmrouter.simulator;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time that passes, and something to do later. */
interface Timer extends AutoCloseable {
    /** Elapsed time in ns, comparable with {@code System.nanoTime()}. */
    long nanoTime();

    /** Runs {@code task} in {@code delayNanos}. @return calls it off; nothing happens if it has run */
    Runnable schedule(Runnable task, long delayNanos);

    @Override
    void close();

    /** Daemon threads. */
    static Timer ofThreads(int threads) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, "llm-simulator");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return new Timer() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Runnable schedule(Runnable task, long delayNanos) {
                Future<?> due = executor.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
                return () -> due.cancel(false);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
