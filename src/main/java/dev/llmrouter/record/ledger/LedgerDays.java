package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a ledger day by day, counted back from the end of the time that is looked at. The database adds up; what comes back
 * is one row a day and destination, however many requests there were. Of chat alone: vectors have no task
 * that could change, and no output. Changes nothing. Not safe for use by many threads.
 */
public final class LedgerDays {
    private static final String DAY = "(CAST(? AS BIGINT) - r.time_ms) / 86400000 AS days_ago,"
            + " COALESCE(r.task, 'unclassified') AS task, COALESCE(r.tier, 'none') AS tier,";

    private static final String SUMS = "SELECT " + DAY + """
              COUNT(*) AS requests,
              SUM(CAST(r.cost_pico_usd AS DOUBLE PRECISION)) AS cost,
              SUM(CASE WHEN r.cost_pico_usd > 0 THEN 1 ELSE 0 END) AS costs,
              SUM(r.log_cost) AS log_cost, SUM(r.log_cost * r.log_cost) AS log_cost_squares,
              SUM(CASE WHEN f.useful IS NOT NULL OR r.verify IS NOT NULL THEN 1 ELSE 0 END) AS judged,
              SUM(CASE WHEN f.useful IS NOT NULL THEN CASE WHEN f.useful THEN 1 ELSE 0 END
                WHEN r.verify IN ('passed', 'escalated') THEN 1 ELSE 0 END) AS useful,
              SUM(CASE WHEN f.useful IS NOT NULL THEN 1 ELSE 0 END) AS answered,
              SUM(COALESCE(f.corrected, 0)) AS corrected,
              SUM(CASE WHEN r.log_millis IS NULL THEN 0 ELSE 1 END) AS times,
              SUM(r.log_millis) AS log_millis, SUM(r.log_millis * r.log_millis) AS log_millis_squares,
              SUM(CASE WHEN r.learned IS NULL THEN 0 ELSE 1 END) AS sure,
              SUM(r.learned) AS learned, SUM(r.learned * r.learned) AS learned_squares,
              SUM(CASE WHEN r.output_tokens IS NOT NULL AND r.input_tokens IS NOT NULL THEN 1 ELSE 0 END) AS counted,
              SUM(CASE WHEN r.output_tokens IS NULL THEN NULL ELSE r.input_tokens END) AS input_tokens,
              SUM(CASE WHEN r.input_tokens IS NULL THEN NULL ELSE r.output_tokens END) AS output_tokens,
              SUM(CASE WHEN r.verify = 'escalated' THEN 1 ELSE 0 END) AS escalated
            FROM (SELECT llm_request.*,
                CASE WHEN cost_pico_usd > 0 THEN LN(CAST(cost_pico_usd AS DOUBLE PRECISION)) END AS log_cost,
                CASE WHEN outcome = 'ok' THEN
                  LN(CAST(CASE WHEN duration_ms < 1 THEN 1 ELSE duration_ms END AS DOUBLE PRECISION)) END AS log_millis,
                CASE WHEN source = 'learned' THEN confidence END AS learned
              FROM llm_request WHERE time_ms > ? AND time_ms <= ? AND NOT shadow
                AND dialect <> 'embeddings'
                AND (CAST(? AS TEXT) IS NULL OR COALESCE(task, 'unclassified') = CAST(? AS TEXT))
                AND (CAST(? AS TEXT) IS NULL OR caller = CAST(? AS TEXT))) r
            LEFT JOIN (SELECT request_id, useful,
                  CASE WHEN corrections > 0 THEN 1 ELSE 0 END AS corrected
                FROM (SELECT request_id, useful,
                    COUNT(corrected_sha256) OVER (PARTITION BY request_id) AS corrections,
                    ROW_NUMBER() OVER (PARTITION BY request_id ORDER BY time_ms DESC, feedback_id DESC) AS newest
                  FROM llm_feedback) ranked WHERE newest = 1) f ON f.request_id = r.request_id
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""";

    private static final String MODELS = "SELECT " + DAY + """
              COALESCE(r.model, 'none') AS model, r.policy_hash, COUNT(*) AS requests
            FROM llm_request r WHERE r.time_ms > ? AND r.time_ms <= ? AND NOT r.shadow
              AND r.dialect <> 'embeddings'
              AND (CAST(? AS TEXT) IS NULL OR COALESCE(r.task, 'unclassified') = CAST(? AS TEXT))
              AND (CAST(? AS TEXT) IS NULL OR r.caller = CAST(? AS TEXT))
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""";

    private final Connection connection;

    LedgerDays(Connection connection) {
        this.connection = connection;
    }

    /** One row for each day and destination with requests, the latest day first. The filter's start is exclusive here. */
    public List<DaySums> sums(LedgerFilter filter) throws SQLException {
        List<DaySums> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SUMS)) {
            query.setLong(1, filter.toMillis());
            LedgerTraffic.set(query, 2, filter);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new DaySums(
                            row.getInt("days_ago"),
                            row.getString("task"),
                            row.getString("tier"),
                            row.getLong("requests"),
                            row.getDouble("cost") / 1e12,
                            moments(row, "costs", "log_cost"),
                            row.getLong("judged"),
                            row.getLong("useful"),
                            row.getLong("answered"),
                            row.getLong("corrected"),
                            moments(row, "times", "log_millis"),
                            moments(row, "sure", "learned"),
                            row.getLong("counted"),
                            row.getDouble("input_tokens"),
                            row.getDouble("output_tokens"),
                            row.getLong("escalated")));
                }
            }
        }
        return all;
    }

    /** Which models served, the latest day first. The filter's start is exclusive here. */
    public List<DayModel> models(LedgerFilter filter) throws SQLException {
        List<DayModel> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(MODELS)) {
            query.setLong(1, filter.toMillis());
            LedgerTraffic.set(query, 2, filter);
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

    private static Moments moments(ResultSet row, String n, String sum) throws SQLException {
        return new Moments(row.getLong(n), row.getDouble(sum), row.getDouble(sum + "_squares"));
    }
}
