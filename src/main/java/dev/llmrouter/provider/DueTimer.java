package dev.llmrouter.provider;

/**
 * One timer for all the limits of an attempt. Moving the limit into the future costs nothing: the timer that runs looks at
 * its end whether it is time, and else runs on. Belongs to one event loop.
 *
 * <p>A timer that fires late shows that the loop was held up: what has arrived meanwhile, in time perhaps, has not been looked at.
 * It gets as long again, at most {@value #MOST_GRACE_MILLIS} ms, and once for each limit, so that a gateway short of processor
 * time does not blame its providers for it.
 */
final class DueTimer {
    private static final long NONE = -1;
    /** How late a timer is that shows a loop held up. */
    private static final long LATE_NANOS = 20_000_000;

    static final long MOST_GRACE_MILLIS = 1_000;

    private final Loop loop;
    private final Runnable due;
    private long timer = NONE;
    private long firesNanos;
    private long dueNanos;
    private boolean graceGiven;

    DueTimer(Loop loop, Runnable due) {
        this.loop = loop;
        this.due = due;
    }

    /** @param nanoTime when to call, by {@link Loop#nanoTime()} */
    void set(long nanoTime) {
        dueNanos = nanoTime;
        graceGiven = false;
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
        long now = loop.nanoTime();
        if (dueNanos - now > 0) {
            start();
        } else if (now - dueNanos >= LATE_NANOS && !graceGiven) {
            graceGiven = true;
            dueNanos = now + Math.min(now - dueNanos, MOST_GRACE_MILLIS * 1_000_000);
            start();
        } else {
            due.run();
        }
    }
}
