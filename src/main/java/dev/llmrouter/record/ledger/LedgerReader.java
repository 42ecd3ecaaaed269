package dev.llmrouter.record.ledger;

import dev.llmrouter.policy.Collect;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads sums from a ledger, also while a gateway writes it, and changes nothing. Not safe for use by many threads. */
public final class LedgerReader implements AutoCloseable {
    private static final String DESTINATIONS = """
            SELECT CASE WHEN operation = 'embeddings' THEN 'embeddings' ELSE NULLIF(task, '') END AS task,
              CASE WHEN operation = 'embeddings' THEN NULL ELSE NULLIF(tier, '') END AS tier,
              SUM(CASE WHEN shadow THEN 0 ELSE requests END) AS requests,
              SUM(CASE WHEN shadow THEN 0 ELSE failed END) AS failed,
              SUM(requests) AS all_requests,
              SUM(unknown_costs) AS unknown_requests,
              SUM(cost_micro_usd + judge_micro_usd) AS cost_high,
              SUM(cost_rest_pico_usd + judge_rest_pico_usd) AS cost_low,
              SUM(CASE WHEN shadow THEN cost_micro_usd + judge_micro_usd ELSE judge_micro_usd END) AS comparing_high,
              SUM(CASE WHEN shadow THEN cost_rest_pico_usd + judge_rest_pico_usd ELSE judge_rest_pico_usd END) AS comparing_low,
              SUM(unknown_costs + unknown_judges) AS unknown_costs,
              SUM(baseline_micro_usd) AS baseline_high,
              SUM(baseline_rest_pico_usd) AS baseline_low,
              SUM(comparable) AS comparable,
              SUM(comparable_cost_micro_usd) AS comparable_cost_high,
              SUM(comparable_cost_rest_pico_usd) AS comparable_cost_low,
              SUM(comparable_baseline_micro_usd) AS comparable_baseline_high,
              SUM(comparable_baseline_rest_pico_usd) AS comparable_baseline_low,
              SUM(judged) AS judged,
              SUM(useful) AS useful,
              SUM(CASE WHEN shadow THEN 0 ELSE timed END) AS timed,
              """
            + LatencyBins.COLUMNS.stream()
                    .map(column -> "SUM(CASE WHEN shadow THEN 0 ELSE " + column + " END) AS " + column)
                    .collect(Collectors.joining(", "))
            + " FROM %s GROUP BY 1, 2 HAVING SUM(requests) <> 0";

    private static final String DESTINATION_COLUMNS =
            "task, tier, operation, shadow, requests, failed, cost_micro_usd, cost_rest_pico_usd,"
                    + " judge_micro_usd, judge_rest_pico_usd, unknown_costs, unknown_judges, baseline_micro_usd,"
                    + " baseline_rest_pico_usd, comparable, comparable_cost_micro_usd, comparable_cost_rest_pico_usd,"
                    + " comparable_baseline_micro_usd, comparable_baseline_rest_pico_usd, judged, useful, timed, "
                    + String.join(", ", LatencyBins.COLUMNS);

    private final LedgerSettings settings;
    private final Connection connection;
    private final LedgerSnapshots snapshots;
    private final LedgerShape shape;

    /** @param connection of {@link LedgerConnections#connectToRead} */
    LedgerReader(LedgerSettings settings, Connection connection) throws SQLException {
        this.settings = settings;
        this.connection = connection;
        this.snapshots = new LedgerSnapshots(connection);
        this.shape = LedgerShape.of(connection);
    }

    /** @throws SQLException if there is no ledger, or its database does not answer; the message says which */
    public static LedgerReader open(LedgerSettings settings) throws SQLException {
        return open(settings, LedgerConnections.READ_MILLIS);
    }

    /**
     * The same for a report that looks at every request: one statement may take 15 minutes, where a server gives up others after one.
     *
     * @throws SQLException if there is no ledger, or its database does not answer; the message says which
     */
    public static LedgerReader openForReport(LedgerSettings settings) throws SQLException {
        return open(settings, LedgerConnections.REPORT_MILLIS);
    }

