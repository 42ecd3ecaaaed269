package dev.llmrouter.record.ledger;

import dev.llmrouter.policy.Collect;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the database of the ledger, which has its schema. Not safe for use by many threads. */
final class LedgerDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerDatabase.class);
    static final String HISTORY_TABLE = "llm_router_schema_history";

    /**
     * How much the embedded database gathers beside its file before it is worked in, in pages of 4 KiB: pages that many
     * transactions change, as those of sums and of random ids, are so written there less often. What is committed survives as
     * before.
     */
    private static final int PAGES_BESIDE = 4_000;

    /** The pair of a request that feedback scores. */
    private static final String PAIR =
            "(SELECT 1 FROM llm_pair p WHERE p.request_id = <request> AND p.scorer = '" + Collect.FEEDBACK + "')";

    /** What requests cost outlives them in their pairs: else one that is dearer than the baseline would be so no more. */
    private static final String KEEP_COSTS =
            """
            UPDATE llm_pair SET (baseline_cost_pico_usd, baseline_batched) =
              (SELECT <cost>, CASE WHEN <batched> THEN 1 ELSE 0 END FROM llm_request r WHERE r.request_id = llm_pair.request_id)
            WHERE NOT served AND request_id IN """.replace("<cost>", LedgerPairs.BASELINE_COST).replace("<batched>", LedgerPairs.BATCHED);

    private final LedgerSettings settings;
    private final Connection connection;
    private final @Nullable Object fileKey;
    private final LedgerStatements statements;
    private final LedgerRollup rollup;

    private LedgerDatabase(LedgerSettings settings, Connection connection) throws IOException {
        this.settings = settings;
        this.connection = connection;
        this.statements = new LedgerStatements(connection);
        this.rollup = new LedgerRollup(statements, settings.isEmbedded());
        this.fileKey = settings.isEmbedded() ? fileKey(settings) : null;
    }

    /**
     * Connects and brings the schema up to date; the embedded database is made where there is none.
     *
     * @throws SQLException if that is not possible now
     */
    static LedgerDatabase open(LedgerSettings settings) throws SQLException {
        Connection connection = null;
        try {
            if (settings.isEmbedded()) {
                Files.createDirectories(settings.folder());
            }
            connection = LedgerConnections.connectToWrite(settings);
            Properties credentials = LedgerConnections.credentials(settings);
            Flyway.configure(LedgerDatabase.class.getClassLoader())
                    .dataSource(
                            LedgerConnections.url(settings),
                            credentials.getProperty("user", ""),
                            credentials.getProperty("password", ""))
                    .locations("classpath:" + LedgerMigrations.FOLDER)
                    .resourceProvider(new LedgerMigrations())
                    .javaMigrationClassProvider(List::of)
                    .placeholders(Map.of(
                            "contribution",
                            LedgerContribution.sql("1 = 1"),
                            "options",
                            settings.isEmbedded() ? "WITHOUT ROWID" : ""))
                    .table(HISTORY_TABLE)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
            if (settings.isEmbedded()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA wal_autocheckpoint = " + PAGES_BESIDE);
                    // a long audit keeps it from being worked in; it shrinks again after that
                    statement.execute("PRAGMA journal_size_limit = " + 4 * PAGES_BESIDE * 4_096L);
                }
            }
            connection.setAutoCommit(false);
            return new LedgerDatabase(settings, connection);
        } catch (IOException | RuntimeException | LinkageError e) { // of Flyway, too
            close(connection, e);
            throw new SQLException("the ledger's database cannot be prepared: " + why(e), e);
        } catch (SQLException e) {
            close(connection, e);
            throw e;
        }
    }

    /** What files are refused for, and which class is missing, is in the class of the exception only. */
    private static String why(Throwable e) {
        return e instanceof FileAlreadyExistsException file
                ? file.getFile() + " is a file, and has to be a folder"
                : e instanceof FileSystemException || e instanceof LinkageError
                        ? e.toString()
                        : String.valueOf(e.getMessage());
    }

    /** Naming the class is the check. @throws NoClassDefFoundError if it is not on the class path */
    static void requireFlyway() {
        Class<?> unused = Flyway.class;
    }

    private static void close(@Nullable Connection connection, Throwable because) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                because.addSuppressed(e);
            }
        }
    }

    private static @Nullable Object fileKey(LedgerSettings settings) throws IOException {
        return Files.readAttributes(settings.file(), BasicFileAttributes.class).fileKey();
    }

    /** Whether what is written here would be found again: a file that was deleted or replaced takes rows with it. */
    boolean isThere() {
        try {
            if (connection.isClosed()) {
                return false;
            }
            if (!settings.isEmbedded()) {
                return true;
            }
            Object now = fileKey(settings);
            return now == null ? fileKey == null : now.equals(fileKey);
        } catch (IOException | SQLException e) {
            return false;
        }
    }

    /**
     * Makes sums anew that earlier versions deleted before their requests, which may take minutes. What cannot be made now is made at the next start:
     * entries are taken all the same, though perhaps over another connection.
     */
    void rebuildSums() {
        RollupRebuild rebuild = new RollupRebuild(connection, rollup);
        try {
            if (!rebuild.isNeeded()) {
                return;
            }
            int timeout = settings.isEmbedded() ? 0 : connection.getNetworkTimeout();
            if (!settings.isEmbedded()) {
                connection.setNetworkTimeout(Runnable::run, LedgerConnections.REPORT_MILLIS);
                LedgerConnections.waitForLocks(connection, LedgerConnections.REPORT_MILLIS);
            }
            rebuild.run();
            if (!settings.isEmbedded()) {
                connection.setNetworkTimeout(Runnable::run, timeout);
                LedgerConnections.waitForLocks(connection, LedgerConnections.LOCK_WAIT_MILLIS);
                connection.commit();
            }
        } catch (SQLException e) {
            rollBack(e);
            close(connection, e); // its time-out is that of a rebuild, if it is alive at all
            if (settings.isEmbedded() && SqlFaults.isHeld(e)) {
                LOG.info(
                        "Requests of the ledger ({}) are in no sum, or another process holds it that makes them just now; where audit still says"
                                + " so afterwards, the next start makes them",
                        settings.place());
                return;
            }
            LOG.warn(
                    "Whether requests of the ledger ({}) are in no sum could not be found out, or their sums not be made; the next start tries"
                            + " again: {}",
                    settings.place(),
                    SqlFaults.reason(e));
        }
    }

    /** All of them in one transaction with their roll-ups, or none. Those whose id is known already are ignored. */
    void insert(List<? extends LedgerEntry> entries) throws SQLException {
        try {
            rollup.around(entries, () -> LedgerInserts.run(statements, entries));
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(e); // rows without their sums must not be committed with the next ones
            throw e;
        }
    }

    private void rollBack(Throwable because) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    /** Whether the ledger has a request of this id, or a pair of one that was deleted and that feedback scores. */
    boolean hasRequest(String requestId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM llm_request WHERE request_id = ?"
                + " UNION ALL SELECT 1 FROM llm_pair WHERE request_id = ? AND scorer = '" + Collect.FEEDBACK + "'")) {
            query.setString(1, requestId);
            query.setString(2, requestId);
            boolean known;
            try (ResultSet row = query.executeQuery()) {
                known = row.next();
            }
            commitRead();
            return known;
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    /**
     * After the result is closed: an open one takes what it reads into the next transaction of the embedded database, which then is
     * given no time for its first write.
     */
    private void commitRead() throws SQLException {
        connection.commit();
    }

    /**
     * Deletes the oldest requests of before a time with their feedback, and feedback of before it that belongs to no request.
     * Roll-ups stay, pairs too with what their requests cost, and feedback that scores a pair: the past of a test that may be looked at any time must not change.
     *
     * @param most requests at a time
     * @return how many entries went
     */
    int delete(long beforeMillis, int most) throws SQLException {
        String oldest = "(SELECT request_id FROM llm_request WHERE time_ms < ? ORDER BY time_ms, request_id LIMIT ?)";
        try {
            rollup.lock(); // feedback that comes meanwhile changes what its request adds to sums
            change(KEEP_COSTS + " " + oldest, beforeMillis, most);
            int gone = change(
                            "DELETE FROM llm_feedback WHERE request_id IN " + oldest + " AND NOT EXISTS "
                                    + PAIR.replace("<request>", "llm_feedback.request_id"),
                            beforeMillis,
                            most)
                    + change("DELETE FROM llm_request WHERE request_id IN " + oldest, beforeMillis, most)
                    + change("""
                            DELETE FROM llm_feedback WHERE feedback_id IN (SELECT f.feedback_id FROM llm_feedback f
                            WHERE f.time_ms < ? AND NOT EXISTS (SELECT 1 FROM llm_request r
                            WHERE r.request_id = f.request_id) AND NOT EXISTS <pair> LIMIT ?)""".replace("<pair>", PAIR.replace("<request>", "f.request_id")), beforeMillis, most);
            connection.commit();
            return gone;
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    /**
     * Deletes the roll-ups of the days (UTC) that end before a time.
     *
     * @return how many rows went
     */
    int deleteRollups(long beforeMillis) throws SQLException {
        try {
            int gone = rollup.delete(beforeMillis);
            connection.commit();
            return gone;
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    private int change(String sql, long beforeMillis, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, beforeMillis);
            statement.setInt(2, most);
            return statement.executeUpdate();
        }
    }

    /** What the same person said last of the same request; null for nothing. */
    @Nullable
    FeedbackEntry lastFeedback(String requestId, @Nullable String by) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT feedback_id, time_ms, useful, score, corrected_chars, corrected_sha256, caller FROM llm_feedback
                WHERE request_id = ? AND COALESCE(given_by, '') = ? ORDER BY time_ms DESC, feedback_id DESC LIMIT 1""")) {
            query.setString(1, requestId);
            query.setString(2, by == null ? "" : by);
            FeedbackEntry last;
            try (ResultSet row = query.executeQuery()) {
                last = row.next() ? feedback(row, requestId, by) : null;
            }
            commitRead();
            return last;
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    private static FeedbackEntry feedback(ResultSet row, String requestId, @Nullable String by) throws SQLException {
        double score = row.getDouble("score");
        Double knownScore = row.wasNull() ? null : Double.valueOf(score);
        int chars = row.getInt("corrected_chars");
        Integer knownChars = row.wasNull() ? null : Integer.valueOf(chars);
        return new FeedbackEntry(
                row.getString("feedback_id"),
                requestId,
                row.getLong("time_ms"),
                row.getBoolean("useful"),
                knownScore,
                knownChars,
                row.getString("corrected_sha256"),
                by,
                row.getString("caller"));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
