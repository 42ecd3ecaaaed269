package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a ledger day by day, counted back from the end of the time that is looked at. The database adds up; what comes back
 * is one row a day and destination, however many requests there were. Of chat alone: vectors have no task
 * that could change, and no output. Changes nothing. Not safe for use by many threads.
 */
public final class LedgerDays {
    private static final double MILLION = 1e6;

    private static final String DAY = "(CAST(? AS BIGINT) - bucket_ms) / 86400000 AS days_ago,"
            + " COALESCE(NULLIF(task, ''), 'unclassified') AS task, COALESCE(NULLIF(tier, ''), 'none') AS tier,";

    private static final String APART = """
            ,
              SUM(said_useful) AS said_useful, SUM(said_checked) AS said_checked, SUM(said_passed) AS said_passed
            FROM""";

    private static final String SUMS = "SELECT " + DAY + """
              SUM(requests) AS requests, SUM(failed) AS failed,
              SUM(cost_micro_usd) AS cost_high, SUM(cost_rest_pico_usd) AS cost_low,
              SUM(priced) AS priced, SUM(log_cost_e6) AS log_cost_e6, SUM(log_cost_squares_e6) AS log_cost_squares_e6,
              SUM(judged) AS judged, SUM(useful) AS useful, SUM(answered) AS answered, SUM(corrected) AS corrected,
              SUM(timed) AS timed, SUM(log_ms_e6) AS log_ms_e6, SUM(log_ms_squares_e6) AS log_ms_squares_e6,
              SUM(sure) AS sure, SUM(learned_e6) AS learned_e6, SUM(learned_squares_e6) AS learned_squares_e6,
              SUM(counted) AS counted, SUM(counted_input_tokens) AS input_tokens,
              SUM(counted_output_tokens) AS output_tokens, SUM(escalated) AS escalated
            FROM %s WHERE NOT shadow AND operation <> 'embeddings'
            GROUP BY 1, 2, 3 HAVING SUM(requests) <> 0 ORDER BY 1, 2, 3""";

    private static final String OF_TASK =
            "r.time_ms > ? AND r.time_ms <= ? AND NOT r.shadow AND COALESCE(r.task, 'unclassified') = ?";

    /** From the feedback, as most requests have none; of a request's the last one counts. */
    private static final String SAID = """
            SELECT (CAST(? AS BIGINT) - x.time_ms) / 86400000 AS days_ago, x.task, x.tier, COUNT(*) AS said,
              SUM(CASE WHEN x.useful THEN 1 ELSE 0 END) AS useful,
              SUM(CASE WHEN x.verify IS NOT NULL THEN 1 ELSE 0 END) AS checked,
              SUM(CASE WHEN x.verify IN ('passed', 'escalated') THEN 1 ELSE 0 END) AS passed
            FROM (SELECT r.time_ms, COALESCE(NULLIF(r.task, ''), 'unclassified') AS task,
                COALESCE(NULLIF(r.tier, ''), 'none') AS tier, r.verify, f.useful
              FROM llm_feedback f CROSS JOIN llm_request r
              WHERE f.time_ms > ? AND r.request_id = f.request_id AND r.time_ms > ? AND r.time_ms <= ? AND NOT r.shadow
                AND r.dialect <> 'embeddings'
                AND f.feedback_id = (SELECT l.feedback_id FROM llm_feedback l WHERE l.request_id = f.request_id
                  ORDER BY l.time_ms DESC, l.feedback_id DESC LIMIT 1)) x
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""";

    /** By so much feedback may be older than its request, where clocks differ. In ms. */
    private static final long CLOCKS_DIFFER = 86_400_000;

    private static final String OF_CANARIES = OF_TASK + " AND " + LedgerRouting.DRAWN;

    private static final String SUM_COLUMNS =
            "bucket_ms, task, tier, shadow, operation, requests, failed, cost_micro_usd,"
                    + " cost_rest_pico_usd, priced, log_cost_e6, log_cost_squares_e6, judged, useful, answered, corrected, timed,"
                    + " log_ms_e6, log_ms_squares_e6, sure, learned_e6, learned_squares_e6, counted, counted_input_tokens,"
                    + " counted_output_tokens, escalated";

    private static final String MODELS = "SELECT " + DAY + """
              COALESCE(NULLIF(model, ''), 'none') AS model, policy_hash, SUM(requests) AS requests
            FROM %s WHERE NOT shadow AND operation <> 'embeddings'
            GROUP BY 1, 2, 3, 4, 5 HAVING SUM(requests) <> 0 ORDER BY 1, 2, 3, 4, 5""";

