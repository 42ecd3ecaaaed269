package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.audit.drift.Subject;
import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An alarm of drift within the time that is audited, found by looking once a week as the alarms of today are found. The
 * ledger keeps no alarms: they are computed again.
 *
 * @param since first day of the change, an estimate
 * @param lastSeen last look that saw it
 * @param isOn whether today's look sees it
 * @param text what was found, with numbers, at the last look that saw it
 */
public record DriftEvent(Subject subject, LocalDate since, LocalDate lastSeen, boolean isOn, String text) {
    private static final Duration STEP = Duration.ofDays(7);

    /** All events of a time, in the order in which they were first seen, however long before the first request it begins. @param answered as {@link DriftWatch} takes them @param today as it was judged for {@code to} */
    static List<DriftEvent> of(
            LedgerReader ledger,
            Instant from,
            Instant to,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftReport today)
            throws SQLException {
        List<Instant> looks = new ArrayList<>();
        Instant oldest = Instant.ofEpochMilli(ledger.oldestMillis().orElse(to.toEpochMilli()));
        Instant first = from.isAfter(oldest) ? from : oldest;
        for (Instant look = to.minus(STEP); look.isAfter(first); look = look.minus(STEP)) {
            looks.add(0, look);
        }
        Map<Set<String>, DriftEvent> open = new LinkedHashMap<>();
        List<DriftEvent> all = new ArrayList<>();
        for (Instant look : looks) {
            take(open, all, DriftWatch.of(ledger, look, policy, answered, DriftSettings.ofDefaults()), look, false);
        }
        take(open, all, today, to, true);
        all.addAll(open.values());
        return all;
    }

    private static void take(
            Map<Set<String>, DriftEvent> open,
            List<DriftEvent> ended,
            DriftReport report,
            Instant look,
            boolean isLast) {
        LocalDate day = LocalDate.ofInstant(look, ZoneOffset.UTC);
        Map<Set<String>, DriftEvent> next = new LinkedHashMap<>();
        for (DriftAlarm alarm : report.alarms()) {
            DriftEvent known = open.remove(alarm.topics()); // another version is another event
            boolean isDecline = alarm.subject().kind() == Kind.DECLINE; // against a time that goes on as the looks do
            LocalDate since = known == null || isDecline ? alarm.since() : known.since();
            next.put(alarm.topics(), new DriftEvent(alarm.subject(), since, day, isLast, alarm.text()));
        }
        ended.addAll(open.values());
        open.clear();
        open.putAll(next);
    }
}
