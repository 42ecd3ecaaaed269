package dev.llmrouter.camel;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What may still be spent on a task's pairs today: what the ledger says was spent, by all instances, what was spent here
 * since, and what is set aside for calls under way. Safe for use by many threads.
 */
final class DayBudget {
    /** How long a row may take to reach the ledger, in ns: until then it is counted here. */
    private static final long SETTLING = 5_000_000_000L;

    private record Booking(long nanos, BigDecimal usd) {}

    private final Deque<Booking> booked = new ArrayDeque<>();
    private BigDecimal ledger = BigDecimal.ZERO;
    private BigDecimal reserved = BigDecimal.ZERO;

    /** The ledger has been read. @param readNanos before it was read */
    synchronized void read(BigDecimal spent, long readNanos) {
        ledger = spent;
        while (!booked.isEmpty() && readNanos - booked.peekFirst().nanos > SETTLING) {
            booked.removeFirst();
        }
    }

    /** Sets an amount aside, if it is left. */
    synchronized boolean reserve(BigDecimal usd, BigDecimal perDay) {
        BigDecimal here = booked.stream().map(Booking::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (ledger.add(here).add(reserved).add(usd).compareTo(perDay) > 0) {
            return false;
        }
        reserved = reserved.add(usd);
        return true;
    }

    /** What was set aside is free again, and this much of it was spent. */
    synchronized void spend(BigDecimal aside, BigDecimal usd, long nowNanos) {
        reserved = reserved.subtract(aside);
        booked.addLast(new Booking(nowNanos, usd));
    }
}
