package dev.llmrouter.record.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of a time are read from: whole days and hours from the roll-ups, and only what these do not reach
 * row by row. In one statement, so that no request is missed or counted twice while a gateway writes.
 */
final class LedgerSource {
    /** How much of a roll-up a reading may use. */
    enum Grain {
        /** Row by row. */
        REQUESTS,
        /** Whole hours at once. */
        HOURS,
        /** Whole days (UTC) at once. */
        DAYS;

        /** The coarsest whose rows each lie in one of the equal slots that begin at a time. */
        static Grain of(long startMillis, long widthMillis) {
            if (startMillis % LedgerRollup.DAY_MILLIS == 0 && widthMillis % LedgerRollup.DAY_MILLIS == 0) {
                return DAYS;
            }
            return startMillis % LedgerRollup.HOUR_MILLIS == 0 && widthMillis % LedgerRollup.HOUR_MILLIS == 0
                    ? HOURS
                    : REQUESTS;
        }
    }

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();
    private final LedgerShape shape;
    private final LedgerFilter filter;
    private final String columns;

    /**
     * @param filter its times are inclusive
     * @param columns of {@link LedgerContribution}
     */
    LedgerSource(LedgerShape shape, LedgerFilter filter, Grain coarsest, String columns) {
        this.shape = shape;
        this.filter = filter;
        this.columns = columns;
        long from = filter.fromMillis();
        long to = filter.toMillis() == Long.MAX_VALUE ? Long.MAX_VALUE : filter.toMillis() + 1;
        Grain grain = shape.hasRollups() ? coarsest : Grain.REQUESTS;
        long hours = up(from, LedgerRollup.HOUR_MILLIS);
        long hoursEnd = Math.floorDiv(to, LedgerRollup.HOUR_MILLIS) * LedgerRollup.HOUR_MILLIS;
        if (grain == Grain.REQUESTS || hours >= hoursEnd) {
            requests(from, to);
            return;
        }
        long days = up(hours, LedgerRollup.DAY_MILLIS);
        long daysEnd = Math.floorDiv(hoursEnd, LedgerRollup.DAY_MILLIS) * LedgerRollup.DAY_MILLIS;
        if (grain == Grain.HOURS || days >= daysEnd) {
            rollup(LedgerRollup.HOURS, hours, hoursEnd);
        } else {
            rollup(LedgerRollup.HOURS, hours, days);
            rollup(LedgerRollup.DAYS, days, daysEnd);
            rollup(LedgerRollup.HOURS, daysEnd, hoursEnd);
        }
        requests(from, hours);
        requests(hoursEnd, to);
    }

    private static long up(long millis, long unit) {
        return -Math.floorDiv(-millis, unit) * unit;
    }

    private void rollup(String table, long from, long to) {
        if (from < to) {
            arm(table + " WHERE bucket_ms >= ? AND bucket_ms < ?", from, to);
        }
    }

    private void requests(long from, long to) {
        if (from < to) {
            arm("(" + shape.contribution("r.time_ms >= ? AND r.time_ms < ?") + ") q WHERE 1 = 1", from, to);
        }
    }

    private void arm(String where, long from, long to) {
        sql.append(sql.isEmpty() ? "(" : " UNION ALL ")
                .append("SELECT ")
                .append(columns)
                .append(" FROM ")
                .append(where);
        parameters.add(from);
        parameters.add(to);
        only("task", LedgerFilter.UNCLASSIFIED.equals(filter.task()) ? "" : filter.task());
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
