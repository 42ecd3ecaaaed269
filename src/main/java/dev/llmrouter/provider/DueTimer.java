package dev.llmrouter.provider;

import io.vertx.core.Vertx;

/**
 * One timer for all the limits of an attempt. Moving the limit into the future costs nothing: the timer that runs looks at
 * its end whether it is time, and else runs on. Belongs to one event loop.
 */
final class DueTimer {
    private static final long NONE = -1;

    private final Vertx vertx;
    private final Runnable due;
    private long timer = NONE;
    private long firesNanos;
    private long dueNanos;

    DueTimer(Vertx vertx, Runnable due) {
        this.vertx = vertx;
        this.due = due;
    }

    /** @param nanoTime when to call, by {@code System.nanoTime()} */
    void set(long nanoTime) {
        dueNanos = nanoTime;
        if (timer == NONE) {
            start();
        } else if (firesNanos - nanoTime > 0) {
            vertx.cancelTimer(timer);
            start();
        }
    }

    void stop() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    private void start() {
        long millis = Math.max(1, (dueNanos - System.nanoTime() + 999_999) / 1_000_000);
        firesNanos = dueNanos;
        timer = vertx.setTimer(millis, id -> fired());
    }

    private void fired() {
        timer = NONE;
        if (dueNanos - System.nanoTime() > 0) {
            start();
        } else {
            due.run();
        }
    }
}
