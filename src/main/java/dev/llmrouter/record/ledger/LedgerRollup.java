package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the roll-ups ({@link RollupTable}) equal to the sums of their requests, in the transaction that
 * changes these: what the requests that are about to change add to them is taken away, and what they add afterwards is
 * added. So a feedback that comes late, a request that comes twice and a transaction that is never committed need no rule
 * of their own. Requests that are new and of which nothing else is known, nearly all of them, are not read at all; each row
 * of a roll-up is written once. Not safe for use by many threads.
 */
final class LedgerRollup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEYS = String.join(", ", LedgerContribution.KEYS);

    /** Gateways that share a server write one after the other: else each might miss what the other has not committed. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock('llm_hour'::regclass::oid::bigint)";

    /**
     * Changes nothing, and makes the transaction one that writes: the embedded database waits for another writer only at the first statement
     * of a transaction, and gives up one that has read at once. Source: https://www.sqlite.org/c3ref/busy_handler.html. To begin all
     * transactions so ({@code transaction_mode}) would keep others out for ever, for the driver begins the next one with each commit.
     */
    private static final String EMBEDDED_LOCK = "DELETE FROM llm_minute WHERE 1 = 0";

    /** Those of which the ledger has something already; nearly always none. */
    private static final String KNOWN = """
            SELECT id, is_known FROM (SELECT g.value AS id,
                EXISTS (SELECT 1 FROM llm_request r WHERE r.request_id = g.value) AS is_known,
                EXISTS (SELECT 1 FROM llm_feedback f WHERE f.request_id = g.value)
                  OR EXISTS (SELECT 1 FROM llm_pair p WHERE p.request_id = g.value) AS is_judged
              FROM <given>) q WHERE is_known OR is_judged""";

    private final LedgerStatements statements;
    private final LedgerVersions versions;
    private final RollupWriter writer;
    private final FreshContribution fresh;
    private final boolean isEmbedded;
    private final String known;
    private final String contributions;
    private final String know;

    LedgerRollup(LedgerStatements statements, boolean isEmbedded) {
        this.statements = statements;
        this.versions = new LedgerVersions(statements);
        this.writer = new RollupWriter(statements);
        this.fresh = new FreshContribution(statements, isEmbedded);
        this.isEmbedded = isEmbedded;
        String given = isEmbedded ? "IN (SELECT value FROM json_each(?))" : "= ANY(?)";
        this.known = KNOWN.replace("<given>", isEmbedded ? "json_each(?) g" : "unnest(?) AS g(value)");
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

    /** Something that changes requests, feedback or pairs. */
    interface Change {
        void run() throws SQLException;
    }

    /** Until the transaction ends nobody else changes sums, or what they are made of. */
    void lock() throws SQLException {
        statements.of(isEmbedded ? EMBEDDED_LOCK : LOCK).execute();
    }

    /** Makes a change of entries, without a commit. */
    void around(List<? extends LedgerEntry> entries, Change change) throws SQLException {
        Map<String, RequestEntry> unread = new LinkedHashMap<>(); // of an id that comes twice the first one counts
        Set<String> read = new LinkedHashSet<>();
        for (LedgerEntry entry : entries) {
            if (entry instanceof RequestEntry request) {
                unread.putIfAbsent(request.id(), request);
            } else if (entry instanceof FeedbackEntry feedback) {
                read.add(feedback.requestId());
            } else if (entry instanceof PairEntry pair) {
                read.add(pair.requestId());
            }
        }
        if (unread.isEmpty() && read.isEmpty()) {
            change.run();
            return;
        }
        lock();
        unread.forEach((id, request) -> {
            if (!FreshContribution.canTell(request)) {
                read.add(id);
            }
        });
        Set<String> before = new HashSet<>(); // only these can be in a sum already
        Set<String> touched = new LinkedHashSet<>(unread.keySet());
        touched.addAll(read);
        try (ResultSet rows = given(known, touched).executeQuery()) {
            while (rows.next()) {
                read.add(rows.getString(1));
                if (rows.getBoolean(2)) {
                    before.add(rows.getString(1));
                }
            }
        }
        unread.keySet().removeAll(read);
        RollupDifferences differences = new RollupDifferences();
        count(before, differences::addKnown, -1);
        change.run();
        read.removeAll(before);
        count(read, differences::add, 1);
        count(before, differences::addKnown, 1);
        read.addAll(before);
        fresh.add(unread.values(), differences);
        writer.add(differences);
        versions.add(entries, before);
        if (!read.isEmpty()) {
            given(know, read).executeUpdate(); // feedback knows from now on that its request is there
        }
    }

    /** Where what a request adds is put. */
    private interface Sums {
        void add(RollupRow row, long[] measures, int sign);
    }

    private void count(Collection<String> requests, Sums into, int sign) throws SQLException {
        if (requests.isEmpty()) {
            return;
        }
        try (ResultSet rows = given(contributions, requests).executeQuery()) {
            while (rows.next()) {
                into.add(row(rows), measures(rows), sign);
            }
        }
    }

    private static RollupRow row(ResultSet from) throws SQLException {
        Object[] keys = new Object[LedgerContribution.KEYS.size()];
        for (int i = 0; i < keys.length; i++) {
            boolean isFlag = LedgerContribution.KEYS.get(i).equals(LedgerContribution.SHADOW);
            keys[i] = isFlag ? (Object) from.getBoolean(i + 2) : from.getString(i + 2);
        }
        return new RollupRow(from.getLong(1), List.of(keys));
    }

    private static long[] measures(ResultSet from) throws SQLException {
        long[] measures = new long[LedgerContribution.MEASURES.size()];
        for (int i = 0; i < measures.length; i++) {
            measures[i] = from.getLong(i + 2 + LedgerContribution.KEYS.size());
        }
        return measures;
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
     * Deletes rows of the days (UTC) that end before a time, without a commit. Minutes go by themselves.
     *
     * @return how many went
     */
    int delete(long beforeMillis) throws SQLException {
        lock();
        return versions.delete(RollupTable.DAYS.startOf(beforeMillis)) + writer.delete(beforeMillis);
    }
}
