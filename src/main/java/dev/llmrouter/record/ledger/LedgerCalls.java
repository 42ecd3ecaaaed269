package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/** Reads every call of every request, but for those to the simulator, one after the other, in whatever number. Not safe for use by many threads. */
final class LedgerCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SIMULATED = "simulated";
    private static final int PIECE = 1_000;

    /** An attempt begins after its request came in: those of a request shortly before may be in the time. */
    private static final long LONGEST_MILLIS = RollupTable.HOURS.length();

    private static final String CALLS = """
            SELECT time_ms, attempts, cached_input_tokens, classifier_model, classifier_input_tokens, classifier_output_tokens,
              classifier_cost_pico_usd, simulated FROM llm_request WHERE time_ms >= ? AND time_ms < ?
              ORDER BY time_ms""";

    private final long fromMillis;
    private final long toMillis;
    private final Consumer<LedgerCall> to;

    private LedgerCalls(long fromMillis, long toMillis, Consumer<LedgerCall> to) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.to = to;
    }

    /** @param connection within a transaction: PostgreSQL reads in pieces only so @return number of requests */
    static long read(Connection connection, long fromMillis, long toMillis, Consumer<LedgerCall> to)
            throws SQLException {
        LedgerCalls calls = new LedgerCalls(fromMillis, toMillis, to);
        long requests = 0;
        try (PreparedStatement query = connection.prepareStatement(CALLS)) {
            query.setFetchSize(PIECE);
            query.setLong(1, fromMillis - LONGEST_MILLIS);
            query.setLong(2, toMillis);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    calls.request(row);
                    requests++;
                }
            }
        }
        return requests;
    }

    private void request(ResultSet row) throws SQLException {
        long time = row.getLong("time_ms");
        JsonNode attempts = attempts(row.getString("attempts"));
        if (row.getBoolean("simulated") && !tells(attempts)) {
            return; // a row of an older version
        }
        String classifier = row.getString("classifier_model");
        if (classifier != null && !hasRoles(attempts)) { // a row of an older version
            long input = row.getLong("classifier_input_tokens");
            long output = row.getLong("classifier_output_tokens");
            long pico = row.getLong("classifier_cost_pico_usd");
            BigDecimal cost = row.wasNull() ? null : PicoUsd.toUsd(pico);
            give(new LedgerCall(time, classifier, null, input, 0, output, cost));
        }
        long cached = row.getLong("cached_input_tokens");
        int counted = -1; // the cached tokens of the row are of the answer that counted: the last one that has any
        for (int i = 0; i < attempts.size(); i++) {
            JsonNode attempt = attempts.get(i);
            counted = attempt.has("input_tokens") && !attempt.has("role") ? i : counted;
        }
        for (int i = 0; i < attempts.size(); i++) {
            JsonNode attempt = attempts.get(i);
            BigDecimal cost = attempt.hasNonNull("cost_usd")
                    ? new BigDecimal(attempt.get("cost_usd").asText())
                    : null;
            boolean isRefused = !attempt.has("input_tokens") && cost != null && cost.signum() == 0;
            if (!isRefused && !attempt.path(SIMULATED).asBoolean()) {
                give(new LedgerCall(
                        time + attempt.path("start_ms").asLong(),
                        attempt.path("model").asText(),
                        attempt.path("provider").asText(),
                        attempt.path("input_tokens").asLong(),
                        attempt.path("cached_input_tokens").asLong(i == counted ? cached : 0),
                        attempt.path("output_tokens").asLong(),
                        cost));
            }
        }
    }

    /** Whether the row says which calls went to the simulator. */
    private static boolean tells(JsonNode attempts) {
        for (JsonNode attempt : attempts) {
            if (attempt.has(SIMULATED)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the row says who was asked for the task. */
    private static boolean hasRoles(JsonNode attempts) {
        for (JsonNode attempt : attempts) {
            if (attempt.path("role").asText().equals(RequestEntry.CLASSIFIER)) {
                return true;
            }
        }
        return false;
    }

    private void give(LedgerCall call) {
        if (call.timeMillis() >= fromMillis && call.timeMillis() < toMillis) {
            to.accept(call);
        }
    }

    private static JsonNode attempts(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createArrayNode(); // a row that somebody else wrote
        }
    }
}
