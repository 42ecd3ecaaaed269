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
     * Escalated requests are booked at the tier that was asked last, whoever answered there: their task says where they came from.
     * Where the attempts have to be read to know whether who was asked first gave an output, {@code answered} is null.
     */
    private static final String TRIAL =
            """
            WITH chat AS (SELECT request_id, time_ms, COALESCE(task, 'unclassified') AS task,
                policy_hash AS policy, tier, model, verify, attempts, outcome,
                cost_pico_usd, CASE WHEN reasons LIKE ? ESCAPE '!' THEN 1 ELSE 0 END AS drawn,
                CASE WHEN <escalated> THEN 1 ELSE 0 END AS escalated
              FROM llm_request r WHERE NOT shadow AND reasons NOT LIKE '%"text":"the caller asks for %' AND <where>),
            routed AS (SELECT * FROM chat WHERE escalated = 0 AND tier = ? OR escalated = 1 AND <escalating>),
            seen AS (SELECT task, policy, MIN(time_ms) AS first_ms, MAX(time_ms) AS last_ms FROM routed WHERE drawn = 1
              GROUP BY task, policy),
            trial AS (SELECT r.*, CASE WHEN r.escalated = 1 OR r.drawn = 0 AND r.attempts LIKE '%"n":2,%' THEN NULL
                WHEN r.model IS NULL OR r.outcome NOT IN ('ok', 'unusable') OR r.drawn = 1 AND r.model <> ? THEN 0
                ELSE 1 END AS answered
              FROM routed r JOIN seen s ON s.task = r.task AND s.policy = r.policy
                AND r.time_ms >= s.first_ms AND r.time_ms <= s.last_ms)
            """.replace("<escalated>", LedgerRouting.ESCALATED).replace("<where>", LedgerRouting.WHERE);

    private static final String SUMS = TRIAL + """
            SELECT t.task, t.policy, t.drawn, COUNT(*) AS requests, SUM(COALESCE(t.answered, 0)) AS answered,
              SUM(CASE WHEN t.escalated = 1 OR t.outcome IN ('ok', 'unusable') THEN 1 ELSE 0 END) AS served,
              SUM(CASE WHEN t.escalated = 1 OR f.useful IS NOT NULL OR t.verify IS NOT NULL THEN 1 ELSE 0 END) AS judged,
              SUM(CASE WHEN t.escalated = 0 AND (f.useful OR (f.useful IS NULL AND t.verify = 'passed'))
                THEN 1 ELSE 0 END) AS useful,
              SUM(CASE WHEN t.cost_pico_usd IS NULL THEN 0 ELSE 1 END) AS priced,
              SUM(t.cost_pico_usd / 1000000) AS cost_high, SUM(t.cost_pico_usd % 1000000) AS cost_low
            FROM trial t LEFT JOIN (SELECT request_id, useful FROM (SELECT request_id, useful,
                  ROW_NUMBER() OVER (PARTITION BY request_id ORDER BY time_ms DESC, feedback_id DESC) AS newest
                FROM llm_feedback) ranked WHERE newest = 1) f ON f.request_id = t.request_id
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""";

    private static final String ATTEMPTS =
            TRIAL + "SELECT task, policy, drawn, attempts FROM trial WHERE answered IS NULL";

    private static final String OK = AttemptOutcome.OK.key();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LedgerSnapshots snapshots;

    LedgerCanaries(LedgerSnapshots snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * Both halves of every task and policy where the canary was drawn; of requests that have their row. A request belongs to
     * the half that it was drawn into, whoever answered it at last: what the canary leaves to others is no chance.
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
        Map<String, Long> answered = new HashMap<>();
        try (PreparedStatement query = prepared(connection, ATTEMPTS, filter, tier, model, tasks);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                if (isOutput(row.getString("attempts"), row.getInt("drawn") == 1 ? model : null)) {
                    answered.merge(half(row), 1L, Long::sum);
                }
            }
        }
        List<CanarySums> all = new ArrayList<>();
        try (PreparedStatement query = prepared(connection, SUMS, filter, tier, model, tasks);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                all.add(new CanarySums(
                        row.getString("task"),
                        row.getString("policy"),
                        row.getInt("drawn") == 1,
                        row.getLong("requests"),
                        row.getLong("answered") + answered.getOrDefault(half(row), 0L),
                        row.getLong("served"),
                        row.getLong("judged"),
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

    private static String half(ResultSet row) throws SQLException {
        return row.getString("policy") + ' ' + row.getInt("drawn") + ' ' + row.getString("task");
    }

    /**
     * Whether the model that was asked first gave an output, at once or when it was asked again.
     *
     * @param drawn the canary, which is asked first unless it rests; null where it was not drawn
     */
    private static boolean isOutput(@Nullable String attempts, @Nullable String drawn) {
        try {
            String first = drawn;
            for (JsonNode call : JSON.readTree(attempts == null ? "[]" : attempts)) {
                if (call.has("role")) {
                    continue;
                }
                String model = call.path("model").asText();
                first = first == null ? model : first;
                if (model.equals(first) && OK.equals(call.path("outcome").asText())) {
                    return true;
                }
            }
            return first == null; // no attempts: a row that somebody else wrote, and an output failed its check
        } catch (JsonProcessingException e) {
            return drawn == null;
        }
    }
}
