package dev.llmrouter.decide;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Leave for one call, given by {@link DeploymentHealth#tryAcquire} and given back exactly once: the first of
 * {@link #succeeded}, {@link #failed} and {@link #released} counts, later ones do nothing. Who forgets it loses nothing:
 * a while after the call's deadline the health takes it back. It belongs to the breaker that gave it, whatever policy is in
 * force by then. Safe for use by many threads.
 */
public final class Permit {
    private final Deployment deployment;
    private final Breaker breaker;
    private final int leave;
    private final long overdueNanos;
    private final AtomicBoolean settled = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param overdueNanos when it is taken back, by the clock of the health */
    Permit(Deployment deployment, Breaker breaker, int leave, long overdueNanos) {
        this.deployment = deployment;
        this.breaker = breaker;
        this.leave = leave;
        this.overdueNanos = overdueNanos;
    }

    /** The first content of a stream has come: the provider works. The call goes on. @param nanos since the call, in ns */
    public void firstContent(long nanos) {
        if (settled.compareAndSet(false, true)) {
            breaker.succeeded(leave, nanos);
            deployment.answered();
        }
    }

    /** The call went well to its end. @param nanos how long it took, in ns */
    public void succeeded(long nanos) {
        firstContent(nanos);
        if (end()) {
            deployment.completed();
        }
    }

    /** The call failed in a way that speaks against the provider. @param nanos how long it took, in ns */
    public void failed(long nanos, Throwable cause) {
        if (settled.compareAndSet(false, true)) {
            breaker.failed(leave, nanos, cause);
        }
        end();
    }

    /** The call ended in a way that says nothing about the provider (a bad request, a caller that went away, a 429). */
    public void released() {
        if (settled.compareAndSet(false, true)) {
            breaker.released(leave);
        }
        end();
    }

    private boolean end() {
        return ended.compareAndSet(false, true) && deployment.end(this);
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - overdueNanos >= 0;
    }
}
