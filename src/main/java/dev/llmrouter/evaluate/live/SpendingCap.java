package dev.llmrouter.evaluate.live;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Money of one run. What a call may cost at most is set aside before it starts, and what it did not cost is given back:
 * spent and set aside together never exceed the cap, however many calls run at a time. Safe for use by many threads.
 */
public final class SpendingCap {
    private final @Nullable BigDecimal cap;
    private BigDecimal spent;
    private BigDecimal reserved = BigDecimal.ZERO;
    private int running;

    /** @param cap USD, 0 or more; null for none @param spent USD of earlier runs, which count */
    public SpendingCap(@Nullable BigDecimal cap, BigDecimal spent) {
        this.cap = cap;
        this.spent = spent;
    }

    /**
     * Sets the worst price of a call aside, and waits while calls that are under way may still give enough back.
     *
     * @param worst USD, 0 or more
     * @return whether the call may be made; false if it does not fit although nothing else is under way
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public synchronized boolean reserve(BigDecimal worst) throws InterruptedException {
        while (cap != null && spent.add(reserved).add(worst).compareTo(cap) > 0) {
            if (running == 0 || spent.add(worst).compareTo(cap) > 0) {
                return false;
            }
            wait();
        }
        reserved = reserved.add(worst);
        running++;
        return true;
    }

    /** A call is over. @param worst what was set aside @param cost USD that it really cost, or may have cost */
    public synchronized void settle(BigDecimal worst, BigDecimal cost) {
        reserved = reserved.subtract(worst);
        spent = spent.add(cost);
        running--;
        notifyAll();
    }

    /** USD of all calls that are over, earlier runs included. */
    public synchronized BigDecimal spent() {
        return spent;
    }

    /** USD; null for none. */
    public @Nullable BigDecimal cap() {
        return cap;
    }
}
