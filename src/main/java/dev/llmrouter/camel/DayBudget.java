package dev.llmrouter.camel;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What may still be spent on a task's pairs today: what the ledger says was spent, by all instances, what was spent here
 * since, and what is set aside for calls under way. After the first amount that does not fit it is spent for that day: if only
 * smaller ones went on, long requests would be compared more seldom than short ones. Safe for use by many threads.
 */
final class DayBudget {
    /** How long a row may take to reach the ledger, in ns: until then it is counted here. */
    private static final long SETTLING = 5_000_000_000L;

    private record Booking(long nanos, BigDecimal usd) {}

    private final Deque<Booking> booked = new ArrayDeque<>();
    private BigDecimal ledger = BigDecimal.ZERO;
    private BigDecimal reserved = BigDecimal.ZERO;
    private @Nullable LocalDate spentOn;
    private BigDecimal spentAt = BigDecimal.ZERO;

    /** The ledger has been read. @param readNanos before it was read */
    synchronized void read(BigDecimal spent, long readNanos) {
        ledger = spent;
        while (!booked.isEmpty() && readNanos - booked.peekFirst().nanos > SETTLING) {
            booked.removeFirst();
        }
    }

    /** What came of a wish to spend. */
    enum Reservation {
        /** It is set aside. */
        TAKEN,
        /** It does not fit, and nothing will that day. */
        SPENT,
        /** That is so already. */
        WAS_SPENT
    }

    /** Sets an amount aside, if it is left. @param today in UTC */
    synchronized Reservation reserve(BigDecimal usd, BigDecimal perDay, LocalDate today) {
        if (today.equals(spentOn) && perDay.compareTo(spentAt) <= 0) {
            return Reservation.WAS_SPENT;
        }
        BigDecimal here = booked.stream().map(Booking::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (ledger.add(here).add(reserved).add(usd).compareTo(perDay) > 0) {
            spentOn = today;
            spentAt = perDay;
            return Reservation.SPENT;
        }
        reserved = reserved.add(usd);
        return Reservation.TAKEN;
    }

    /** What was set aside is free again, and this much of it was spent. */
    synchronized void spend(BigDecimal aside, BigDecimal usd, long nowNanos) {
        reserved = reserved.subtract(aside);
        booked.addLast(new Booking(nowNanos, usd));
    }
}
