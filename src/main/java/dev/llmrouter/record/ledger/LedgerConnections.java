package dev.llmrouter.record.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** How the database of the ledger is reached: a file beside the gateway, or a server. */
final class LedgerConnections {
    /** How long a statement waits for another process's lock, in ms. */
    static final int LOCK_WAIT_MILLIS = 2000;

    /**
     * Milliseconds after which the server ends a transaction in which nothing is done: its process hangs, or its machine is gone, and all
     * others wait for the lock that it holds.
     */
    private static final int MOST_IDLE_MILLIS = 10_000;

    /** How long one statement of a reader may take at a server, in ms: sums of a long time take longer than a row to write. */
    static final int READ_MILLIS = 60_000;

    /** The same where every request of a long time is looked at: 10 million took up to 60 s in all. */
    static final int REPORT_MILLIS = 15 * 60_000;

    /** SQLITE_CANTOPEN. Source: https://www.sqlite.org/rescode.html */
    private static final int CANNOT_OPEN = 14;

    /** SQLITE_OPEN_READONLY and SQLITE_OPEN_URI. Source: https://www.sqlite.org/c3ref/c_open_autoproxy.html */
    private static final int READ_AS_URI = 0x01 | 0x40;

    private LedgerConnections() {}

    /** A connection that commits by itself. @throws SQLException also where the driver is not on the class path */
    static Connection connect(LedgerSettings settings) throws SQLException {
        String driver = settings.isEmbedded() ? "org.sqlite.JDBC" : "org.postgresql.Driver";
        try {
            Class.forName(driver);
        } catch (ClassNotFoundException e) {
            throw new SQLException(
                    "the driver " + driver + " is not on the class path; add "
                            + (settings.isEmbedded() ? "org.xerial:sqlite-jdbc" : "org.postgresql:postgresql"),
                    e);
        }
        return DriverManager.getConnection(url(settings), credentials(settings));
    }

    /**
     * One of a gateway. The server gives up waiting for a lock before the client does, for it would not notice that the client is gone, and keep a
     * connection for each try.
     */
    static Connection connectToWrite(LedgerSettings settings) throws SQLException {
        Connection connection = connect(settings);
        if (settings.isEmbedded()) {
            return connection;
        }
        try (Statement limit = connection.createStatement()) {
            waitForLocks(connection, LOCK_WAIT_MILLIS);
            limit.execute("SET idle_in_transaction_session_timeout = " + MOST_IDLE_MILLIS);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** How long a server waits for a lock. @param millis of each statement from now on */
    static void waitForLocks(Connection connection, int millis) throws SQLException {
        try (Statement limit = connection.createStatement()) {
            limit.execute("SET lock_timeout = " + millis);
        }
    }

    /**
     * One that changes nothing, and within a transaction sees one state; with the embedded database any does. An embedded one that
     * was closed is read also where nothing can be written, as in an archive.
     */
    static Connection connectToRead(LedgerSettings settings, int statementMillis) throws SQLException {
        Connection connection;
        try {
            connection = connect(settings);
        } catch (SQLException e) {
            if (!settings.isEmbedded() || e.getErrorCode() != CANNOT_OPEN || !Files.exists(settings.file())) {
                throw e;
            }
            return connectToArchive(settings.file());
        }
        try {
            if (!settings.isEmbedded()) {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                try (Statement limit = connection.createStatement()) {
                    limit.execute("SET statement_timeout = " + statementMillis); // the server gives up, too
                }
                waitForLocks(connection, LOCK_WAIT_MILLIS); // for a table that is being brought up to date
                connection.setNetworkTimeout(Runnable::run, statementMillis + 5_000);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Source: https://www.sqlite.org/wal.html, 5: a WAL database in a folder that cannot be written is readable as immutable, which
     * must not be so where somebody may write to it.
     */
    static Connection connectToArchive(Path file) throws SQLException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        if (Files.exists(log)) {
            throw new SQLException("the folder of " + file
                    + " cannot be written, and the ledger in it was not closed: entries wait in " + log.getFileName()
                    + ". Copy the folder to where it can be written, and read it there.");
        }
        return DriverManager.getConnection(
                "jdbc:sqlite:" + file.toAbsolutePath().toUri() + "?immutable=1&open_mode=" + READ_AS_URI);
    }

    static String url(LedgerSettings settings) {
        String server = settings.url();
        // WAL: an audit reads while the gateway writes; FULL: what is committed survives a loss of power
        return server != null
                ? server
                : "jdbc:sqlite:" + settings.file().toAbsolutePath() + "?journal_mode=WAL&synchronous=FULL&busy_timeout="
                        + LOCK_WAIT_MILLIS;
    }

    static Properties credentials(LedgerSettings settings) {
        Properties properties = new Properties();
        if (!settings.isEmbedded()) {
            if (settings.user() != null) {
                properties.setProperty("user", settings.user());
            }
            if (settings.password() != null) {
                properties.setProperty("password", settings.password());
            }
            // in seconds: a server that hangs is as good as absent
            properties.setProperty("connectTimeout", "2");
            properties.setProperty("loginTimeout", "3");
            properties.setProperty("socketTimeout", "5");
            properties.setProperty("tcpKeepAlive", "true");
        }
        return properties;
    }
}