    private static final String MODEL_COLUMNS =
            "bucket_ms, task, tier, model, policy_hash, shadow, operation, requests";

    private static final String VERSIONS = """
            SELECT COALESCE(NULLIF(task, ''), 'unclassified') AS task, COALESCE(NULLIF(tier, ''), 'none') AS tier, model,
              provider, response_model, first_ms, last_ms, requests
            FROM llm_model_version ORDER BY 1, 2, 3, 4, first_ms, response_model""";

    private static final String ROUTE_CHANGES = """
            SELECT change_id, time_ms, task, candidate, opened, given_by FROM llm_route_change
            WHERE time_ms > ? AND time_ms <= ? ORDER BY time_ms, change_id""";

    private final LedgerSnapshots snapshots;
    private final LedgerShape shape;

    LedgerDays(LedgerSnapshots snapshots, LedgerShape shape) {
        this.snapshots = snapshots;
        this.shape = shape;
    }

    /**
     * The latest days (UTC), today's included, so far: the filter for this class that the roll-ups answer at once.
     *
     * @param days from 1
     */
    public static LedgerFilter latest(Instant now, int days) {
        long to = (Math.floorDiv(now.toEpochMilli(), RollupTable.DAYS.length()) + 1) * RollupTable.DAYS.length() - 1;
        return LedgerFilter.between(to - days * RollupTable.DAYS.length(), to);
    }

    private LedgerSource source(Connection connection, LedgerFilter filter, String columns) throws SQLException {
        LedgerFilter inclusive =
                new LedgerFilter(filter.fromMillis() + 1, filter.toMillis(), filter.task(), filter.caller());
        return LedgerSource.of(
                connection,
                shape,
                inclusive,
                LedgerSource.Grain.of(filter.toMillis() + 1, RollupTable.DAYS.length()),
                columns);
    }

