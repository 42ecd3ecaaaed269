package dev.llmrouter.decide;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of one deployment. Safe for use by many threads. */
final class Deployment {
    /** Weight of the newest observation in the moving average of the time to the first token. */
    private static final double EWMA_WEIGHT = 0.2;

    /** How often overdue permits are looked for: not at every call, for many may be under way. */
    private static final long SWEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final Set<Permit> underWay = ConcurrentHashMap.newKeySet();
    private @Nullable String reason;
    private long unavailableUntil;
    private boolean heals;
    private double firstTokenNanos = Double.NaN;
    private int rateLimits;
    private int truncations;
    private int refusals;
    private long sweptNanos;
    private boolean swept;

    void begin(Permit permit) {
        underWay.add(permit);
    }

    boolean end(Permit permit) {
        return underWay.remove(permit);
    }

    int underWay() {
        return underWay.size();
    }

    /** Takes back what nobody gave back. */
    void sweep(long now) {
        synchronized (this) {
            if (swept && now - sweptNanos < SWEEP_NANOS) {
                return;
            }
            swept = true;
            sweptNanos = now;
        }
        for (Permit permit : List.copyOf(underWay)) {
            if (permit.isOverdue(now)) {
                permit.released();
            }
        }
    }

    /** It gave an answer, or began to. */
    synchronized void answered() {
        rateLimits = 0;
        refusals = 0;
    }

    /** It gave an answer to its end. */
    synchronized void completed() {
        truncations = 0;
    }

    synchronized int rateLimited() {
        return ++rateLimits;
    }

    synchronized int truncated() {
        return ++truncations;
    }

    synchronized int refused() {
        return ++refusals;
    }

    synchronized void firstToken(long nanos) {
        firstTokenNanos =
                Double.isNaN(firstTokenNanos) ? nanos : firstTokenNanos + EWMA_WEIGHT * (nanos - firstTokenNanos);
    }

    synchronized double firstTokenNanos() {
        return firstTokenNanos;
    }

    synchronized void rest(long until, String why, boolean passes) {
        if (reason == null || until - unavailableUntil > 0) {
            unavailableUntil = until;
            reason = why;
            heals = passes;
        }
    }

    synchronized DeploymentHealth.@Nullable Unavailable resting(long now) {
        long remaining = unavailableUntil - now;
        return reason == null || remaining <= 0
                ? null
                : new DeploymentHealth.Unavailable(reason, Duration.ofNanos(remaining), heals);
    }
}
