package dev.llmrouter.record.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the pairs of a ledger over a reader's connection. Not safe for use by many threads. */
public final class LedgerPairs {
    private static final long HALF = 1_000_000; // money is summed in two halves, so that it does not overflow

    /** Pico-USD of a request {@code r} without its classification; NULL is unknown. */
    static final String BASELINE_COST = "r.cost_pico_usd - COALESCE(r.classifier_cost_pico_usd, 0)";

    /** Whether a request {@code r} was answered in a batch. */
    static final String BATCHED = "r.reasons LIKE '%" + RequestEntry.OF_BATCH + "%'";

    private final Connection connection;

    LedgerPairs(Connection connection) {
        this.connection = connection;
    }

    /** All pairs of a task and candidate after a time, the oldest first, also those that could not be scored. */
    public List<PairEntry> of(String task, String candidate, long afterMillis) throws SQLException {
        List<PairEntry> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT * FROM llm_pair WHERE task = ? AND candidate = ? AND time_ms > ? ORDER BY time_ms, request_id""")) {
            query.setString(1, task);
            query.setString(2, candidate);
            query.setLong(3, afterMillis);
            try (ResultSet row = query.executeQuery()) {
                Columns columns = Columns.of(row.getMetaData());
                while (row.next()) {
                    all.add(pair(row, columns));
                }
            }
        }
        return all;
    }

    /**
     * When the first of the comparisons of a task and candidate began that are not over.
     *
     * @param afterMillis what began earlier is not waited for: its process was killed
     * @return in ms since 1970-01-01T00:00Z; empty where all are over, and in a ledger that no gateway of this version has opened yet
     */
    public OptionalLong underWaySince(String task, String candidate, long afterMillis) throws SQLException {
        if (!knowsBegun()) {
            return OptionalLong.empty();
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT MIN(time_ms) FROM llm_pair_begun WHERE task = ? AND candidate = ? AND time_ms > ?")) {
            query.setString(1, task);
            query.setString(2, candidate);
            query.setLong(3, afterMillis);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                long first = row.getLong(1);
                return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(first);
            }
        }
    }

    /** The comparisons of a task and candidate that began by a time and are not over, the oldest first. */
    public List<PairBegunEntry> begunUntil(String task, String candidate, long untilMillis) throws SQLException {
        List<PairBegunEntry> all = new ArrayList<>();
        if (!knowsBegun()) {
            return all;
        }
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT request_id, time_ms FROM llm_pair_begun WHERE task = ? AND candidate = ? AND time_ms <= ?
                ORDER BY time_ms, request_id""")) {
            query.setString(1, task);
            query.setString(2, candidate);
            query.setLong(3, untilMillis);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(new PairBegunEntry(row.getString("request_id"), row.getLong("time_ms"), task, candidate));
                }
            }
        }
        return all;
    }

    /** In a ledger that no gateway of this version has opened yet they are not told. */
    private boolean knowsBegun() throws SQLException {
        try (ResultSet table = connection.getMetaData().getColumns(null, null, "llm_pair_begun", "time_ms")) {
            return table.next();
        }
    }

    /** Those of these requests of which there is a pair. */
    public Set<String> among(Set<String> requestIds) throws SQLException {
        Set<String> found = new HashSet<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT request_id FROM llm_pair WHERE request_id = ?")) {
            for (String id : requestIds) {
                query.setString(1, id);
                try (ResultSet row = query.executeQuery()) {
                    if (row.next()) {
                        found.add(id);
                    }
                }
            }
        }
        return found;
    }

    /** Which columns there are: not all in a ledger that no gateway of this version has opened yet. */
    private record Columns(
            boolean hasProbability, boolean hasInput, boolean hasJudged, boolean hasPrices, boolean hasBaseline) {
        static Columns of(ResultSetMetaData columns) throws SQLException {
            Set<String> names = names(columns);
            return new Columns(
                    names.contains("probability"),
                    names.contains("input_hash"),
                    names.contains("judged"),
                    names.contains("prices"),
                    names.contains("baseline_cost_pico_usd"));
        }

        static Set<String> names(ResultSetMetaData columns) throws SQLException {
            Set<String> names = new HashSet<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnName(i).toLowerCase(Locale.ROOT));
            }
            return names;
        }
    }

    private static PairEntry pair(ResultSet row, Columns columns) throws SQLException {
        double drawn = columns.hasProbability() ? row.getDouble("probability") : 0;
        Double probability = !columns.hasProbability() || row.wasNull() ? null : Double.valueOf(drawn);
        int asked = columns.hasJudged() ? row.getInt("judged") : 0;
        Boolean judged = !columns.hasJudged() || row.wasNull() ? null : Boolean.valueOf(asked == 1);
        double candidate = row.getDouble("candidate_score");
        Double candidateScore = row.wasNull() ? null : Double.valueOf(candidate);
        double baseline = row.getDouble("baseline_score");
        Double baselineScore = row.wasNull() ? null : Double.valueOf(baseline);
        long cost = row.getLong("cost_pico_usd");
        Long knownCost = row.wasNull() ? null : Long.valueOf(cost);
        long judge = row.getLong("judge_cost_pico_usd");
        Long knownJudge = row.wasNull() ? null : Long.valueOf(judge);
        return new PairEntry(
                row.getString("request_id"),
                row.getLong("time_ms"),
                row.getString("task"),
                row.getString("definition"),
                row.getString("candidate"),
                row.getString("candidate_version"),
                row.getString("baseline"),
                row.getString("baseline_version"),
                row.getString("scorer"),
                row.getBoolean("served"),
                candidateScore,
                baselineScore,
                knownCost,
                knownJudge,
                probability,
                columns.hasInput() ? row.getString("input_hash") : null,
                judged,
                columns.hasPrices() ? row.getString("prices") : null);
    }

    /** Requests of pairs that were sent to a candidate, and whose callers got another model's answer, as far as the requests are kept. */
    public Set<String> answeredByAnother(String task, String candidate, long afterMillis) throws SQLException {
        Set<String> found = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT p.request_id FROM llm_pair p JOIN llm_request r ON r.request_id = p.request_id
                WHERE p.task = ? AND p.candidate = ? AND p.time_ms > ? AND p.served AND r.model <> p.candidate""")) {
            query.setString(1, task);
            query.setString(2, candidate);
            query.setLong(3, afterMillis);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
        }
        return found;
    }

    /** The first feedback on each request of a pair of a task and candidate after a time, by request. */
    public Map<String, Judged> feedback(String task, String candidate, long afterMillis) throws SQLException {
        Map<String, Judged> first = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT f.request_id, f.time_ms, f.useful, f.score
                FROM llm_pair p JOIN llm_feedback f ON f.request_id = p.request_id
                WHERE p.task = ? AND p.candidate = ? AND p.time_ms > ?
                ORDER BY f.time_ms, f.feedback_id""")) {
            query.setString(1, task);
            query.setString(2, candidate);
            query.setLong(3, afterMillis);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String request = row.getString("request_id");
                    boolean isUseful = row.getBoolean("useful");
                    double stated = row.getDouble("score");
                    double score = row.wasNull() ? (isUseful ? 1 : 0) : Math.max(0, Math.min(1, stated));
                    first.putIfAbsent(request, new Judged(request, row.getLong("time_ms"), score));
                }
            }
        }
        return first;
    }

    /**
     * What both answers cost of the pairs that the baseline served and the candidate answered. A call that was refused, or never made, costs
     * nothing and says nothing of what an answer costs. What the baseline's cost is in the request's row, and in the pair when that has been
     * deleted.
     *
     * @param like of the same task, its definition and both models; who scores them makes answers no dearer
     * @param inBatch what the candidate's price is multiplied by where requests are answered in batches, above 0 to 1: of a request whose baseline
     *     answered in one, at the price of batches, the candidate's single call would be dearer than what it stands for
     * @param isAtPrices whether what was made at prices in these words ({@link PairEntry#prices}) would cost as much at those of now
     * @param afterMillis only later pairs
     */
    public PairCosts costs(PairEntry like, BigDecimal inBatch, Predicate<String> isAtPrices, long afterMillis)
            throws SQLException {
        Columns columns = columns();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT prices, batched, CASE WHEN candidate IS NULL OR baseline IS NULL THEN 0 ELSE 1 END AS known,
                  COUNT(*) AS n,
                  SUM(candidate / 1000000) AS candidate_high, SUM(candidate % 1000000) AS candidate_low,
                  SUM(baseline / 1000000) AS baseline_high, SUM(baseline % 1000000) AS baseline_low
                FROM (SELECT <prices> AS prices, CASE WHEN <batched> OR <was-batched> = 1 THEN 1 ELSE 0 END AS batched,
                    p.cost_pico_usd - p.judge_cost_pico_usd AS candidate, p.candidate_score,
                    COALESCE(<cost>, <kept-cost>) AS baseline
                  FROM llm_pair p LEFT JOIN llm_request r ON r.request_id = p.request_id
                  WHERE p.task = ? AND p.candidate = ? AND p.time_ms > ? AND NOT p.served
                    AND p.definition = ? AND p.candidate_version = ? AND p.baseline_version = ?) x
                WHERE (candidate > 0 OR candidate_score > 0 OR candidate IS NULL AND candidate_score IS NOT NULL)
                  AND (baseline IS NOT NULL OR candidate IS NULL OR candidate > 0)
                GROUP BY 1, 2, 3""".replace("<batched>", BATCHED)
                .replace("<cost>", BASELINE_COST)
                .replace("<kept-cost>", columns.hasBaseline() ? "p.baseline_cost_pico_usd" : "NULL")
                .replace("<was-batched>", columns.hasBaseline() ? "p.baseline_batched" : "0")
                .replace("<prices>", columns.hasPrices() ? "p.prices" : "CAST(NULL AS TEXT)"))) {
            query.setString(1, like.task());
            query.setString(2, like.candidate());
            query.setLong(3, afterMillis);
            query.setString(4, like.definition());
            query.setString(5, like.candidateVersion());
            query.setString(6, like.baselineVersion());
            PairCosts costs = PairCosts.NONE;
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String prices = row.getString("prices");
                    long n = row.getLong("n");
                    if (prices != null && PairEntry.WITHOUT_ANSWER.contains(prices)) {
                        continue;
                    }
                    BigDecimal alone = LedgerTraffic.sum(row, "candidate");
                    BigDecimal candidate = row.getInt("batched") == 1 ? alone.multiply(inBatch) : alone;
                    if (prices != null && !isAtPrices.test(prices)) {
                        costs = costs.withOthers(n);
                    } else {
                        costs = row.getInt("known") == 1
                                ? costs.with(n, candidate, LedgerTraffic.sum(row, "baseline"))
                                : costs.withUnknown(n);
                    }
                }
            }
            return costs;
        }
    }

    private Columns columns() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM llm_pair WHERE 1 = 0");
                ResultSet none = query.executeQuery()) {
            return Columns.of(none.getMetaData());
        }
    }

    /**
     * USD spent on pairs of a task since a time. What a pair cost that is not known, because one of its calls broke off, is taken to be the
     * mean of those that cost something: it must not leave the day's budget. 0 if none of them is known to have cost anything.
     */
    public BigDecimal spent(String task, long sinceMillis) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT SUM(cost_pico_usd / 1000000) AS high, SUM(cost_pico_usd % 1000000) AS low,
                  COUNT(CASE WHEN cost_pico_usd > 0 THEN 1 END) AS paid, COUNT(CASE WHEN cost_pico_usd IS NULL THEN 1 END) AS unknown
                FROM llm_pair WHERE task = ? AND time_ms >= ?""")) {
            query.setString(1, task);
            query.setLong(2, sinceMillis);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                BigInteger pico = BigInteger.valueOf(row.getLong("high"))
                        .multiply(BigInteger.valueOf(HALF))
                        .add(BigInteger.valueOf(row.getLong("low")));
                long paid = row.getLong("paid");
                return PicoUsd.toUsd(
                        paid == 0
                                ? pico
                                : pico.multiply(BigInteger.valueOf(paid + row.getLong("unknown")))
                                        .divide(BigInteger.valueOf(paid)));
            }
        }
    }

    /**
     * When a route was closed last, in ms since 1970-01-01T00:00Z; empty if it never was. A closing of an earlier version, which does not
     * say of what, is one of any task and models of these names.
     *
     * @param like of the same task, its definition and both models
     */
    public OptionalLong closedMillis(PairEntry like) throws SQLException {
        OptionalLong last = OptionalLong.empty();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT * FROM llm_route_change WHERE task = ? AND candidate = ? AND NOT opened""")) {
            query.setString(1, like.task());
            query.setString(2, like.candidate());
            try (ResultSet row = query.executeQuery()) {
                boolean saysOfWhat = Columns.names(row.getMetaData()).contains("definition");
                while (row.next()) {
                    long millis = row.getLong("time_ms");
                    if (millis > last.orElse(Long.MIN_VALUE) && (!saysOfWhat || isOf(row, like))) {
                        last = OptionalLong.of(millis);
                    }
                }
            }
        }
        return last;
    }

    private static boolean isOf(ResultSet change, PairEntry like) throws SQLException {
        String definition = change.getString("definition");
        return definition == null
                || definition.equals(like.definition())
                        && like.candidateVersion().equals(change.getString("candidate_version"))
                        && like.baselineVersion().equals(change.getString("baseline_version"));
    }
}
