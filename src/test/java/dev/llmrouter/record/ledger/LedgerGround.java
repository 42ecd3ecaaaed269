package dev.llmrouter.record.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

/** A ledger in a folder of its own, and SQL to look into it. */
abstract class LedgerGround {
    final AtomicLong nanos = new AtomicLong();

    @TempDir
    Path folder;

    abstract LedgerSettings settings() throws Exception;

    final Ledger open() throws Exception {
        return Ledger.open(settings(), nanos::get);
    }

    final long count(String sql) throws Exception {
        LedgerSettings at = settings();
        String url = at.isEmbedded() ? "jdbc:sqlite:" + at.file() : at.url();
        try (Connection connection = DriverManager.getConnection(url, at.user(), at.password());
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            long value = row.getLong(1);
            return row.wasNull() ? -1 : value;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** Makes it an older one. */
    final void backTo(int version) throws Exception {
        try (Connection connection = LedgerConnections.connect(settings());
                Statement statement = connection.createStatement()) {
            OlderLedger.backTo(version, statement);
        }
    }

    final void execute(String... all) throws Exception {
        try (Connection connection = LedgerConnections.connect(settings());
                Statement statement = connection.createStatement()) {
            for (String sql : all) {
                statement.execute(sql);
            }
        }
    }

    /** Rows of a table of sums that differ from what its requests add up to. */
    final long differences(RollupTable table, long sinceMillis) throws Exception {
        String keys = "bucket_ms / " + table.length() + " * " + table.length() + ", " + String.join(", ", table.keys());
        String fresh = "SELECT " + keys + ", SUM(" + String.join("), SUM(", LedgerContribution.MEASURES) + ") FROM ("
                + LedgerContribution.sql("r.time_ms >= " + sinceMillis) + ") c GROUP BY " + keys;
        String kept = "SELECT bucket_ms, " + String.join(", ", table.keys()) + ", "
                + String.join(", ", LedgerContribution.MEASURES) + " FROM " + table.table()
                + " WHERE requests <> 0 AND bucket_ms >= " + sinceMillis;
        return count("SELECT COUNT(*) FROM (" + fresh + " EXCEPT " + kept + ") a")
                + count("SELECT COUNT(*) FROM (" + kept + " EXCEPT " + fresh + ") b");
    }
}
