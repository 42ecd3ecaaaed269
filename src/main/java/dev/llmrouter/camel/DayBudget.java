package dev.llmrouter.camel;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may still be spent on a task's pairs today (UTC): what the ledger says was spent, by all instances, what was spent here
 * since, and what is set aside for calls under way. Once an amount would exceed what is spent already, the day is over: if only
 * smaller ones went on, long requests would be compared more seldom than short ones. Safe for use by many threads.
 */
final class DayBudget {
    /** @param isEstimated whether it is what was set aside, because nobody knows what it cost */
    private record Booking(BigDecimal usd, boolean isEstimated, LocalDate day) {}

    /** By request: what was spent here and is not in the ledger yet, however long it takes there. */
    private final Map<String, Booking> booked = new HashMap<>();

    private BigDecimal ledger = BigDecimal.ZERO;
    private BigDecimal reserved = BigDecimal.ZERO;
    /** What was set aside for pairs of the day that the ledger has without a cost. */
    private BigDecimal estimated = BigDecimal.ZERO;

    private @Nullable LocalDate readFor;
    private @Nullable LocalDate spentOn;
    private BigDecimal spentAt = BigDecimal.ZERO;

    /** What came of a wish to spend. */
    enum Reservation {
        /** It is set aside. */
        TAKEN,
        /** Not now: calls under way may need the rest, or nobody knows yet what was spent today. */
        NOT_NOW,
        /** Not today. */
        SPENT,
        /** On no day: it is more than a whole day's budget. */
        TOO_MUCH
    }

    /**
     * The ledger has been read. What it says of pairs whose cost is not known is the mean of the others: where it knows of none, the
     * estimates go on counting for the day.
     *
     * @param inLedger requests whose pairs it had before it was read: they are within what was spent
     * @param day of which it was read
     */
    synchronized void read(BigDecimal spent, Set<String> inLedger, LocalDate day) {
        boolean isNewDay = !day.equals(readFor);
        ledger = spent;
        readFor = day;
        boolean keepsEstimates = spent.signum() == 0 && !isNewDay;
        estimated = keepsEstimates ? estimated : BigDecimal.ZERO;
        for (String request : inLedger) {
            Booking settled = booked.remove(request);
            if (keepsEstimates && settled != null && settled.isEstimated()) {
                estimated = estimated.add(settled.usd());
            }
        }
        booked.values().removeIf(booking -> booking.day().isBefore(day));
    }

    /** Requests whose pairs were not in the ledger when it was read last. */
    synchronized Set<String> booked() {
        return Set.copyOf(booked.keySet());
    }

    /** Sets an amount aside, if it is left. */
    synchronized Reservation reserve(BigDecimal usd, BigDecimal perDay, LocalDate today) {
        Reservation reservation = look(usd, perDay, today);
        if (reservation == Reservation.TAKEN) {
            reserved = reserved.add(usd);
        }
        return reservation;
    }

    /** What {@link #reserve} would say; nothing is set aside. */
    synchronized Reservation look(BigDecimal usd, BigDecimal perDay, LocalDate today) {
        if (usd.compareTo(perDay) > 0) {
            return Reservation.TOO_MUCH;
        }
        if (today.equals(spentOn) && perDay.compareTo(spentAt) <= 0) {
            return Reservation.SPENT;
        }
        if (!today.equals(readFor)) {
            return Reservation.NOT_NOW; // what is known is yesterday's
        }
        BigDecimal spent = booked.values().stream().map(Booking::usd).reduce(ledger.add(estimated), BigDecimal::add);
        if (spent.add(usd).compareTo(perDay) > 0) {
            spentOn = today;
            spentAt = perDay;
            return Reservation.SPENT;
        }
        if (spent.add(reserved).add(usd).compareTo(perDay) > 0) {
            return Reservation.NOT_NOW;
        }
        return Reservation.TAKEN;
    }

    /** What was set aside is free again, and nothing was spent. */
    synchronized void release(BigDecimal aside) {
        reserved = reserved.subtract(aside);
    }

    /**
     * What was set aside is free again, and this much of it was spent.
     *
     * @param request whose pair will say so in the ledger
     * @param usd null if nobody knows, then all of it counts
     * @param day on which its comparison began
     */
    synchronized void spend(String request, BigDecimal aside, @Nullable BigDecimal usd, LocalDate day) {
        reserved = reserved.subtract(aside);
        booked.put(request, new Booking(usd == null ? aside : usd, usd == null, day));
    }
}
