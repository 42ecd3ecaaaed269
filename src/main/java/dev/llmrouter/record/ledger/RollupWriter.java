package dev.llmrouter.record.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Adds to the rows of the roll-ups, and deletes those that are not kept, without a commit. Not safe for use by many threads. */
final class RollupWriter {
    private static final Map<RollupTable, String> ADD = new EnumMap<>(RollupTable.class);
    private static final String NEWEST = "SELECT MAX(bucket_ms) FROM " + RollupTable.MINUTES.table();

    static {
        for (RollupTable table : RollupTable.values()) {
            ADD.put(table, upsert(table));
        }
    }

    private final LedgerStatements statements;

    RollupWriter(LedgerStatements statements) {
        this.statements = statements;
    }

    private static String upsert(RollupTable table) {
        List<String> measures = LedgerContribution.MEASURES;
        String keys = String.join(", ", table.keys());
        return "INSERT INTO " + table.table() + " (bucket_ms, " + keys + ", " + String.join(", ", measures)
                + ") VALUES (?" + ", ?".repeat(table.keys().size() + measures.size()) + ") ON CONFLICT (bucket_ms, "
                + keys + ") DO UPDATE SET "
                + measures.stream()
                        .map(measure -> measure + " = " + table.table() + "." + measure + " + excluded." + measure)
                        .collect(Collectors.joining(", "));
    }

    /** Each row once, however many requests changed it. */
    void add(RollupDifferences differences) throws SQLException {
        Map<RollupRow, long[]> minutes = differences.of(RollupTable.MINUTES, Long.MIN_VALUE);
        if (minutes.isEmpty()) {
            return;
        }
        long before = newest();
        long newest = Math.max(
                before,
                minutes.keySet().stream()
                        .mapToLong(RollupRow::bucketMillis)
                        .max()
                        .orElse(before));
        long kept = newest - RollupTable.MINUTES_KEPT_MILLIS;
        for (RollupTable table : RollupTable.values()) {
            Map<RollupRow, long[]> rows =
                    table == RollupTable.MINUTES ? minutes : differences.of(table, since(table, differences));
            if (table.isOfMinutes()) {
                rows.keySet().removeIf(row -> row.bucketMillis() < kept);
                if (newest > before) {
                    delete(table, "<", kept);
                }
            }
            add(table, rows);
        }
    }

    /** From when on a table has the sums of requests that were summed before. */
    private long since(RollupTable table, RollupDifferences differences) throws SQLException {
        if (table.isOfMinutes() || !differences.haveKnown()) {
            return Long.MIN_VALUE;
        }
        try (ResultSet row =
                statements.of("SELECT MIN(bucket_ms) FROM " + table.table()).executeQuery()) {
            long oldest = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Long.MAX_VALUE : oldest;
        }
    }

    /** Start of the newest minute; far in the past where there is none. */
    private long newest() throws SQLException {
        try (ResultSet row = statements.of(NEWEST).executeQuery()) {
            long newest = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Long.MIN_VALUE + RollupTable.MINUTES_KEPT_MILLIS : newest;
        }
    }

    private void add(RollupTable table, Map<RollupRow, long[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.of(Objects.requireNonNull(ADD.get(table)));
        for (Map.Entry<RollupRow, long[]> each : rows.entrySet()) {
            int at = 1;
            statement.setLong(at++, each.getKey().bucketMillis());
            for (Object key : each.getKey().keys()) {
                statement.setObject(at++, key);
            }
            for (long measure : each.getValue()) {
                statement.setLong(at++, measure);
            }
            statement.addBatch();
        }
        statement.executeBatch();
    }

    /**
     * Deletes rows of the days (UTC) that end before a time: sums by hour and by day begin together, or a day would count what its hours
     * know no more. Minutes go by themselves.
     *
     * @return how many went
     */
    int delete(long beforeMillis) throws SQLException {
        int gone = 0;
        for (RollupTable table : RollupTable.values()) {
            if (!table.isOfMinutes()) {
                gone += delete(table, "<", RollupTable.DAYS.startOf(beforeMillis));
            }
        }
        return gone;
    }

    private int delete(RollupTable table, String comparison, long millis) throws SQLException {
        PreparedStatement statement =
                statements.of("DELETE FROM " + table.table() + " WHERE bucket_ms " + comparison + " ?");
        statement.setLong(1, millis);
        return statement.executeUpdate();
    }
}
