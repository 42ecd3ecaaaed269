package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.dispatch.AttemptOutcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads how requests fared that were drawn for a tier's canary, beside those of the same tier, task, policy and time that were
 * not: the draw is by chance, so that nothing else tells them apart. Changes nothing. Not safe for use by many threads.
 */
public final class LedgerCanaries {
    /**
     * Escalated requests are booked at the tier that was asked last, whoever answered there: their task says where they came from, and
     * their attempts whose output failed its check.
     */
    private static final String TRIAL =
            """
            WITH chat AS (SELECT request_id, time_ms, COALESCE(task, 'unclassified') AS task,
                policy_hash AS policy, tier, model, verify, attempts,
                cost_pico_usd, CASE WHEN reasons LIKE ? ESCAPE '!' THEN 1 ELSE 0 END AS drawn,
                CASE WHEN <escalated> THEN 1 ELSE 0 END AS escalated
              FROM llm_request r WHERE NOT shadow AND reasons NOT LIKE '%"text":"the caller asks for %' AND <where>),
            routed AS (SELECT * FROM chat WHERE escalated = 0 AND tier = ? OR escalated = 1 AND <escalating>),
            seen AS (SELECT task, policy, MIN(time_ms) AS first_ms, MAX(time_ms) AS last_ms FROM routed WHERE drawn = 1
              GROUP BY task, policy),
            trial AS (SELECT r.*, CASE WHEN r.escalated = 1 THEN 1 - r.drawn
                WHEN r.model IS NULL OR r.drawn = 1 AND r.model <> ? THEN 0 ELSE 1 END AS answered
              FROM routed r JOIN seen s ON s.task = r.task AND s.policy = r.policy
                AND r.time_ms >= s.first_ms AND r.time_ms <= s.last_ms)
            """.replace("<escalated>", LedgerRouting.ESCALATED).replace("<where>", LedgerRouting.WHERE);

    private static final String SUMS = TRIAL + """
            SELECT t.task, t.policy, t.drawn, COUNT(*) AS requests, SUM(t.answered) AS answered,
              SUM(CASE WHEN t.answered = 1 AND (t.escalated = 1 OR f.useful IS NOT NULL OR t.verify IS NOT NULL) THEN 1 ELSE 0 END) AS judged,
              SUM(CASE WHEN t.answered = 1 AND t.escalated = 0 AND (f.useful OR (f.useful IS NULL AND t.verify = 'passed'))
                THEN 1 ELSE 0 END) AS useful,
              SUM(CASE WHEN t.cost_pico_usd IS NULL THEN 0 ELSE 1 END) AS priced,
              SUM(t.cost_pico_usd / 1000000) AS cost_high, SUM(t.cost_pico_usd % 1000000) AS cost_low
            FROM trial t LEFT JOIN (SELECT request_id, useful FROM (SELECT request_id, useful,
                  ROW_NUMBER() OVER (PARTITION BY request_id ORDER BY time_ms DESC, feedback_id DESC) AS newest
                FROM llm_feedback) ranked WHERE newest = 1) f ON f.request_id = t.request_id
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""";

    private static final String ESCALATED =
            TRIAL + "SELECT task, policy, attempts FROM trial WHERE drawn = 1 AND escalated = 1";

    private static final String OK = AttemptOutcome.OK.key();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LedgerSnapshots snapshots;

    LedgerCanaries(LedgerSnapshots snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * Both halves of every task and policy where the canary was drawn; of requests that have their row.
     *
     * @param model the canary
     * @param tasks those of the tier: an escalated request of another one comes from another tier
     */
    public List<CanarySums> of(LedgerFilter filter, String tier, String model, List<String> tasks) throws SQLException {
        return snapshots.read(connection -> of(connection, filter, tier, model, tasks));
    }

    private static List<CanarySums> of(
            Connection connection, LedgerFilter filter, String tier, String model, List<String> tasks)
            throws SQLException {
        Map<String, Long> failed = new HashMap<>();
        try (PreparedStatement query = prepared(connection, ESCALATED, filter, tier, model, tasks);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                if (isOutput(row.getString("attempts"), model)) {
                    failed.merge(stratum(row), 1L, Long::sum);
                }
            }
        }
        List<CanarySums> all = new ArrayList<>();
        try (PreparedStatement query = prepared(connection, SUMS, filter, tier, model, tasks);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                boolean isDrawn = row.getInt("drawn") == 1;
                long more = isDrawn ? failed.getOrDefault(stratum(row), 0L) : 0;
                all.add(new CanarySums(
                        row.getString("task"),
                        row.getString("policy"),
                        isDrawn,
                        row.getLong("requests"),
                        row.getLong("answered") + more,
                        row.getLong("judged") + more,
                        row.getLong("useful"),
                        row.getLong("priced"),
                        LedgerTraffic.sum(row, "cost")));
            }
        }
        return all;
    }

    private static PreparedStatement prepared(
            Connection connection, String sql, LedgerFilter filter, String tier, String model, List<String> tasks)
            throws SQLException {
        String escalating = tasks.isEmpty()
                ? "1 = 0"
                : "task IN (" + String.join(", ", Collections.nCopies(tasks.size(), "?")) + ")";
        PreparedStatement query = connection.prepareStatement(sql.replace("<escalating>", escalating));
        query.setString(1, "%\"code\":\"canary\",\"text\":\"drawn for canary '" + literal(model) + "'\"%");
        int next = LedgerTraffic.set(query, 2, filter);
        query.setString(next++, tier);
        for (String task : tasks) {
            query.setString(next++, task);
        }
        query.setString(next, model);
        return query;
    }

    /** A name as a pattern that fits nothing else. */
    private static String literal(String name) {
        return name.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private static String stratum(ResultSet row) throws SQLException {
        return row.getString("policy") + ' ' + row.getString("task");
    }

    /** Whether the model, which is asked first, gave an output: then it is this one that failed its check. */
    private static boolean isOutput(@Nullable String attempts, String model) {
        try {
            JsonNode first = JSON.readTree(attempts == null ? "[]" : attempts).path(0);
            return model.equals(first.path("model").asText())
                    && OK.equals(first.path("outcome").asText());
        } catch (JsonProcessingException e) {
            return false; // a row that somebody else wrote
        }
    }
}
