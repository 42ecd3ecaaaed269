package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the roll-ups ({@link RollupTable}) equal to the sums of their requests, in the transaction that
 * changes these: what the requests that are about to change add to them is taken away, and what they add afterwards is
 * added. So a feedback that comes late, a request that comes twice and a transaction that is never committed need no rule
 * of their own. Requests that are new, nearly all of them, are read once; each row of a roll-up is written once. Not safe
 * for use by many threads.
 */
final class LedgerRollup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEYS = String.join(", ", LedgerContribution.KEYS);
    private static final Map<RollupTable, String> ADD = new EnumMap<>(RollupTable.class);
    private static final String NEWEST = "SELECT MAX(bucket_ms) FROM " + RollupTable.MINUTES.table();

    static {
        for (RollupTable table : RollupTable.values()) {
            ADD.put(table, upsert(table));
        }
    }

    /** Gateways that share a server write one after the other: else each might miss what the other has not committed. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock('llm_hour'::regclass::oid::bigint)";

    private final LedgerStatements statements;
    private final LedgerVersions versions;
    private final boolean isEmbedded;
    private final String known;
    private final String contributions;
    private final String know;

    LedgerRollup(LedgerStatements statements, boolean isEmbedded) {
        this.statements = statements;
        this.versions = new LedgerVersions(statements);
        this.isEmbedded = isEmbedded;
        String given = isEmbedded ? "IN (SELECT value FROM json_each(?))" : "= ANY(?)";
        this.known = "SELECT request_id FROM llm_request WHERE request_id " + given;
        this.contributions = contributions(given);
        this.know = "UPDATE llm_feedback SET request_known = TRUE WHERE request_id " + given
                + " AND NOT request_known AND EXISTS (SELECT 1 FROM llm_request r"
                + " WHERE r.request_id = llm_feedback.request_id)";
    }

    private static String contributions(String given) {
        long length = RollupTable.MINUTES.length();
        String minute = "bucket_ms / " + length + " * " + length;
        return "SELECT " + minute + ", " + KEYS + ", " + String.join(", ", LedgerContribution.MEASURES) + " FROM ("
                + LedgerContribution.sql("r.request_id " + given) + ") c";
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

    /** Something that changes requests, feedback or pairs. */
    interface Change {
        void run() throws SQLException;
    }

    /** A row of a roll-up: its start, and the values of its keys. */
    private record Row(long bucketMillis, List<Object> keys) {
        /** The row of another table that this one, of a minute and all keys, is part of. */
        Row in(RollupTable table) {
            List<Object> kept = keys;
            if (table.keys().size() < keys.size()) {
                kept = new ArrayList<>();
                for (String key : table.keys()) {
                    kept.add(keys.get(LedgerContribution.KEYS.indexOf(key)));
                }
            }
            return new Row(bucketMillis / table.length() * table.length(), kept);
        }
    }

    /** Makes a change of entries, without a commit. */
    void around(List<? extends LedgerEntry> entries, Change change) throws SQLException {
        Set<String> touched = new LinkedHashSet<>();
        for (LedgerEntry entry : entries) {
            if (entry instanceof RequestEntry request) {
                touched.add(request.id());
            } else if (entry instanceof FeedbackEntry feedback) {
                touched.add(feedback.requestId());
            } else if (entry instanceof PairEntry pair) {
                touched.add(pair.requestId());
            }
        }
        if (touched.isEmpty()) {
            change.run();
            return;
        }
        if (!isEmbedded) {
            statements.of(LOCK).execute();
        }
        Map<Row, long[]> differences = new HashMap<>();
        Set<String> before = known(touched);
        if (!before.isEmpty()) {
            count(before, -1, differences);
        }
        change.run();
        count(touched, 1, differences);
        differences.values().removeIf(LedgerRollup::isNothing);
        add(differences);
        versions.add(entries, before);
        given(know, touched).executeUpdate(); // feedback knows from now on that its request is there
    }

    /** Which of the requests the ledger has: only these can be in a sum already. */
    private Set<String> known(Collection<String> requests) throws SQLException {
        Set<String> found = new LinkedHashSet<>();
        try (ResultSet rows = given(known, requests).executeQuery()) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private void count(Collection<String> requests, int sign, Map<Row, long[]> into) throws SQLException {
        try (ResultSet rows = given(contributions, requests).executeQuery()) {
            while (rows.next()) {
                long[] measures = into.computeIfAbsent(row(rows), any -> new long[LedgerContribution.MEASURES.size()]);
                for (int i = 0; i < measures.length; i++) {
                    measures[i] += sign * rows.getLong(i + 2 + LedgerContribution.KEYS.size());
                }
            }
        }
    }

    private static Row row(ResultSet from) throws SQLException {
        Object[] keys = new Object[LedgerContribution.KEYS.size()];
        for (int i = 0; i < keys.length; i++) {
            boolean isFlag = LedgerContribution.KEYS.get(i).equals(LedgerContribution.SHADOW);
            keys[i] = isFlag ? (Object) from.getBoolean(i + 2) : from.getString(i + 2);
        }
        return new Row(from.getLong(1), List.of(keys));
    }

    private static boolean isNothing(long[] measures) {
        for (long measure : measures) {
            if (measure != 0) {
                return false;
            }
        }
        return true;
    }

    /** @param minutes by all keys */
    private void add(Map<Row, long[]> minutes) throws SQLException {
        if (minutes.isEmpty()) {
            return;
        }
        for (RollupTable table : RollupTable.values()) {
            if (table == RollupTable.MINUTES) {
                addMinutes(minutes);
            } else {
                Map<Row, long[]> rows = new HashMap<>();
                minutes.forEach((row, measures) -> rows.merge(row.in(table), measures, LedgerRollup::sum));
                add(table, rows);
            }
        }
    }

    /** Only the latest minutes are kept. */
    private void addMinutes(Map<Row, long[]> minutes) throws SQLException {
        long before = newest();
        long newest = Math.max(
                before,
                minutes.keySet().stream().mapToLong(Row::bucketMillis).max().orElse(before));
        long kept = newest - RollupTable.MINUTES_KEPT_MILLIS;
        Map<Row, long[]> rows = new HashMap<>(minutes);
        rows.keySet().removeIf(row -> row.bucketMillis() < kept);
        add(RollupTable.MINUTES, rows);
        if (newest > before) {
            PreparedStatement old =
                    statements.of("DELETE FROM " + RollupTable.MINUTES.table() + " WHERE bucket_ms < ?");
            old.setLong(1, kept);
            old.executeUpdate();
        }
    }

    /** Start of the newest minute; far in the past where there is none. */
    private long newest() throws SQLException {
        try (ResultSet row = statements.of(NEWEST).executeQuery()) {
            long newest = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Long.MIN_VALUE + RollupTable.MINUTES_KEPT_MILLIS : newest;
        }
    }

    private static long[] sum(long[] one, long[] other) {
        long[] sum = one.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return sum;
    }

    private void add(RollupTable table, Map<Row, long[]> rows) throws SQLException {
        rows.values().removeIf(LedgerRollup::isNothing);
        if (rows.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.of(Objects.requireNonNull(ADD.get(table)));
        for (Map.Entry<Row, long[]> each : rows.entrySet()) {
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

    private PreparedStatement given(String sql, Collection<String> requests) throws SQLException {
        PreparedStatement statement = statements.of(sql);
        if (isEmbedded) {
            statement.setString(1, JSON.valueToTree(requests).toString());
        } else {
            statement.setArray(1, statements.connection().createArrayOf("text", requests.toArray()));
        }
        return statement;
    }

    /**
     * Deletes rows that end before a time, without a commit. Minutes go by themselves.
     *
     * @return how many went
     */
    int delete(long beforeMillis) throws SQLException {
        int gone = versions.delete(beforeMillis);
        for (RollupTable table : RollupTable.values()) {
            if (table != RollupTable.MINUTES) {
                PreparedStatement statement = statements.of("DELETE FROM " + table.table() + " WHERE bucket_ms <= ?");
                statement.setLong(1, beforeMillis - table.length());
                gone += statement.executeUpdate();
            }
        }
        return gone;
    }
}