    private static LedgerReader open(LedgerSettings settings, int statementMillis) throws SQLException {
        if (settings.isEmbedded() && !Files.isRegularFile(settings.file())) {
            throw new SQLException("there is no ledger at " + settings.file());
        }
        Connection connection = LedgerConnections.connectToRead(settings, statementMillis);
        try {
            return new LedgerReader(settings, connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Whether the ledger had all of this version when this reader was opened; else it reads as of an older one, and is to be opened again. */
    public boolean isCurrent() {
        return shape.isCurrent();
    }

    /**
     * When the oldest request came in, in ms since 1970-01-01T00:00Z; of those that only roll-ups know, the start of its
     * hour; empty for none.
     */
    public OptionalLong oldestMillis() throws SQLException {
        return snapshots.read(any -> oldest());
    }

    private OptionalLong oldest() throws SQLException {
        OptionalLong request = least("SELECT MIN(time_ms) FROM llm_request");
        if (!shape.hasRollups()) {
            return request;
        }
        OptionalLong hour = least("SELECT MIN(bucket_ms) FROM " + RollupTable.HOURS.table());
        boolean isOlder = hour.isPresent()
                && (request.isEmpty() || hour.getAsLong() + RollupTable.HOURS.length() <= request.getAsLong());
        return isOlder ? hour : request;
    }

    /**
     * Whether requests are in no sum, or a day counts what its hours do not: an earlier version deleted sums before their requests, or by the
     * hour. A gateway of this version makes them anew when it opens the ledger.
     */
    public boolean lacksSums() throws SQLException {
        return shape.hasRollups() && snapshots.read(RollupRebuild::isNeeded);
    }

    /**
     * From when on every request has its row, where rows of before were deleted ({@code llm-router.ledger.keep-days}) and only
     * sums are left of these: the start of an hour (UTC), in ms since 1970-01-01T00:00Z; {@link Long#MAX_VALUE} if no row is
     * left; empty if every request has one.
     */
    public OptionalLong rowsSinceMillis() throws SQLException {
        return snapshots.read(any -> rowsSince());
    }

    private OptionalLong rowsSince() throws SQLException {
        OptionalLong hour = shape.hasRollups()
                ? least("SELECT MIN(bucket_ms) FROM " + RollupTable.HOURS.table())
                : OptionalLong.empty();
        OptionalLong request = least("SELECT MIN(time_ms) FROM llm_request");
        long length = RollupTable.HOURS.length();
        if (hour.isEmpty() || request.isPresent() && hour.getAsLong() + length > request.getAsLong()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                request.isEmpty() ? Long.MAX_VALUE : -Math.floorDiv(-request.getAsLong(), length) * length);
    }

    /**
     * The same requests, from the start of the hour (UTC) where rows of the hour in which the filter begins were deleted: only the sum of
     * the whole hour is left of them.
     */
    public LedgerFilter inWholeHours(LedgerFilter filter) throws SQLException {
        OptionalLong since = rowsSinceMillis();
        if (since.isEmpty() || filter.fromMillis() >= since.getAsLong()) {
            return filter;
        }
        long length = RollupTable.HOURS.length();
        long from = Math.floorDiv(filter.fromMillis(), length) * length;
        return new LedgerFilter(from, filter.toMillis(), filter.task(), filter.caller());
    }

    private OptionalLong least(String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            long millis = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(millis);
        }
    }

    /**
     * The requests of a filter, by task and tier, in no order. Vectors have a row of their own, whatever tier and task their
     * requests name: {@value LedgerFilter#EMBEDDINGS}, without a tier.
     */
    public List<DestinationSums> destinations(LedgerFilter filter) throws SQLException {
        return snapshots.read(any -> sums(filter));
    }

    private List<DestinationSums> sums(LedgerFilter filter) throws SQLException {
        List<DestinationSums> all = new ArrayList<>();
        LedgerSource source = LedgerSource.of(connection, shape, filter, LedgerSource.Grain.DAYS, DESTINATION_COLUMNS);
        try (PreparedStatement query = connection.prepareStatement(DESTINATIONS.formatted(source.sql()))) {
            source.set(query, 1);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    BigDecimal cost = LedgerTraffic.sum(row, "cost");
                    all.add(new DestinationSums(
                            row.getString("task"),
                            row.getString("tier"),
                            row.getLong("requests"),
                            row.getLong("failed"),
                            cost,
                            LedgerTraffic.sum(row, "comparing"),
                            row.getLong("unknown_costs"),
                            row.getLong("all_requests") > row.getLong("unknown_requests") || cost.signum() > 0,
                            LedgerTraffic.sum(row, "baseline"),
                            row.getLong("comparable"),
                            LedgerTraffic.sum(row, "comparable_cost"),
                            LedgerTraffic.sum(row, "comparable_baseline"),
                            row.getLong("judged"),
                            row.getLong("useful"),
                            latency(row)));
                }
            }
        }
        return all;
    }

