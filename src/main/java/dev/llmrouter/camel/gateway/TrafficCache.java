package dev.llmrouter.camel.gateway;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
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
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the dashboard shows of the ledger, read at most once in {@link #FRESH} for each choice, however many look at it, and once in {@link #DRIFT_FRESH} for
 * drift, which adds up {@link #DRIFT_DAYS} days. One reader at a time. Safe for use by many threads.
 */
final class TrafficCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficCache.class);
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final Duration DRIFT_FRESH = Duration.ofSeconds(60);
    private static final int DRIFT_DAYS = 90;
    private static final int RECENT = 40;
    private static final int MOST = 32;

    private final Map<Dashboard.View, Entry> entries = new LinkedHashMap<>();
    private @Nullable LedgerReader reader;
    private @Nullable DriftEntry drift;

    private record Entry(Instant read, String policy, Dashboard.Traffic traffic) {}

    private record DriftEntry(Instant read, String policy, Dashboard.Drift drift) {}

    /** What has changed; null where no ledger is kept. */
    synchronized Dashboard.@Nullable Drift drift(@Nullable LedgerSettings settings, Instant now, RoutingPolicy policy)
            throws SQLException {
        if (settings == null) {
            return null;
        }
        DriftEntry known = drift;
        if (known != null
                && known.policy.equals(policy.hash())
                && now.isBefore(known.read.plus(DRIFT_FRESH))
                && !now.isBefore(known.read)) {
            return known.drift;
        }
        Dashboard.Drift fresh;
        try {
            fresh = readDrift(settings, now, policy);
        } catch (SQLException e) {
            forget(); // a connection may have died since it was used last
            fresh = readDrift(settings, now, policy);
        }
        drift = fresh.days().isEmpty() ? null : new DriftEntry(now, policy.hash(), fresh);
        return fresh;
    }

    private Dashboard.Drift readDrift(LedgerSettings settings, Instant now, RoutingPolicy policy) throws SQLException {
        LedgerDays ledger = open(settings).days();
        DriftSettings windows = DriftSettings.ofDefaults();
        List<DaySums> days = ledger.sums(LedgerDays.latest(now, DRIFT_DAYS));
        List<DayModel> models = ledger.models(LedgerDays.latest(now, windows.days()));
        List<ModelVersion> versions = ledger.versions();
        return new Dashboard.Drift(DriftWatch.judge(days, models, versions, now, policy, windows), days, DRIFT_DAYS);
    }

    /** Null where no ledger is kept. */
    synchronized Dashboard.@Nullable Traffic traffic(
            @Nullable LedgerSettings settings, Dashboard.View view, Instant now, RoutingPolicy policy)
            throws SQLException, IOException {
        if (settings == null) {
            return null;
        }
        Entry known = entries.get(view);
        if (known != null
                && known.policy.equals(policy.hash())
                && now.isBefore(known.read.plus(FRESH))
                && !now.isBefore(known.read)) {
            return known.traffic;
        }
        Dashboard.Traffic traffic;
        try {
            traffic = read(settings, view, now, policy);
        } catch (SQLException e) {
            forget(); // a connection may have died since it was used last
            traffic = read(settings, view, now, policy);
        }
        entries.remove(view);
        if (entries.size() >= MOST) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(view, new Entry(now, policy.hash(), traffic));
        return traffic;
    }

    private Dashboard.Traffic read(LedgerSettings settings, Dashboard.View view, Instant now, RoutingPolicy policy)
            throws SQLException, IOException {
        LedgerReader open = open(settings);
        long to = view.window().end(now).toEpochMilli();
        long from = to - view.window().length().toMillis();
        int slots = view.window().slots();
        LedgerFilter filter = new LedgerFilter(from, to - 1, view.task(), view.caller());
        LedgerTraffic traffic = open.traffic();
        return new Dashboard.Traffic(
                Audit.of(open, filter, policy),
                traffic.flows(filter),
                traffic.slots(filter, slots),
                slots,
                traffic.recent(filter, RECENT),
                traffic.callers(LedgerFilter.between(from, to - 1)));
    }

    private LedgerReader open(LedgerSettings settings) throws SQLException {
        LedgerReader open = reader;
        if (open == null) {
            open = LedgerReader.open(settings);
            reader = open;
        }
        return open;
    }

    private void forget() {
        LedgerReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("The ledger's reader did not close", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        forget();
        entries.clear();
        drift = null;
    }
}
