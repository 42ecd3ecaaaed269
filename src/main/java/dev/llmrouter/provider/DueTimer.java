package dev.llmrouter.provider;

/**
 * One timer for all the limits of an attempt. Moving the limit into the future costs nothing: the timer that runs looks at
 * its end whether it is time, and else runs on. Belongs to one event loop.
 */
final class DueTimer {
    private static final long NONE = -1;

    private final Loop loop;
    private final Runnable due;
    private long timer = NONE;
    private long firesNanos;
    private long dueNanos;

    DueTimer(Loop loop, Runnable due) {
        this.loop = loop;
        this.due = due;
    }

    /** @param nanoTime when to call, by {@link Loop#nanoTime()} */
    void set(long nanoTime) {
        dueNanos = nanoTime;
        if (timer == NONE) {
            start();
        } else if (firesNanos - nanoTime > 0) {
            loop.cancel(timer);
            start();
        }
    }

    void stop() {
        if (timer != NONE) {
            loop.cancel(timer);
            timer = NONE;
        }
    }

    private void start() {
        long millis = Math.max(1, (dueNanos - loop.nanoTime() + 999_999) / 1_000_000);
        firesNanos = dueNanos;
        timer = loop.after(millis, this::fired);
    }

    private void fired() {
        timer = NONE;
        if (dueNanos - loop.nanoTime() > 0) {
            start();
        } else {
            due.run();
        }
    }
}