    /** One row for each day and destination with requests, the latest day first. The filter's start is exclusive here. */
    public List<DaySums> sums(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> sums(connection, filter));
    }

    private List<DaySums> sums(Connection connection, LedgerFilter filter) throws SQLException {
        LedgerSource source = source(connection, filter, SUM_COLUMNS);
        try (PreparedStatement query = connection.prepareStatement(SUMS.formatted(source.sql()))) {
            query.setLong(1, filter.toMillis());
            source.set(query, 2);
            return sums(query, false);
        }
    }

    /**
     * What people and checks said of the requests that somebody gave feedback on, as far as these still have a row each. Sums do not tell these
     * apart: all feedback of the time is looked at. The filter's start is exclusive here.
     *
     * @param filter for all tasks and callers
     */
    public List<SaidDay> said(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> said(connection, filter));
    }

    private static List<SaidDay> said(Connection connection, LedgerFilter filter) throws SQLException {
        List<SaidDay> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SAID)) {
            query.setLong(1, filter.toMillis());
            query.setLong(2, filter.fromMillis() - CLOCKS_DIFFER);
            query.setLong(3, filter.fromMillis());
            query.setLong(4, filter.toMillis());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    SaidSums sums = new SaidSums(
                            row.getLong("said"), row.getLong("useful"), row.getLong("checked"), row.getLong("passed"));
                    all.add(new SaidDay(row.getInt("days_ago"), row.getString("task"), row.getString("tier"), sums));
                }
            }
        }
        return all;
    }

    /**
     * The part of {@link #sums} that a canary of the tier which was asked first was drawn for, as far as these requests still have a row
     * each. Sums do not know it: every row of the time is looked at. The filter's start is exclusive here.
     *
     * @param filter for one task, all callers
     */
    public List<DaySums> drawn(LedgerFilter filter) throws SQLException {
        return ofRows(shape.contributionApart(OF_CANARIES), filter);
    }

    /**
     * The {@link #sums} of a task as its outputs were judged a given time after each request, as far as these still have a row each: feedback that came
     * later does not count. Every row of the time is looked at. The filter's start is exclusive here.
     *
     * @param filter for one task, all callers, that ends at least {@code within} before now
     */
    public List<DaySums> inTime(LedgerFilter filter, Duration within) throws SQLException {
        return ofRows(shape.contributionInTime(OF_TASK, within.toMillis()), filter);
    }

    /** When the oldest and the newest request came of which there is a row, in ms since 1970-01-01T00:00Z; empty without any. */
    public Optional<Kept> kept() throws SQLException {
        return snapshots.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement( // two, as SQLite looks at all rows for both at once
                                    "SELECT (SELECT MIN(time_ms) FROM llm_request), (SELECT MAX(time_ms) FROM llm_request)");
                    ResultSet row = query.executeQuery()) {
                row.next();
                long oldest = row.getLong(1);
                return row.wasNull() ? Optional.empty() : Optional.of(new Kept(oldest, row.getLong(2)));
            }
        });
    }

    /** Between which times there are rows, both inclusive, in ms since 1970-01-01T00:00Z. */
    public record Kept(long oldestMillis, long newestMillis) {}

    private List<DaySums> ofRows(String contribution, LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> {
            // % of the conditions would be taken for a format
            String sql = SUMS.replace("\nFROM", APART).replace("%s", "(" + contribution + ") q");
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setLong(1, filter.toMillis());
                query.setLong(2, filter.fromMillis());
                query.setLong(3, filter.toMillis());
                query.setString(4, filter.task());
                return sums(query, true);
            }
        });
    }

    private static List<DaySums> sums(PreparedStatement query, boolean isApart) throws SQLException {
        List<DaySums> all = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                all.add(new DaySums(
                        row.getInt("days_ago"),
                        row.getString("task"),
                        row.getString("tier"),
                        row.getLong("requests"),
                        row.getLong("failed"),
                        LedgerTraffic.sum(row, "cost").doubleValue(),
                        moments(row, "priced", "log_cost"),
                        row.getLong("judged"),
                        row.getLong("useful"),
                        row.getLong("answered"),
                        row.getLong("corrected"),
                        moments(row, "timed", "log_ms"),
                        moments(row, "sure", "learned"),
                        row.getLong("counted"),
                        row.getDouble("input_tokens"),
                        row.getDouble("output_tokens"),
                        row.getLong("escalated"),
                        isApart
                                ? new SaidSums(
                                        row.getLong("answered"),
                                        row.getLong("said_useful"),
                                        row.getLong("said_checked"),
                                        row.getLong("said_passed"))
                                : null));
            }
        }
        return all;
    }

    /** Which models served, the latest day first. The filter's start is exclusive here. */
    public List<DayModel> models(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> models(connection, filter));
    }

    private List<DayModel> models(Connection connection, LedgerFilter filter) throws SQLException {
        List<DayModel> all = new ArrayList<>();
        LedgerSource source = source(connection, filter, MODEL_COLUMNS);
        try (PreparedStatement query = connection.prepareStatement(MODELS.formatted(source.sql()))) {
            query.setLong(1, filter.toMillis());
            source.set(query, 2);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new DayModel(
                            row.getInt("days_ago"),
                            row.getString("task"),
                            row.getString("tier"),
                            row.getString("model"),
                            row.getString("policy_hash"),
                            row.getLong("requests")));
                }
            }
        }
        return all;
    }

    /** Which routes that collected evidence has opened and closed, the earliest first. The filter's start is exclusive here. */
    public List<RouteChangeEntry> routeChanges(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> routeChanges(connection, filter));
    }

    private List<RouteChangeEntry> routeChanges(Connection connection, LedgerFilter filter) throws SQLException {
        List<RouteChangeEntry> all = new ArrayList<>();
        if (!shape.hasPairs()) {
            return all;
        }
        try (PreparedStatement query = connection.prepareStatement(ROUTE_CHANGES)) {
            query.setLong(1, filter.fromMillis());
            query.setLong(2, filter.toMillis());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new RouteChangeEntry(
                            row.getString("change_id"),
                            row.getLong("time_ms"),
                            row.getString("task"),
                            row.getString("candidate"),
                            row.getBoolean("opened"),
                            row.getString("given_by"),
                            null, // not in ledgers of earlier versions, and not needed
                            null,
                            null));
                }
            }
        }
        return all;
    }

    /** Under which names, since when, providers answered: by task, tier, model and provider, the earliest first. */
    public List<ModelVersion> versions() throws SQLException {
        return snapshots.read(connection -> versions(connection));
    }

    private List<ModelVersion> versions(Connection connection) throws SQLException {
        List<ModelVersion> all = new ArrayList<>();
        if (!shape.hasVersions()) {
            return all;
        }
        try (PreparedStatement query = connection.prepareStatement(VERSIONS);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                all.add(new ModelVersion(
                        row.getString("task"),
                        row.getString("tier"),
                        row.getString("model"),
                        row.getString("provider"),
                        row.getString("response_model"),
                        row.getLong("first_ms"),
                        row.getLong("last_ms"),
                        row.getLong("requests")));
            }
        }
        return all;
    }

    private static Moments moments(ResultSet row, String n, String sum) throws SQLException {
        return new Moments(
                row.getLong(n), row.getLong(sum + "_e6") / MILLION, row.getLong(sum + "_squares_e6") / MILLION);
    }
}
