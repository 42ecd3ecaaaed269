package dev.llmrouter.camel;

import java.time.Duration;

/** How many requests are still to be recorded, for whoever stops and has to wait for them. Safe for use by many threads. */
final class OpenRecords {
    private int open;

    /** A request will be recorded. */
    synchronized void begin() {
        open++;
    }

    /** It is recorded, or failed to be. */
    synchronized void end() {
        open--;
        notifyAll();
    }

    /**
     * Waits until all are recorded.
     *
     * @param most how long
     * @return how many are not
     */
    synchronized int await(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        long left = most.toNanos();
        while (open > 0 && left > 0) {
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            left = end - System.nanoTime();
        }
        return open;
    }
}
