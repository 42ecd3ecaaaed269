package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the ways that requests took, for the dashboard. Changes nothing. Not safe for use by many threads. */
public final class LedgerTraffic {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String WHERE = """
            FROM llm_request r WHERE r.time_ms >= ? AND r.time_ms <= ? AND NOT r.shadow
              AND (CAST(? AS TEXT) IS NULL OR <task> = CAST(? AS TEXT))
              AND (CAST(? AS TEXT) IS NULL OR r.caller = CAST(? AS TEXT))""".replace("<task>", LedgerFilter.SHOWN_TASK_OF_REQUEST);

    private static final String FLOWS = """
            SELECT
              <task> AS task,
              CASE WHEN operation = 'embeddings' THEN 'embeddings' ELSE COALESCE(NULLIF(tier, ''), 'none') END AS tier,
              COALESCE(NULLIF(model, ''), 'none') AS model, SUM(requests) AS requests,
              SUM(cost_micro_usd) AS cost_high, SUM(cost_rest_pico_usd) AS cost_low
            FROM %s WHERE NOT shadow GROUP BY 1, 2, 3 HAVING SUM(requests) <> 0""".replace("<task>", LedgerFilter.SHOWN_TASK);

    private static final String FLOW_COLUMNS =
            "task, tier, model, operation, shadow, requests, cost_micro_usd, cost_rest_pico_usd";

    private static final String SLOTS = """
            SELECT (bucket_ms - CAST(? AS BIGINT)) / CAST(? AS BIGINT) AS slot, COALESCE(NULLIF(tier, ''), 'none') AS tier,
              SUM(requests) AS requests,
              SUM(comparable_cost_micro_usd) AS cost_high, SUM(comparable_cost_rest_pico_usd) AS cost_low,
              SUM(comparable_baseline_micro_usd) AS baseline_high, SUM(comparable_baseline_rest_pico_usd) AS baseline_low
            FROM %s WHERE NOT shadow GROUP BY 1, 2 HAVING SUM(requests) <> 0 ORDER BY 1, 2""";

    private static final String SLOT_COLUMNS = "bucket_ms, tier, shadow, requests, comparable_cost_micro_usd,"
            + " comparable_cost_rest_pico_usd, comparable_baseline_micro_usd, comparable_baseline_rest_pico_usd";

    private static final String RECENT = "SELECT r.*\n" + WHERE + " ORDER BY r.time_ms DESC, r.request_id LIMIT ?";

    /** One hour more than rows are asked for: the one in which the time begins may have none within it. */
    private static final String HOURS = """
            SELECT bucket_ms FROM llm_hour WHERE bucket_ms > ? AND bucket_ms <= ? AND NOT shadow
              AND (CAST(? AS TEXT) IS NULL OR <task> = CAST(? AS TEXT))
              AND (CAST(? AS TEXT) IS NULL OR caller = CAST(? AS TEXT))
            GROUP BY bucket_ms HAVING SUM(requests) > 0 ORDER BY bucket_ms DESC LIMIT ? + 1""".replace("<task>", LedgerFilter.SHOWN_TASK);

    private static final String CALLERS =
            "SELECT DISTINCT caller FROM %s WHERE NOT shadow AND caller <> '' ORDER BY 1 LIMIT 200";

    private final LedgerSnapshots snapshots;
    private final LedgerShape shape;

    LedgerTraffic(LedgerSnapshots snapshots, LedgerShape shape) {
        this.snapshots = snapshots;
        this.shape = shape;
    }

