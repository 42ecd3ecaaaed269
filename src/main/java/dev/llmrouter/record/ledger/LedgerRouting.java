package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads how chat requests were routed and what that cost, over a reader's connection. The database adds up; only requests
 * with more than one call are read one by one. Changes nothing. Not safe for use by many threads.
 */
public final class LedgerRouting {
    private static final BigInteger HALF = BigInteger.valueOf(1_000_000);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Six values: see {@link LedgerTraffic#set}. */
    static final String WHERE = """
            time_ms >= ? AND time_ms <= ? AND dialect <> 'embeddings'
              AND (CAST(? AS TEXT) IS NULL OR COALESCE(task, 'unclassified') = CAST(? AS TEXT))
              AND (CAST(? AS TEXT) IS NULL OR caller = CAST(? AS TEXT))""";

    private static final String WAY =
            "COALESCE(r.task, 'unclassified') AS task, COALESCE(r.tier, 'none') AS tier, COALESCE(r.model, 'none') AS model";

    /** The answer that counted may have failed its check as well: then the check's outcome alone does not tell. */
    static final String ESCALATED = "r.verify = 'escalated' OR r.reasons LIKE '%\"code\":\"escalation\"%'";

    /** Whether the canary of the tier that was asked first was drawn; not one of the baseline tier, to which an output was escalated. */
    static final String DRAWN = """
            r.reasons LIKE '%"code":"canary"%' AND (r.reasons NOT LIKE '%"code":"escalation"%'
              OR r.reasons LIKE '%"code":"canary"%"code":"escalation"%')""";

    private static final String SUMS = ("SELECT " + WAY + """
            , CASE WHEN r.reasons LIKE '%"text":"the caller asks for model %' THEN 2
                WHEN r.reasons LIKE '%"text":"the caller asks for %' THEN 1 ELSE 0 END AS named,
              CASE WHEN r.reasons LIKE '%"code":"premium-when"%'
                OR r.reasons LIKE '%"code":"gate","text":"lifted%' THEN 1 ELSE 0 END AS lifted,
              CASE WHEN <escalated> THEN 1 ELSE 0 END AS escalated,
              CASE WHEN <drawn> THEN 1 ELSE 0 END AS drawn,
              CASE WHEN r.reasons LIKE '%<batch>%' THEN 1 ELSE 0 END AS batched,
              <size> AS size,
              COUNT(*) AS requests,
              SUM(CASE WHEN r.outcome = 'ok' THEN 0 ELSE 1 END) AS failed,
              SUM(CASE WHEN cost_pico_usd IS NULL THEN 1 ELSE 0 END) AS unknown_costs,
              SUM(cost_pico_usd / 1000000) AS cost_high, SUM(cost_pico_usd % 1000000) AS cost_low,
              SUM(CASE WHEN f.useful IS NOT NULL OR r.verify IS NOT NULL THEN 1 ELSE 0 END) AS judged,
              SUM(CASE WHEN f.useful IS NOT NULL THEN CASE WHEN f.useful THEN 1 ELSE 0 END
                WHEN r.verify IN ('passed', 'escalated') THEN 1 ELSE 0 END) AS useful,
              SUM(CASE WHEN both_known THEN 1 ELSE 0 END) AS comparable,
              SUM(CASE WHEN both_known THEN cost_pico_usd / 1000000 END) AS served_high,
              SUM(CASE WHEN both_known THEN cost_pico_usd % 1000000 END) AS served_low,
              SUM(CASE WHEN both_known THEN baseline_cost_pico_usd / 1000000 END) AS premium_high,
              SUM(CASE WHEN both_known THEN baseline_cost_pico_usd % 1000000 END) AS premium_low,
              SUM(CASE WHEN both_known THEN classifier_cost_pico_usd / 1000000 END) AS classifier_high,
              SUM(CASE WHEN both_known THEN classifier_cost_pico_usd % 1000000 END) AS classifier_low,
              SUM(CASE WHEN counted THEN 1 ELSE 0 END) AS counted_rows,
              SUM(CASE WHEN counted THEN input_tokens END) AS input,
              SUM(CASE WHEN counted THEN COALESCE(cached_input_tokens, 0) END) AS cached,
              SUM(CASE WHEN counted THEN COALESCE(cache_write_tokens, 0) END) AS written,
              SUM(CASE WHEN counted THEN output_tokens END) AS output,
              SUM(CASE WHEN counted THEN COALESCE(reasoning_tokens, 0) END) AS reasoning,
              SUM(CASE WHEN counted THEN cost_pico_usd / 1000000 END) AS billed_high,
              SUM(CASE WHEN counted THEN cost_pico_usd % 1000000 END) AS billed_low
            FROM (SELECT llm_request.*,
                cost_pico_usd IS NOT NULL AND baseline_cost_pico_usd IS NOT NULL AS both_known,
                cost_pico_usd IS NOT NULL AND input_tokens IS NOT NULL AND output_tokens IS NOT NULL AS counted
              FROM llm_request WHERE NOT shadow AND\s""" + WHERE + """
            ) r
            LEFT JOIN (SELECT request_id, useful FROM (SELECT request_id, useful,
                  ROW_NUMBER() OVER (PARTITION BY request_id ORDER BY time_ms DESC, feedback_id DESC) AS newest
                FROM llm_feedback) ranked WHERE newest = 1) f ON f.request_id = r.request_id
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9""")
            .replace("<escalated>", ESCALATED)
            .replace("<drawn>", DRAWN)
            .replace("<batch>", RequestEntry.OF_BATCH);

    private static final int CHECKS = 2;
    private static final int COMPARING = 3;

    private static final String REPEATED = "SELECT " + WAY + """
            , CASE WHEN <escalated> THEN 1 ELSE 0 END AS escalated, r.attempts FROM llm_request r WHERE NOT shadow
              AND cost_pico_usd IS NOT NULL AND baseline_cost_pico_usd IS NOT NULL
              AND (attempts LIKE '%"n":2,%' OR attempts LIKE '%"role":"check"%') AND\s""".replace("<escalated>", ESCALATED) + WHERE;

    /** Of a pair whose shadow cost what nobody knows, the judge was paid all the same. */
    private static final String COMPARED = "SELECT " + WAY + """
            , SUM(COALESCE(p.cost_pico_usd, p.judge_cost_pico_usd) / 1000000) AS cost_high,
              SUM(COALESCE(p.cost_pico_usd, p.judge_cost_pico_usd) % 1000000) AS cost_low,
              SUM(CASE WHEN p.cost_pico_usd IS NULL THEN 1 ELSE 0 END) AS unknown
            FROM (SELECT * FROM llm_request WHERE NOT shadow AND\s""" + WHERE + """
            ) r JOIN llm_pair p ON p.request_id = r.request_id GROUP BY 1, 2, 3""";

    private static final String SHADOWS = """
            SELECT SUM(cost_pico_usd / 1000000) AS cost_high, SUM(cost_pico_usd % 1000000) AS cost_low
            FROM llm_request WHERE shadow AND\s""" + WHERE;

    private static final String SIMULATED =
            "SELECT COUNT(*) FROM llm_request WHERE simulated AND NOT shadow AND " + WHERE;

    private static final String PAIRS = """
            SELECT SUM((p.cost_pico_usd - p.judge_cost_pico_usd) / 1000000) AS cost_high,
              SUM((p.cost_pico_usd - p.judge_cost_pico_usd) % 1000000) AS cost_low
            FROM (SELECT * FROM llm_request WHERE NOT shadow AND\s""" + WHERE + """
            ) r JOIN llm_pair p ON p.request_id = r.request_id""";

    private final LedgerSnapshots snapshots;

    LedgerRouting(LedgerSnapshots snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * All ways that requests took.
     *
     * @param sizes input tokens by which requests are told apart, ascending
     */
    public List<RoutedSums> sums(LedgerFilter filter, List<Integer> sizes) throws SQLException {
        return snapshots.read(connection -> sums(connection, filter, sizes));
    }

    private static List<RoutedSums> sums(Connection connection, LedgerFilter filter, List<Integer> sizes)
            throws SQLException {
        StringBuilder size = new StringBuilder(sizes.isEmpty() ? "0" : "CASE");
        for (int i = sizes.size() - 1; i >= 0; i--) {
            size.append(" WHEN r.input_tokens > ")
                    .append(sizes.get(i).intValue())
                    .append(" THEN ")
                    .append(i + 1);
        }
        size.append(sizes.isEmpty() ? "" : " ELSE 0 END");
        List<RoutedSums> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SUMS.replace("<size>", size))) {
            LedgerTraffic.set(query, 1, filter);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(sums(row));
                }
            }
        }
        return all;
    }

    /** Requests that the built-in simulator answered: nobody was paid for them. */
    public long simulated(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> simulated(connection, filter));
    }

    private static long simulated(Connection connection, LedgerFilter filter) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SIMULATED)) {
            LedgerTraffic.set(query, 1, filter);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static RoutedSums sums(ResultSet row) throws SQLException {
        return new RoutedSums(
                row.getString("task"),
                row.getString("tier"),
                row.getString("model"),
                row.getInt("named") > 0,
                row.getInt("named") == 2,
                row.getInt("lifted") == 1,
                row.getInt("escalated") == 1,
                row.getInt("drawn") == 1,
                row.getInt("batched") == 1,
                row.getInt("size"),
                row.getLong("requests"),
                row.getLong("failed"),
                usd(row, "cost"),
                row.getLong("unknown_costs"),
                row.getLong("judged"),
                row.getLong("useful"),
                row.getLong("comparable"),
                usd(row, "served"),
                usd(row, "premium"),
                usd(row, "classifier"),
                row.getLong("counted_rows"),
                new Usage(
                        row.getLong("input"),
                        row.getLong("cached"),
                        row.getLong("written"),
                        row.getLong("output"),
                        row.getLong("reasoning"),
                        false),
                usd(row, "billed"));
    }

    private record Way(String task, String tier, String model) implements Comparable<Way> {
        static Way of(ResultSet row) throws SQLException {
            return new Way(row.getString("task"), row.getString("tier"), row.getString("model"));
        }

        @Override
        public int compareTo(Way other) {
            int byTask = task.compareTo(other.task);
            int byTier = byTask != 0 ? byTask : tier.compareTo(other.tier);
            return byTier != 0 ? byTier : model.compareTo(other.model);
        }
    }

    /** What was paid besides answers, for each way where there is such a thing. */
    public List<RoutingExtras> extras(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> extras(connection, filter));
    }

    private static List<RoutingExtras> extras(Connection connection, LedgerFilter filter) throws SQLException {
        Map<Way, BigDecimal[]> found = new TreeMap<>();
        Map<Way, Long> unknown = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(REPEATED)) {
            LedgerTraffic.set(query, 1, filter);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    boolean isEscalated = row.getInt("escalated") == 1;
                    addCalls(found, Way.of(row), isEscalated ? 1 : 0, row.getString("attempts"));
                }
            }
        }
        if (hasPairs(connection)) {
            try (PreparedStatement query = connection.prepareStatement(COMPARED)) {
                LedgerTraffic.set(query, 1, filter);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        Way way = Way.of(row);
                        add(found, way, COMPARING, usd(row, "cost"));
                        unknown.put(way, row.getLong("unknown"));
                    }
                }
            }
        }
        return found.entrySet().stream()
                .map(e -> new RoutingExtras(
                        e.getKey().task(),
                        e.getKey().tier(),
                        e.getKey().model(),
                        e.getValue()[0],
                        e.getValue()[1],
                        e.getValue()[CHECKS],
                        e.getValue()[COMPARING],
                        unknown.getOrDefault(e.getKey(), 0L)))
                .toList();
    }

    private static void add(Map<Way, BigDecimal[]> found, Way way, int part, BigDecimal usd) {
        BigDecimal[] parts = found.computeIfAbsent(way, k -> {
            BigDecimal[] none = new BigDecimal[COMPARING + 1];
            Arrays.fill(none, BigDecimal.ZERO);
            return none;
        });
        parts[part] = parts[part].add(usd);
    }

    /** Adds the known costs of all calls to answer but the last, and those of all that checked outputs. */
    private static void addCalls(Map<Way, BigDecimal[]> found, Way way, int part, @Nullable String attempts) {
        BigDecimal repeated = BigDecimal.ZERO;
        BigDecimal checks = BigDecimal.ZERO;
        BigDecimal last = BigDecimal.ZERO;
        try {
            for (JsonNode call : JSON.readTree(attempts == null ? "[]" : attempts)) {
                String text = call.path("cost_usd").asText("");
                BigDecimal usd = text.isEmpty() || text.equals("null") ? BigDecimal.ZERO : new BigDecimal(text);
                if (!call.has("role")) {
                    repeated = repeated.add(last);
                    last = usd;
                } else if (call.get("role").asText().equals(RequestEntry.CHECK)) {
                    checks = checks.add(usd);
                }
            }
        } catch (JsonProcessingException | NumberFormatException e) {
            return; // a row that somebody else wrote
        }
        add(found, way, part, repeated);
        add(found, way, CHECKS, checks);
    }

    /** USD that shadow requests cost which belong to no pair: those of a tier's {@code shadow}. */
    public BigDecimal otherShadowsUsd(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> {
            BigDecimal paired = hasPairs(connection) ? sum(connection, PAIRS, filter) : BigDecimal.ZERO;
            return sum(connection, SHADOWS, filter).subtract(paired).max(BigDecimal.ZERO);
        });
    }

    private static BigDecimal sum(Connection connection, String sql, LedgerFilter filter) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            LedgerTraffic.set(query, 1, filter);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return usd(row, "cost");
            }
        }
    }

    /** Whether a gateway of a version that compares has opened this ledger. */
    private static boolean hasPairs(Connection connection) throws SQLException {
        try (ResultSet column = connection.getMetaData().getColumns(null, null, "llm_pair", "judge_cost_pico_usd")) {
            return column.next();
        }
    }

    private static BigDecimal usd(ResultSet row, String column) throws SQLException {
        return PicoUsd.toUsd(BigInteger.valueOf(row.getLong(column + "_high"))
                .multiply(HALF)
                .add(BigInteger.valueOf(row.getLong(column + "_low"))));
    }
}
