package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of a time are read from: whole days, hours and minutes from the roll-ups, and only what these do not
 * reach row by row. To be made and read within one {@link LedgerSnapshots#read}, so that no request is missed or counted
 * twice while a gateway writes and deletes old minutes.
 */
final class LedgerSource {
    /** How much of a roll-up a reading may use. */
    enum Grain {
        /** Row by row. */
        REQUESTS,
        /** Whole minutes at once. */
        MINUTES,
        /** Whole hours at once. */
        HOURS,
        /** Whole days (UTC) at once. */
        DAYS;

        /** The coarsest whose rows each lie in one of the equal slots that begin at a time. */
        static Grain of(long startMillis, long widthMillis) {
            if (isMultiple(startMillis, widthMillis, RollupTable.DAYS)) {
                return DAYS;
            }
            if (isMultiple(startMillis, widthMillis, RollupTable.HOURS)) {
                return HOURS;
            }
            return isMultiple(startMillis, widthMillis, RollupTable.MINUTES) ? MINUTES : REQUESTS;
        }

        private static boolean isMultiple(long start, long width, RollupTable of) {
            return start % of.length() == 0 && width % of.length() == 0;
        }
    }

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();
    private final LedgerShape shape;
    private final LedgerFilter filter;
    private final long minutesSince;
    private final String columns;

    private LedgerSource(LedgerShape shape, LedgerFilter filter, long minutesSince, String columns) {
        this.shape = shape;
        this.filter = filter;
        this.minutesSince = minutesSince;
        this.columns = columns;
    }

    /**
     * @param filter its times are inclusive
     * @param columns of {@link LedgerContribution}, separated by a comma and a space
     */
    static LedgerSource of(
            Connection connection, LedgerShape shape, LedgerFilter filter, Grain coarsest, String columns)
            throws SQLException {
        long to = filter.toMillis() == Long.MAX_VALUE ? Long.MAX_VALUE : filter.toMillis() + 1;
        LedgerSource source = new LedgerSource(shape, filter, minutesSince(connection, shape), columns);
        source.cover(filter.fromMillis(), to, source.tables(coarsest));
        return source;
    }

    private static long minutesSince(Connection connection, LedgerShape shape) throws SQLException {
        if (!shape.hasTasks()) {
            return Long.MAX_VALUE;
        }
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT MAX(bucket_ms) FROM " + RollupTable.MINUTES.table());
                ResultSet row = query.executeQuery()) {
            long newest = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Long.MAX_VALUE : newest - RollupTable.MINUTES_READ_MILLIS;
        }
    }

    /** Those that can answer, the coarsest first. */
    private List<RollupTable> tables(Grain coarsest) {
        List<RollupTable> tables = new ArrayList<>();
        List<String> wanted = List.of(columns.split(", "));
        boolean byTask = shape.hasTasks() && filter.caller() == null && RollupTable.TASK_DAYS.has(wanted);
        if (shape.hasRollups() && coarsest == Grain.DAYS) {
            tables.add(byTask ? RollupTable.TASK_DAYS : RollupTable.DAYS);
        }
        if (shape.hasRollups() && coarsest.compareTo(Grain.HOURS) >= 0) {
            tables.add(byTask ? RollupTable.TASK_HOURS : RollupTable.HOURS);
        }
        if (shape.hasTasks() && coarsest != Grain.REQUESTS) {
            tables.add(byTask && shape.hasTaskMinutes() ? RollupTable.TASK_MINUTES : RollupTable.MINUTES);
        }
        return tables;
    }

    /** Takes whole rows of the first table, and of the next ones what is left at both ends. */
    private void cover(long from, long to, List<RollupTable> tables) {
        if (from >= to) {
            return;
        }
        if (tables.isEmpty()) {
            arm("(" + shape.contribution("r.time_ms >= ? AND r.time_ms < ?") + ") q WHERE 1 = 1", columns, from, to);
            return;
        }
        RollupTable table = tables.get(0);
        List<RollupTable> finer = tables.subList(1, tables.size());
        long start = -Math.floorDiv(-from, table.length()) * table.length();
        if (table.isOfMinutes()) {
            start = Math.max(start, minutesSince);
        }
        long end = Math.floorDiv(to, table.length()) * table.length();
        if (start >= end) {
            cover(from, to, finer);
            return;
        }
        arm(table.table() + " WHERE bucket_ms >= ? AND bucket_ms < ?", known(), start, end);
        cover(from, start, finer);
        cover(end, to, finer);
    }

    /** In roll-ups of before the classes of latency nothing is in these. */
    private String known() {
        return shape.hasTasks()
                ? columns
                : List.of(columns.split(", ")).stream()
                        .map(column -> LatencyBins.COLUMNS.contains(column) ? "0 AS " + column : column)
                        .collect(Collectors.joining(", "));
    }

    private void arm(String where, String selected, long from, long to) {
        sql.append(sql.isEmpty() ? "(" : " UNION ALL ")
                .append("SELECT ")
                .append(selected)
                .append(" FROM ")
                .append(where);
        parameters.add(from);
        parameters.add(to);
        only(LedgerFilter.SHOWN_TASK, filter.task());
        only("caller", filter.caller());
    }

    private void only(String column, @Nullable String value) {
        if (value != null) {
            sql.append(" AND ").append(column).append(" = ?");
            parameters.add(value);
        }
    }

    /** What stands behind FROM. */
    String sql() {
        return sql.isEmpty()
                ? "(SELECT " + columns + " FROM (" + shape.contribution("1 = 0") + ") none) s"
                : sql + ") s";
    }

    /** Sets the parameters of {@link #sql}. @return number of the next parameter */
    int set(PreparedStatement query, int first) throws SQLException {
        int at = first;
        for (Object parameter : parameters) {
            if (parameter instanceof Long number) {
                query.setLong(at++, number);
            } else {
                query.setString(at++, parameter.toString());
            }
        }
        return at;
    }
}