    /** Requests by task, tier and model, in no order; vectors as task and tier {@value LedgerFilter#EMBEDDINGS}. */
    public List<TrafficFlow> flows(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> flows(connection, filter));
    }

    private List<TrafficFlow> flows(Connection connection, LedgerFilter filter) throws SQLException {
        List<TrafficFlow> all = new ArrayList<>();
        LedgerSource source = LedgerSource.of(connection, shape, filter, LedgerSource.Grain.DAYS, FLOW_COLUMNS);
        try (PreparedStatement query = connection.prepareStatement(FLOWS.formatted(source.sql()))) {
            source.set(query, 1);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new TrafficFlow(
                            row.getString("task"),
                            row.getString("tier"),
                            row.getString("model"),
                            row.getLong("requests"),
                            sum(row, "cost")));
                }
            }
        }
        return all;
    }

    /**
     * What each tier served, slot by slot; a slot in which nothing came has no entry.
     *
     * @param slots number of equal slots that the filter's time is divided into, from 1
     */
    public List<TrafficSlot> slots(LedgerFilter filter, int slots) throws SQLException {
        return snapshots.read(connection -> slots(connection, filter, slots));
    }

    private List<TrafficSlot> slots(Connection connection, LedgerFilter filter, int slots) throws SQLException {
        long width = Math.max(1, (filter.toMillis() - filter.fromMillis() + slots) / slots);
        List<TrafficSlot> all = new ArrayList<>();
        LedgerSource source = LedgerSource.of(
                connection, shape, filter, LedgerSource.Grain.of(filter.fromMillis(), width), SLOT_COLUMNS);
        try (PreparedStatement query = connection.prepareStatement(SLOTS.formatted(source.sql()))) {
            query.setLong(1, filter.fromMillis());
            query.setLong(2, width);
            source.set(query, 3);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new TrafficSlot(
                            Math.min(slots - 1, row.getInt("slot")),
                            row.getString("tier"),
                            row.getLong("requests"),
                            sum(row, "cost"),
                            sum(row, "baseline")));
                }
            }
        }
        return all;
    }

    /** The latest requests, the latest first. @param most from 1 */
    public List<RecentRequest> recent(LedgerFilter filter, int most) throws SQLException {
        return snapshots.read(connection -> recent(connection, filter, most));
    }

    private List<RecentRequest> recent(Connection connection, LedgerFilter filter, int most) throws SQLException {
        boolean isForAll = filter.task() == null && filter.caller() == null;
        if (isForAll || !shape.hasRollups()) {
            return rows(connection, filter, most);
        }
        // a task or caller may be rare: only hours that have its requests are looked through, not all requests of the
        // time
        List<RecentRequest> all = new ArrayList<>();
        for (long hour : hours(connection, filter, most)) {
            if (all.size() >= most) {
                break;
            }
            all.addAll(rows(
                    connection,
                    new LedgerFilter(
                            Math.max(filter.fromMillis(), hour),
                            Math.min(filter.toMillis(), hour + RollupTable.HOURS.length() - 1),
                            filter.task(),
                            filter.caller()),
                    most - all.size()));
        }
        return all;
    }

    /** Starts of the hours that have requests, the latest first. */
    private static List<Long> hours(Connection connection, LedgerFilter filter, int most) throws SQLException {
        List<Long> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(HOURS)) {
            query.setLong(1, filter.fromMillis() - RollupTable.HOURS.length());
            query.setLong(2, filter.toMillis());
            query.setString(3, filter.task());
            query.setString(4, filter.task());
            query.setString(5, filter.caller());
            query.setString(6, filter.caller());
            query.setInt(7, most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(row.getLong(1));
                }
            }
        }
        return all;
    }

    private static List<RecentRequest> rows(Connection connection, LedgerFilter filter, int most) throws SQLException {
        List<RecentRequest> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(RECENT)) {
            query.setInt(set(query, 1, filter), most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    double confidence = row.getDouble("confidence");
                    Double known = row.wasNull() ? null : confidence;
                    String reasons = row.getString("reasons");
                    all.add(new RecentRequest(
                            row.getString("request_id"),
                            Instant.ofEpochMilli(row.getLong("time_ms")),
                            row.getString("caller"),
                            row.getString("task"),
                            row.getString("source"),
                            known,
                            row.getString("tier"),
                            row.getString("model"),
                            usd(row, "cost_pico_usd"),
                            usd(row, "baseline_cost_pico_usd"),
                            row.getString("evidence_state"),
                            row.getString("verify"),
                            row.getString("outcome"),
                            row.getBoolean("simulated"),
                            reasons.contains(RequestEntry.OF_BATCH) ? null : row.getLong("duration_ms"),
                            reasons(reasons),
                            attempts(row.getString("attempts"))));
                }
            }
        }
        return all;
    }

    /** Names of the keys under which requests came, at most 200. */
    public List<String> callers(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> callers(connection, filter));
    }

    private List<String> callers(Connection connection, LedgerFilter filter) throws SQLException {
        List<String> all = new ArrayList<>();
        LedgerSource source = LedgerSource.of(connection, shape, filter, LedgerSource.Grain.DAYS, "caller, shadow");
        try (PreparedStatement query = connection.prepareStatement(CALLERS.formatted(source.sql()))) {
            source.set(query, 1);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(row.getString(1));
                }
            }
        }
        return all;
    }

    /** @return number of the next parameter */
    static int set(PreparedStatement query, int first, LedgerFilter filter) throws SQLException {
        query.setLong(first, filter.fromMillis());
        query.setLong(first + 1, filter.toMillis());
        query.setString(first + 2, filter.task());
        query.setString(first + 3, filter.task());
        query.setString(first + 4, filter.caller());
        query.setString(first + 5, filter.caller());
        return first + 6;
    }

    /** Money that is summed in two halves: {@code _high} in micro-USD, and {@code _low} in pico-USD. */
    static BigDecimal sum(ResultSet row, String column) throws SQLException {
        BigInteger high = BigInteger.valueOf(row.getLong(column + "_high"));
        return PicoUsd.toUsd(
                high.multiply(BigInteger.valueOf(1_000_000)).add(BigInteger.valueOf(row.getLong(column + "_low"))));
    }

    private static @Nullable BigDecimal usd(ResultSet row, String column) throws SQLException {
        long pico = row.getLong(column);
        return row.wasNull() ? null : PicoUsd.toUsd(pico);
    }

    private static List<String> reasons(String json) {
        List<String> all = new ArrayList<>();
        array(json).forEach(reason -> all.add(reason.path("text").asText()));
        return all;
    }

    private static List<String> attempts(String json) {
        List<String> all = new ArrayList<>();
        for (JsonNode attempt : array(json)) {
            String status =
                    attempt.hasNonNull("status") ? " " + attempt.get("status").asText() : "";
            String cost =
                    attempt.hasNonNull("cost_usd") ? attempt.get("cost_usd").asText() + " USD" : "cost unknown";
            String role = attempt.has("role") ? attempt.get("role").asText() + ": " : "";
            all.add(role + attempt.path("model").asText() + " at "
                    + attempt.path("provider").asText() + ": "
                    + attempt.path("outcome").asText() + status + ", "
                    + (attempt.path("batch").asBoolean()
                            ? "in a batch"
                            : attempt.path("duration_ms").asLong() + " ms")
                    + ", " + cost);
        }
        return all;
    }

    private static JsonNode array(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createArrayNode(); // a row that somebody else wrote is no reason to show none
        }
    }
}
