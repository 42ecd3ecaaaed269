package dev.llmrouter.audit.drift;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what was found for people. */
public final class DriftText {
    /** Series that are named where the same is to be said of them. */
    private static final int FEW = 3;

    private DriftText() {}

    /** Lines, the first one empty; what was steady is counted, what could not be judged is named, or counted where it is much. */
    public static String write(DriftReport report) {
        String end = System.lineSeparator();
        StringBuilder text = new StringBuilder(end);
        text.append(DriftWords.format(
                        "Drift: the last %d days against the %d before, at most %.0f %% false alarms in a year of daily looks",
                        report.settings().latestDays(),
                        report.settings().referenceDays(),
                        100 * report.settings().falseAlarmsPerYear()))
                .append(end);
        for (DriftAlarm alarm : report.alarms()) {
            text.append("  - ").append(alarm.text()).append(end);
            alarm.causes().forEach(cause -> text.append("      ").append(cause).append(end));
            alarm.actions()
                    .forEach(action -> text.append("      > ").append(action).append(end));
        }
        long steady = report.watched().stream()
                .filter(each -> each.state() == Watched.State.STEADY)
                .count();
        text.append("  ").append(steady).append(" series are steady.").append(end);
        Map<String, List<Watched>> others = new LinkedHashMap<>();
        for (Watched each : report.watched()) {
            if (each.state() == Watched.State.UNCERTAIN || each.state() == Watched.State.NOT_JUDGED) {
                others.computeIfAbsent(each.text(), any -> new ArrayList<>()).add(each);
            }
        }
        others.forEach((why, series) -> text.append("  ")
                .append(
                        series.size() <= FEW
                                ? series.stream()
                                        .map(each -> each.subject().id())
                                        .collect(Collectors.joining(", "))
                                : series.size() + " series")
                .append(": ")
                .append(why)
                .append(end));
        return text.toString();
    }
}
