package dev.llmrouter.record.ledger;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads sums from a ledger, also while a gateway writes it, and changes nothing. Not safe for use by many threads. */
public final class LedgerReader implements AutoCloseable {
    /** Sums of money are taken in two halves, so that they do not overflow. */
    private static final long HALF = 1_000_000;

    private static final String DESTINATIONS = """
            SELECT r.task, r.tier,
              SUM(CASE WHEN r.shadow THEN 0 ELSE 1 END) AS requests,
              SUM(r.cost_pico_usd / 1000000) AS cost_high,
              SUM(r.cost_pico_usd % 1000000) AS cost_low,
              SUM(p.judge_cost_pico_usd / 1000000) AS judge_high,
              SUM(p.judge_cost_pico_usd % 1000000) AS judge_low,
              SUM(CASE WHEN r.cost_pico_usd IS NULL THEN 1 ELSE 0 END)
                + SUM(CASE WHEN p.request_id IS NOT NULL AND p.judge_cost_pico_usd IS NULL THEN 1 ELSE 0 END)
                AS unknown_costs,
              SUM(CASE WHEN r.shadow THEN NULL ELSE r.baseline_cost_pico_usd / 1000000 END) AS baseline_high,
              SUM(CASE WHEN r.shadow THEN NULL ELSE r.baseline_cost_pico_usd % 1000000 END) AS baseline_low,
              SUM(CASE WHEN r.comparable THEN 1 ELSE 0 END) AS comparable,
              SUM(CASE WHEN r.comparable THEN r.cost_pico_usd / 1000000 END) AS comparable_cost_high,
              SUM(CASE WHEN r.comparable THEN r.cost_pico_usd % 1000000 END) AS comparable_cost_low,
              SUM(CASE WHEN r.comparable THEN r.baseline_cost_pico_usd / 1000000 END) AS comparable_baseline_high,
              SUM(CASE WHEN r.comparable THEN r.baseline_cost_pico_usd % 1000000 END) AS comparable_baseline_low,
              SUM(CASE WHEN NOT r.shadow AND (f.useful IS NOT NULL OR r.verify IS NOT NULL) THEN 1 ELSE 0 END) AS judged,
              SUM(CASE WHEN r.shadow THEN 0
                WHEN f.useful IS NOT NULL THEN CASE WHEN f.useful THEN 1 ELSE 0 END
                WHEN r.verify IN ('passed', 'escalated') THEN 1 ELSE 0 END) AS useful
            FROM (SELECT llm_request.*,
                NOT shadow AND cost_pico_usd IS NOT NULL AND baseline_cost_pico_usd IS NOT NULL AS comparable
              FROM llm_request WHERE time_ms >= ? AND time_ms <= ?
                AND (CAST(? AS TEXT) IS NULL OR COALESCE(task, 'unclassified') = CAST(? AS TEXT))
                AND (CAST(? AS TEXT) IS NULL OR caller = CAST(? AS TEXT))) r
            LEFT JOIN (SELECT request_id, useful FROM (SELECT request_id, useful,
                  ROW_NUMBER() OVER (PARTITION BY request_id ORDER BY time_ms DESC, feedback_id DESC) AS newest
                FROM llm_feedback) ranked WHERE newest = 1) f ON f.request_id = r.request_id
            LEFT JOIN %s p ON p.request_id = r.request_id
            GROUP BY r.task, r.tier""";

    private static final String PAIRS = "llm_pair";

    /** In the place of pairs in a ledger that no gateway of this version has opened yet. */
    private static final String NO_PAIRS =
            "(SELECT CAST(NULL AS TEXT) AS request_id, CAST(NULL AS BIGINT) AS judge_cost_pico_usd WHERE 1 = 0)";

    private final LedgerSettings settings;
    private final Connection connection;

    private LedgerReader(LedgerSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /** @throws SQLException if there is no ledger, or its database does not answer; the message says which */
    public static LedgerReader open(LedgerSettings settings) throws SQLException {
        if (settings.isEmbedded() && !Files.isRegularFile(settings.file())) {
            throw new SQLException("there is no ledger at " + settings.file());
        }
        return new LedgerReader(settings, LedgerConnections.connect(settings));
    }

    /** When the oldest request came in, in ms since 1970-01-01T00:00Z; empty for none. */
    public OptionalLong oldestMillis() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT MIN(time_ms) FROM llm_request");
                ResultSet row = query.executeQuery()) {
            row.next();
            long millis = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(millis);
        }
    }

    /** The requests of a filter, by task and tier, in no order. */
    public List<DestinationSums> destinations(LedgerFilter filter) throws SQLException {
        List<DestinationSums> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(destinations())) {
            LedgerTraffic.set(query, 1, filter);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new DestinationSums(
                            row.getString("task"),
                            row.getString("tier"),
                            row.getLong("requests"),
                            usd(row, "cost").add(usd(row, "judge")),
                            row.getLong("unknown_costs"),
                            usd(row, "baseline"),
                            row.getLong("comparable"),
                            usd(row, "comparable_cost"),
                            usd(row, "comparable_baseline"),
                            row.getLong("judged"),
                            row.getLong("useful")));
                }
            }
        }
        return all;
    }

    /** The ways that requests took, over this reader's connection. */
    public LedgerTraffic traffic() {
        return new LedgerTraffic(connection);
    }

    /** Sums day by day, over this reader's connection. */
    public LedgerDays days() {
        return new LedgerDays(connection);
    }

    /** The pairs of evidence that accumulates, over this reader's connection. */
    public LedgerPairs pairs() {
        return new LedgerPairs(connection);
    }

    /** How requests were routed and what that cost, over this reader's connection. */
    public LedgerRouting routing() {
        return new LedgerRouting(connection);
    }

    private static BigDecimal usd(ResultSet row, String column) throws SQLException {
        BigInteger high = BigInteger.valueOf(row.getLong(column + "_high"));
        return PicoUsd.toUsd(
                high.multiply(BigInteger.valueOf(HALF)).add(BigInteger.valueOf(row.getLong(column + "_low"))));
    }

    private String destinations() throws SQLException {
        try (ResultSet column = connection.getMetaData().getColumns(null, null, PAIRS, "judge_cost_pico_usd")) {
            return DESTINATIONS.replace("%s", column.next() ? PAIRS : NO_PAIRS);
        }
    }

    /** Feedback entries of a time whose request the ledger does not know. */
    public long feedbackForUnknownRequests(long fromMillis, long toMillis) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT COUNT(*) FROM llm_feedback f WHERE f.time_ms >= ? AND f.time_ms <= ?
                AND NOT EXISTS (SELECT 1 FROM llm_request r WHERE r.request_id = f.request_id)""")) {
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
        connection.close();
    }
}
