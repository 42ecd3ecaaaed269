package dev.llmrouter.camel.gateway;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DayModel;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.LedgerTraffic;
import dev.llmrouter.record.ledger.ModelVersion;
import dev.llmrouter.report.dashboard.Dashboard;
import dev.llmrouter.report.dashboard.Window;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows of the ledger, read at most once in {@link #FRESH} for each choice, however many look at it, and
 * once in {@link #DRIFT_FRESH} for drift, which adds up {@link #DRIFT_DAYS} days, and for the names of callers. Nobody waits for drift who asks for
 * traffic, nor for another reader where something was read lately. Safe for use by many threads.
 */
final class TrafficCache implements AutoCloseable {
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final Duration DRIFT_FRESH = Duration.ofSeconds(60);
    private static final int DRIFT_DAYS = 90;
    private static final int RECENT = 40;

    private final LastRead<Choice, Dashboard.Traffic> traffic = new LastRead<>(FRESH, any -> true);
    private final LastRead<Judged, Dashboard.Drift> drift =
            new LastRead<>(DRIFT_FRESH, drift -> !drift.days().isEmpty()); // the first request shows at once

    /** Of all requests of a window, by caller: the sums that are the most to read, for a list that hardly changes. */
    private final LastRead<Window, List<String>> callers = new LastRead<>(DRIFT_FRESH, names -> !names.isEmpty());

    private record Choice(Dashboard.View view, String policy) {}

    /** An alarm that evidence has answered stands no longer. */
    private record Judged(String policy, List<AnsweredDrift> answered) {}

    /** What has changed; null where no ledger is kept. */
    Dashboard.@Nullable Drift drift(
            @Nullable LedgerSettings settings, Instant now, RoutingPolicy policy, EvidenceCheck evidence)
            throws SQLException, IOException {
        List<AnsweredDrift> answered = evidence.answeredDrifts();
        return settings == null
                ? null
                : drift.get(
                        settings,
                        new Judged(policy.hash(), answered),
                        now,
                        ledger -> readDrift(ledger, now, policy, answered));
    }

    private static Dashboard.Drift readDrift(
            LedgerReader ledger, Instant now, RoutingPolicy policy, List<AnsweredDrift> answered) throws SQLException {
        DriftSettings windows = DriftSettings.ofDefaults();
        LedgerDays sums = ledger.days();
        int most = DriftWatch.days(windows);
        List<DaySums> days = sums.sums(LedgerDays.latest(now, Math.max(DRIFT_DAYS, most)));
        List<DayModel> models = sums.models(LedgerDays.latest(now, most));
        List<ModelVersion> versions = sums.versions();
        return new Dashboard.Drift(
                DriftWatch.judge(sums, days, models, versions, now, policy, answered, windows), days, DRIFT_DAYS);
    }

    /** Null where no ledger is kept. */
    Dashboard.@Nullable Traffic traffic(
            @Nullable LedgerSettings settings, Dashboard.View view, Instant now, RoutingPolicy policy)
            throws SQLException, IOException {
        return settings == null
                ? null
                : traffic.get(
                        settings,
                        new Choice(view, policy.hash()),
                        now,
                        ledger -> read(settings, ledger, view, now, policy));
    }

    private Dashboard.Traffic read(
            LedgerSettings settings, LedgerReader open, Dashboard.View view, Instant now, RoutingPolicy policy)
            throws SQLException, IOException {
        long to = view.window().end(now).toEpochMilli();
        long from = to - view.window().length().toMillis();
        int slots = view.window().slots();
        LedgerFilter filter = new LedgerFilter(from, to - 1, view.task(), view.caller());
        LedgerTraffic ways = open.traffic();
        return new Dashboard.Traffic(
                Audit.of(open, filter),
                ways.flows(filter),
                ways.slots(filter, slots),
                slots,
                ways.recent(filter, RECENT),
                callers.get(
                        settings,
                        view.window(),
                        now,
                        ledger -> ledger.traffic().callers(LedgerFilter.between(from, to - 1))));
    }

    @Override
    public void close() {
        traffic.close();
        drift.close();
        callers.close();
    }
}