    /** Null where not every answer is in a class: sums of an older version whose rows are gone. */
    private static @Nullable LatencyBins latency(ResultSet row) throws SQLException {
        List<Long> counts = new ArrayList<>();
        for (String column : LatencyBins.COLUMNS) {
            counts.add(row.getLong(column));
        }
        LatencyBins bins = new LatencyBins(counts);
        return bins.n() == row.getLong("timed") ? bins : null;
    }

    /** The ways that requests took, over this reader's connection. */
    public LedgerTraffic traffic() {
        return new LedgerTraffic(snapshots, shape);
    }

    /** Sums day by day, over this reader's connection. */
    public LedgerDays days() {
        return new LedgerDays(snapshots, shape);
    }

    /**
     * Every call that a provider may have billed, with attempts that failed, shadows and calls that asked for the task.
     *
     * @param fromMillis inclusive, in ms since 1970-01-01T00:00Z
     * @param toMillis exclusive
     */
    public void calls(long fromMillis, long toMillis, Consumer<LedgerCall> to) throws SQLException {
        snapshots.read(within -> LedgerCalls.read(within, fromMillis, toMillis, to));
    }

    /** The pairs of evidence that accumulates, over this reader's connection. */
    public LedgerPairs pairs() {
        return new LedgerPairs(connection);
    }

    /** How requests were routed and what that cost, over this reader's connection. */
    public LedgerRouting routing() {
        return new LedgerRouting(snapshots);
    }

    /** How canaries fared beside the others of their tiers, over this reader's connection. */
    public LedgerCanaries canaries() {
        return new LedgerCanaries(snapshots);
    }

    /** The same from sums alone, for requests whose rows were deleted, over this reader's connection. */
    public LedgerEarlier earlier() {
        return new LedgerEarlier(snapshots, shape);
    }

    /** Feedback entries of a time whose request the ledger does not know: it has neither the request nor a pair of it that feedback scores. */
    public long feedbackForUnknownRequests(long fromMillis, long toMillis) throws SQLException {
        String unknown = shape.hasRollups()
                ? "NOT f.request_known"
                : "NOT EXISTS (SELECT 1 FROM llm_request r WHERE r.request_id = f.request_id)";
        if (shape.hasPairs()) {
            unknown += " AND NOT EXISTS (SELECT 1 FROM llm_pair p WHERE p.request_id = f.request_id AND p.scorer = '"
                    + Collect.FEEDBACK + "')";
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT COUNT(*) FROM llm_feedback f WHERE f.time_ms >= ? AND f.time_ms <= ? AND " + unknown)) {
            query.setLong(1, fromMillis);
            query.setLong(2, toMillis);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Entries that wait in the data folder for their database. */
    public long spooled() throws IOException {
        return LedgerSpool.count(settings.folder());
    }

    @Override
    public void close() throws SQLException {
        snapshots.close();
    }
}
