package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the roll-ups {@code llm_hour} and {@code llm_day} equal to the sums of their requests, in the transaction that
 * changes these: what the requests that are about to change add to them is taken away, and what they add afterwards is
 * added. So a feedback that comes late, a request that comes twice and a transaction that is never committed need no rule
 * of their own. Not safe for use by many threads.
 */
final class LedgerRollup {
    /** Length of a row of {@code llm_hour}, in ms. */
    static final long HOUR_MILLIS = 3_600_000;

    /** Length of a row of {@code llm_day}, in ms: days in UTC. */
    static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    static final String HOURS = "llm_hour";
    static final String DAYS = "llm_day";

    private static final Map<String, Long> LENGTHS = Map.of(HOURS, HOUR_MILLIS, DAYS, DAY_MILLIS);
    private static final int PIECE = 500; // parameters of a statement

    /** Gateways that share a server write one after the other: else each might miss what the other has not committed. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock('llm_hour'::regclass::oid::bigint)";

    private final Connection connection;
    private final boolean isEmbedded;

    LedgerRollup(Connection connection, boolean isEmbedded) {
        this.connection = connection;
        this.isEmbedded = isEmbedded;
    }

    /** Something that changes requests, feedback or pairs. */
    interface Change {
        void run() throws SQLException;
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
        if (!isEmbedded) {
            try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
                lock.execute();
            }
        }
        add(touched, "-");
        change.run();
        add(touched, "");
        know(touched);
    }

    private void add(Collection<String> requests, String sign) throws SQLException {
        for (List<String> piece : pieces(requests)) {
            for (String table : List.of(HOURS, DAYS)) {
                execute(add(table, sign, marks(piece)), piece);
            }
        }
    }

    private static String add(String table, String sign, String marks) {
        long length = LENGTHS.getOrDefault(table, HOUR_MILLIS);
        String keys = String.join(", ", LedgerContribution.KEYS);
        return "INSERT INTO " + table + " (bucket_ms, " + keys + ", " + String.join(", ", LedgerContribution.MEASURES)
                + ") SELECT bucket_ms / " + length + " * " + length + ", " + keys + ", "
                + LedgerContribution.MEASURES.stream()
                        .map(measure -> sign + "SUM(" + measure + ")")
                        .collect(Collectors.joining(", "))
                + " FROM (" + LedgerContribution.sql("r.request_id IN (" + marks + ")") + ") c WHERE 1 = 1"
                + " GROUP BY bucket_ms / " + length + " * " + length + ", " + keys
                + " ON CONFLICT (bucket_ms, " + keys + ") DO UPDATE SET "
                + LedgerContribution.MEASURES.stream()
                        .map(measure -> measure + " = " + table + "." + measure + " + excluded." + measure)
                        .collect(Collectors.joining(", "));
    }

    /** Feedback knows from now on that its request is there. */
    private void know(Collection<String> requests) throws SQLException {
        for (List<String> piece : pieces(requests)) {
            execute(
                    "UPDATE llm_feedback SET request_known = TRUE WHERE request_id IN (" + marks(piece)
                            + ") AND NOT request_known AND EXISTS (SELECT 1 FROM llm_request r"
                            + " WHERE r.request_id = llm_feedback.request_id)",
                    piece);
        }
    }

    /**
     * Deletes rows that end before a time, without a commit.
     *
     * @return how many went
     */
    int delete(long beforeMillis) throws SQLException {
        int gone = 0;
        for (Map.Entry<String, Long> table : LENGTHS.entrySet()) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM " + table.getKey() + " WHERE bucket_ms <= ?")) {
                statement.setLong(1, beforeMillis - table.getValue());
                gone += statement.executeUpdate();
            }
        }
        return gone;
    }

    private void execute(String sql, List<String> parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setString(i + 1, parameters.get(i));
            }
            statement.executeUpdate();
        }
    }

    private static String marks(List<String> of) {
        return "?" + ", ?".repeat(of.size() - 1);
    }

    private static List<List<String>> pieces(Collection<String> all) {
        List<String> list = new ArrayList<>(all);
        List<List<String>> pieces = new ArrayList<>();
        for (int from = 0; from < list.size(); from += PIECE) {
            pieces.add(list.subList(from, Math.min(list.size(), from + PIECE)));
        }
        return pieces;
    }
}
