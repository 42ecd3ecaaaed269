package dev.llmrouter.decide;

import dev.llmrouter.policy.BreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker that knows for which of its eras a leave was given: what a call from before it opened has to tell
 * says nothing about the probes after it. Safe for use by many threads.
 */
final class Breaker {
    /** No leave. */
    static final int DENIED = -1;

    private final BreakerSettings settings;
    private final LongSupplier nanoTime;
    private final CircuitBreaker breaker;
    private int era;
    private long since;

    Breaker(String name, BreakerSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .clock(new NanoClock(nanoTime))
                        .failureRateThreshold((float) (settings.failureRate() * 100))
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(settings.window())
                        .minimumNumberOfCalls(settings.minimumCalls())
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> {
            era++;
            since = nanoTime.getAsLong();
        });
    }

    /** Asks for leave to call. @return the era that it belongs to; {@link #DENIED} if there is none */
    synchronized int tryAcquire() {
        letFurtherProbesThrough();
        return breaker.tryAcquirePermission() ? era : DENIED;
    }

    /**
     * Probes that do not come back would keep a half-open breaker shut for ever. After {@code openFor} as many again are
     * let through; those that come late still count.
     */
    private void letFurtherProbesThrough() {
        long now = nanoTime.getAsLong();
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN
                && now - since >= settings.openFor().toNanos()) {
            since = now;
            for (int i = 0; i < settings.probes(); i++) {
                breaker.releasePermission();
            }
        }
    }

    synchronized void succeeded(int leave, long nanos) {
        if (leave == era) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
    }

    synchronized void failed(int leave, long nanos, Throwable cause) {
        if (leave == era) {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, cause);
        }
    }

    synchronized void released(int leave) {
        if (leave == era) {
            breaker.releasePermission();
        }
    }

    /** How long it stays open; null if it is not. */
    synchronized @Nullable Duration openFor() {
        if (breaker.getState() != CircuitBreaker.State.OPEN) {
            return null;
        }
        Duration remaining = settings.openFor().minusNanos(nanoTime.getAsLong() - since);
        return remaining.isNegative() || remaining.isZero() ? null : remaining;
    }

    /** {@code closed}, {@code open}, {@code half_open}. */
    String state() {
        return breaker.getState().name().toLowerCase(Locale.ROOT);
    }
}
