package dev.llmrouter.audit.drift;

import java.time.LocalDate;
import java.util.List;

/**
 * Something that has changed.
 *
 * @param since day (UTC) at which the series is split best into before and after; an estimate
 * @param p error level at which this would still count
 * @param text what was found, with numbers
 * @param causes what else changed and may be the cause, in sentences; never empty
 * @param actions what to do, in sentences; never empty
 */
public record DriftAlarm(
        Subject subject,
        LocalDate since,
        Level before,
        Level after,
        double p,
        String text,
        List<String> causes,
        List<String> actions) {
    public DriftAlarm {
        causes = List.copyOf(causes);
        actions = List.copyOf(actions);
    }
}
