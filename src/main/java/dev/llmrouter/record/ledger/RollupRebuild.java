package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sums anew that earlier versions deleted before their requests, or by the hour where the sum of the day stayed. Every figure is
 * read from sums: such requests were in none, and a day counted what its hours knew no more. Not safe for use by many threads.
 */
final class RollupRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(RollupRebuild.class);
    private static final String HOUR = of("time_ms", RollupTable.HOURS);
    private static final String DAY = of("bucket_ms", RollupTable.DAYS);

    private static final String OLDEST_REQUEST = "SELECT MIN(time_ms) FROM llm_request WHERE time_ms >= 0";

    private static final String OLDEST_SUM =
            "SELECT MIN(bucket_ms) FROM (SELECT MIN(bucket_ms) AS bucket_ms FROM llm_hour UNION ALL SELECT MIN(bucket_ms) FROM llm_day) b";
    private static final String UNSUMMED = "SELECT COUNT(*) - (SELECT COALESCE(SUM(requests), 0) FROM llm_hour"
            + " WHERE bucket_ms >= ? AND bucket_ms < ?) FROM llm_request WHERE time_ms >= ? AND time_ms < ?";
    private static final String UNEVEN =
            "SELECT COALESCE(SUM(requests), 0) - (SELECT COALESCE(SUM(requests), 0) FROM llm_hour"
                    + " WHERE bucket_ms >= ? AND bucket_ms < ?) FROM llm_day WHERE bucket_ms >= ? AND bucket_ms < ?";

    private static final String HOURS = "SELECT r.bucket_ms, r.requests FROM (SELECT " + HOUR
            + " AS bucket_ms, COUNT(*) AS requests FROM llm_request GROUP BY " + HOUR
            + ") r LEFT JOIN (SELECT bucket_ms, SUM(requests) AS requests FROM llm_hour GROUP BY bucket_ms) s"
            + " ON s.bucket_ms = r.bucket_ms WHERE COALESCE(s.requests, 0) < r.requests ORDER BY 1";
    private static final String DAYS = "SELECT bucket_ms, SUM(requests) FROM (SELECT " + DAY
            + " AS bucket_ms, requests FROM llm_hour UNION ALL SELECT bucket_ms, -requests FROM llm_day) b"
            + " GROUP BY bucket_ms HAVING SUM(requests) <> 0 ORDER BY 1";

    /** Versions whose last answer was before the sums began were deleted with these. */
    private static final String VERSIONS = """
            INSERT INTO llm_model_version (task, tier, model, provider, response_model, first_ms, last_ms, requests)
            SELECT COALESCE(task, ''), COALESCE(tier, ''), COALESCE(model, ''), COALESCE(provider, ''), response_model,
              MIN(time_ms), MAX(time_ms), COUNT(*)
            FROM llm_request WHERE response_model IS NOT NULL AND NOT shadow AND NOT simulated
            GROUP BY 1, 2, 3, 4, 5
            ON CONFLICT (task, tier, model, provider, response_model) DO UPDATE SET
              first_ms = CASE WHEN excluded.first_ms < llm_model_version.first_ms
                THEN excluded.first_ms ELSE llm_model_version.first_ms END,
              requests = CASE WHEN excluded.requests > llm_model_version.requests
                THEN excluded.requests ELSE llm_model_version.requests END""";

    private final Connection connection;
    private final LedgerRollup rollup;

    /** @param connection within transactions, of which none is under way */
    RollupRebuild(Connection connection, LedgerRollup rollup) {
        this.connection = connection;
        this.rollup = rollup;
    }

    private static String of(String millis, RollupTable table) {
        return millis + " / " + table.length() + " * " + table.length();
    }

    /** Whether sums lack requests that are there, or a day has requests that its hours do not; looks at the beginning of the ledger alone. */
    static boolean isNeeded(Connection connection) throws SQLException {
        return isAmiss(connection, OLDEST_REQUEST, UNSUMMED, RollupTable.HOURS)
                || isAmiss(connection, OLDEST_SUM, UNEVEN, RollupTable.DAYS);
    }

    private static boolean isAmiss(Connection connection, String oldest, String difference, RollupTable within)
            throws SQLException {
        List<long[]> begin = rows(connection, oldest);
        if (begin.isEmpty()) {
            return false;
        }
        long from = within.startOf(begin.get(0)[0]);
        long to = from + within.length();
        long more = rows(connection, difference, from, to, from, to).get(0)[0];
        return within == RollupTable.HOURS ? more > 0 : more != 0;
    }

    /** The same, of this ledger. */
    boolean isNeeded() throws SQLException {
        boolean isNeeded = isNeeded(connection);
        connection.commit();
        return isNeeded;
    }

    /** In one transaction, or not at all. Others who write wait meanwhile. */
    void run() throws SQLException {
        rollup.lock();
        List<long[]> hours = rows(connection, HOURS);
        for (Stretch stretch : Stretch.of(hours)) {
            fill(RollupTable.HOURS, "(" + LedgerContribution.sql("r.time_ms >= ? AND r.time_ms < ?") + ") c", stretch);
            fill(RollupTable.TASK_HOURS, whereIn(RollupTable.HOURS), stretch);
        }
        List<long[]> days = rows(connection, DAYS);
        for (long[] day : days) {
            Stretch stretch = new Stretch(day[0], day[0] + RollupTable.DAYS.length());
            fill(RollupTable.DAYS, whereIn(RollupTable.HOURS), stretch);
            fill(RollupTable.TASK_DAYS, whereIn(RollupTable.DAYS), stretch);
        }
        if (!hours.isEmpty()) {
            change(VERSIONS);
        }
        connection.commit();
        say(hours, days);
    }

    private static void say(List<long[]> hours, List<long[]> days) {
        if (!hours.isEmpty()) {
            LOG.info(
                    "The ledger's sums of {} hours between {} and {}, and of their days, were made anew from {} requests: an earlier"
                            + " version had deleted them before these",
                    hours.size(),
                    Instant.ofEpochMilli(hours.get(0)[0]),
                    Instant.ofEpochMilli(hours.get(hours.size() - 1)[0] + RollupTable.HOURS.length()),
                    counts(hours).sum());
        } else if (!days.isEmpty()) {
            LOG.info(
                    "The ledger's sums of {} days from {} on were made anew from those of their hours: an earlier version had deleted"
                            + " some of these",
                    days.size(),
                    Instant.ofEpochMilli(days.get(0)[0]));
        }
    }

    private static LongStream counts(List<long[]> rows) {
        return rows.stream().mapToLong(row -> row[1]);
    }

    /** @param fromMillis inclusive @param toMillis exclusive */
    private record Stretch(long fromMillis, long toMillis) {
        /** Hours that follow one another are one. */
        static List<Stretch> of(List<long[]> hours) {
            List<Stretch> all = new ArrayList<>();
            for (long[] hour : hours) {
                int last = all.size() - 1;
                long end = hour[0] + RollupTable.HOURS.length();
                if (last >= 0 && all.get(last).toMillis == hour[0]) {
                    all.set(last, new Stretch(all.get(last).fromMillis, end));
                } else {
                    all.add(new Stretch(hour[0], end));
                }
            }
            return all;
        }
    }

    private static String whereIn(RollupTable table) {
        return table.table() + " WHERE bucket_ms >= ? AND bucket_ms < ?";
    }

    /** What the table has of a stretch makes room for the sums of what is in it. */
    private void fill(RollupTable table, String from, Stretch stretch) throws SQLException {
        change("DELETE FROM " + whereIn(table), stretch.fromMillis, stretch.toMillis);
        String keys = String.join(", ", table.keys());
        String bucket = of("bucket_ms", table);
        change(
                "INSERT INTO " + table.table() + " (bucket_ms, " + keys + ", "
                        + String.join(", ", LedgerContribution.MEASURES) + ") SELECT " + bucket + ", " + keys + ", "
                        + LedgerContribution.MEASURES.stream()
                                .map(measure -> "SUM(" + measure + ")")
                                .collect(Collectors.joining(", "))
                        + " FROM " + from + " GROUP BY " + bucket + ", " + keys,
                stretch.fromMillis,
                stretch.toMillis);
    }

    private void change(String sql, long... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, parameters)) {
            statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, long... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setLong(i + 1, parameters[i]);
        }
        return statement;
    }

    /** Rows of numbers; none where the first is NULL. */
    private static List<long[]> rows(Connection connection, String sql, long... parameters) throws SQLException {
        List<long[]> all = new ArrayList<>();
        try (PreparedStatement query = prepared(connection, sql, parameters);
                ResultSet row = query.executeQuery()) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                long[] numbers = new long[columns];
                for (int i = columns - 1; i >= 0; i--) {
                    numbers[i] = row.getLong(i + 1);
                }
                if (!row.wasNull()) {
                    all.add(numbers);
                }
            }
        }
        return all;
    }
}
