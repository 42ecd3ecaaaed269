package dev.llmrouter.evaluate.live;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Keeps all calls to a provider back for as long as it asked one of them to wait. Safe for use by many threads. */
final class Throttle {
    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Waits. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration time) throws InterruptedException;
    }

    private final Map<String, Long> until = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private final Duration longest;

    /** @param longest no wait is longer */
    Throttle(LongSupplier nanoTime, Sleeper sleeper, Duration longest) {
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.longest = longest;
    }

    /** Returns when the provider may be asked. */
    void await(String provider) throws InterruptedException {
        while (true) {
            Long due = until.get(provider);
            long left = due == null ? 0 : due - nanoTime.getAsLong();
            if (left <= 0) {
                return;
            }
            sleeper.sleep(Duration.ofNanos(left));
        }
    }

    /**
     * The provider was busy.
     *
     * @param asked how long it asks to wait; null if it does not say: then 1 s, doubled with each try
     * @param tries calls for this answer so far, 1 or more
     */
    void busy(String provider, @org.jspecify.annotations.Nullable Duration asked, int tries) {
        Duration wait = asked == null ? FIRST.multipliedBy(1L << Math.min(tries - 1, 10)) : asked;
        long nanos = Math.min(wait.toNanos(), longest.toNanos());
        long due = nanoTime.getAsLong() + nanos;
        until.merge(provider, due, (old, other) -> old - other > 0 ? old : other);
    }
}
