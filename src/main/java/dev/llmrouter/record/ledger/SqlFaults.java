package dev.llmrouter.record.ledger;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a failure of the database says. */
public final class SqlFaults {
    private SqlFaults() {}

    /**
     * Whether it refuses what was to be written, and would again. Source: SQL standard, classes 22 (data) and 23 (integrity); SQLite
     * result codes 18 (too big), 19 (constraint), 20 (mismatch).
     */
    static boolean isAboutTheData(SQLException e) {
        SQLException first = innermost(e);
        String sqlState = first.getSQLState();
        if (sqlState != null && !sqlState.isEmpty()) {
            return sqlState.startsWith("22") || sqlState.startsWith("23");
        }
        int code = first.getErrorCode() & 0xff;
        return code >= 18 && code <= 20;
    }

    /** Whether another process holds the database. Source: SQLite result codes 5 (busy), 6 (locked). */
    static boolean isHeld(SQLException e) {
        int code = innermost(e).getErrorCode() & 0xff;
        return code == 5 || code == 6;
    }

    /**
     * Without the statement and its values, which the failure of a batch begins with. Source: PostgreSQL's error 55P03 (lock not
     * available).
     */
    public static @Nullable String reason(Exception e) {
        if (!(e instanceof SQLException sql)) {
            return e.getMessage();
        }
        SQLException first = innermost(sql);
        return "55P03".equals(first.getSQLState())
                ? "another process writes there, or hangs while it does: " + first.getMessage()
                : first.getMessage();
    }

    private static SQLException innermost(SQLException e) {
        SQLException last = e;
        while (last.getNextException() != null) {
            last = last.getNextException();
        }
        return last;
    }
}
