package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a ledger has that an older version did not write; it can be read before a gateway of this version has opened it.
 *
 * @param hasPairs costs of judges
 * @param hasClassifier costs of classification
 * @param hasRollups sums by hour and day
 * @param hasTasks sums by minute, sums by hour and day without caller, and classes of latency
 * @param hasTaskMinutes sums by minute without caller
 * @param hasVersions the names that providers give their models in answers
 * @param isCurrent whether a gateway of this version, or a later one, has opened it
 */
record LedgerShape(
        boolean hasPairs,
        boolean hasClassifier,
        boolean hasRollups,
        boolean hasTasks,
        boolean hasTaskMinutes,
        boolean hasVersions,
        boolean isCurrent) {
    static LedgerShape of(Connection connection) throws SQLException {
        return new LedgerShape(
                has(connection, "llm_pair", "judge_cost_pico_usd"),
                has(connection, "llm_request", "classifier_cost_pico_usd"),
                has(connection, RollupTable.DAYS.table(), "bucket_ms"),
                has(connection, RollupTable.TASK_DAYS.table(), "bucket_ms"),
                has(connection, RollupTable.TASK_MINUTES.table(), "bucket_ms"),
                has(connection, "llm_model_version", "first_ms"),
                has(connection, LedgerDatabase.HISTORY_TABLE, "version") && isCurrent(connection));
    }

    private static boolean isCurrent(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM " + LedgerDatabase.HISTORY_TABLE + " WHERE version = ? AND success")) {
            query.setString(1, LedgerMigrations.newest());
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static boolean has(Connection connection, String table, String name) throws SQLException {
        try (ResultSet column = connection.getMetaData().getColumns(null, null, table, name)) {
            return column.next();
        }
    }

    /** As {@link LedgerContribution#inTime}. */
    String contributionInTime(String where, long withinMillis) {
        return LedgerContribution.inTime(where, hasPairs, hasClassifier, withinMillis);
    }

    /** As {@link LedgerContribution#apart}. */
    String contributionApart(String where) {
        return LedgerContribution.apart(where, hasPairs, hasClassifier);
    }

    /** As {@link LedgerContribution#sql(String)}. */
    String contribution(String where) {
        return LedgerContribution.sql(where, hasPairs, hasClassifier);
    }
}
