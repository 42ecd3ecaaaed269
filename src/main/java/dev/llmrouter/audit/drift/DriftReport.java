package dev.llmrouter.audit.drift;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was watched and what was found.
 *
 * @param now end of the latest window
 * @param level error level of each test: the yearly budget in equal parts for every series and every day
 * @param alarms the most certain first
 * @param watched every series, those with an alarm included
 */
public record DriftReport(
        Instant now, DriftSettings settings, double level, List<DriftAlarm> alarms, List<Watched> watched) {
    public DriftReport {
        alarms = List.copyOf(alarms);
        watched = List.copyOf(watched);
    }

    /** The alarm of a series; empty for none. */
    public Optional<DriftAlarm> alarm(Subject subject) {
        return alarms.stream().filter(alarm -> alarm.subject().equals(subject)).findFirst();
    }
}
