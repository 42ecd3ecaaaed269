package dev.llmrouter.audit.routing;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How old the proof of a task and model is, and how long it holds.
 *
 * @param state {@code valid}, {@code missing}, {@code invalid}, {@code expired}, {@code waived} or {@code not-needed}
 * @param accepted when it was accepted; null if never
 * @param until last day on which it holds; null if it does not, or need not
 * @param ageDays since {@code accepted}; null if never
 * @param daysLeft until it ends, 0 on its last day; null likewise
 */
public record EvidenceAge(
        String state,
        @Nullable LocalDate accepted,
        @Nullable LocalDate until,
        @Nullable Long ageDays,
        @Nullable Long daysLeft) {
    /** Days before its end from which renewal is asked for: examples have to be gathered and labelled. */
    public static final int WARN_DAYS = 21;

    static EvidenceAge of(String state, @Nullable LocalDate accepted, @Nullable LocalDate until, LocalDate today) {
        return new EvidenceAge(
                state,
                accepted,
                until,
                accepted == null ? null : ChronoUnit.DAYS.between(accepted, today),
                until == null ? null : ChronoUnit.DAYS.between(today, until));
    }

    /** Whether it holds today and will end soon. */
    public boolean isEndingSoon() {
        return ("valid".equals(state) || "waived".equals(state)) && daysLeft != null && daysLeft <= WARN_DAYS;
    }
}
