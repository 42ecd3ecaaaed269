package dev.llmrouter.audit.routing;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * A whole week, month or quarter of the calendar, in UTC.
 *
 * @param name {@code 2026-W40}, {@code 2026-09} or {@code 2026-Q3}; sorts by time
 * @param from inclusive
 * @param to exclusive
 */
public record AuditPeriod(String name, Instant from, Instant to) {
    /** How long periods are. */
    public enum Every {
        /** From Monday, numbered as ISO 8601 does. */
        WEEK,
        MONTH,
        /** From January, April, July and October. */
        QUARTER;

        /** @throws IllegalArgumentException if it is none of them */
        public static Every of(String name) {
            for (Every each : values()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return each;
                }
            }
            throw new IllegalArgumentException(
                    "every is '" + name + "'; allowed are week, month and quarter. Change the property every.");
        }
    }

    /** The last period that is over. */
    public static AuditPeriod lastComplete(Every every, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate to = switch (every) {
            case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> today.withDayOfMonth(1);
            case QUARTER -> today.with(IsoFields.DAY_OF_QUARTER, 1L);
        };
        LocalDate from = switch (every) {
            case WEEK -> to.minusWeeks(1);
            case MONTH -> to.minusMonths(1);
            case QUARTER -> to.minusMonths(3);
        };
        String name = switch (every) {
            case WEEK ->
                String.format(
                        Locale.ROOT,
                        "%d-W%02d",
                        from.get(IsoFields.WEEK_BASED_YEAR),
                        from.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTH -> String.format(Locale.ROOT, "%d-%02d", from.getYear(), from.getMonthValue());
            case QUARTER -> String.format(Locale.ROOT, "%d-Q%d", from.getYear(), from.get(IsoFields.QUARTER_OF_YEAR));
        };
        return new AuditPeriod(
                name,
                from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                to.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
