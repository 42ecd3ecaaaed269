package dev.llmrouter.record.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Writes down which versions of models answered. Not safe for use by many threads. */
final class LedgerVersions {
    private static final String ADD = """
            INSERT INTO llm_model_version (task, tier, model, provider, response_model, first_ms, last_ms, requests)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (task, tier, model, provider, response_model) DO UPDATE SET
              first_ms = CASE WHEN excluded.first_ms < llm_model_version.first_ms
                THEN excluded.first_ms ELSE llm_model_version.first_ms END,
              last_ms = CASE WHEN excluded.last_ms > llm_model_version.last_ms
                THEN excluded.last_ms ELSE llm_model_version.last_ms END,
              requests = llm_model_version.requests + excluded.requests""";

    private final LedgerStatements statements;

    LedgerVersions(LedgerStatements statements) {
        this.statements = statements;
    }

    private record Seen(long firstMillis, long lastMillis, long requests) {
        Seen and(Seen other) {
            return new Seen(
                    Math.min(firstMillis, other.firstMillis),
                    Math.max(lastMillis, other.lastMillis),
                    requests + other.requests);
        }
    }

    /** Adds requests, without a commit. @param known ids of those that the ledger had before */
    void add(List<? extends LedgerEntry> entries, Set<String> known) throws SQLException {
        // in one order everywhere: two gateways that write at the same time do not wait for each other in a circle
        Map<List<String>, Seen> versions = new TreeMap<>((one, other) -> {
            for (int i = 0; i < one.size(); i++) {
                int order = one.get(i).compareTo(other.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        });
        Set<String> counted = new HashSet<>(known);
        for (LedgerEntry entry : entries) {
            if (entry instanceof RequestEntry request
                    && counted.add(request.id()) // of an id that comes twice the first one counts
                    && request.responseModel() != null
                    && !request.shadow()
                    && !request.simulated()) { // the first real answer after a trial would look like another version
                versions.merge(
                        List.of(
                                Objects.requireNonNullElse(request.task(), ""),
                                Objects.requireNonNullElse(request.tier(), ""),
                                Objects.requireNonNullElse(request.model(), ""),
                                Objects.requireNonNullElse(request.provider(), ""),
                                request.responseModel()),
                        new Seen(request.timeMillis(), request.timeMillis(), 1),
                        Seen::and);
            }
        }
        if (versions.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.of(ADD);
        for (Map.Entry<List<String>, Seen> version : versions.entrySet()) {
            int at = 1;
            for (String key : version.getKey()) {
                statement.setString(at++, key);
            }
            statement.setLong(at++, version.getValue().firstMillis());
            statement.setLong(at++, version.getValue().lastMillis());
            statement.setLong(at, version.getValue().requests());
            statement.addBatch();
        }
        statement.executeBatch();
    }

    /** Deletes versions that answered nothing since a time, without a commit. @return how many went */
    int delete(long beforeMillis) throws SQLException {
        PreparedStatement statement = statements.of("DELETE FROM llm_model_version WHERE last_ms < ?");
        statement.setLong(1, beforeMillis);
        return statement.executeUpdate();
    }
}
