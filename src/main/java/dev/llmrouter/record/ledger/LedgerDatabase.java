package dev.llmrouter.record.ledger;

import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** One connection to the database of the ledger, which has its schema. Not safe for use by many threads. */
final class LedgerDatabase implements AutoCloseable {
    /** How long a statement waits for another process's lock, in ms. */
    private static final int LOCK_WAIT_MILLIS = 2000;

    private static final String HISTORY_TABLE = "llm_router_schema_history";

    private static final String REQUEST = """
            INSERT INTO llm_request (request_id, time_ms, caller, dialect, task, source, confidence, rule_id, tier, model,
              provider, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
              tokens_estimated, cost_pico_usd, baseline_cost_pico_usd, classifier_model, classifier_input_tokens,
              classifier_output_tokens, classifier_cost_pico_usd, reasons, attempts, policy_hash, evidence_state, evidence_id,
              verify, outcome, error, stream, simulated, shadow, decision_us, first_token_ms, duration_ms, operation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO NOTHING""";

    private static final String FEEDBACK = """
            INSERT INTO llm_feedback (feedback_id, request_id, time_ms, useful, score, corrected_chars, corrected_sha256,
              given_by, caller)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (feedback_id) DO NOTHING""";

    private static final String PAIR = """
            INSERT INTO llm_pair (request_id, time_ms, task, definition, candidate, candidate_version, baseline,
              baseline_version, scorer, served, candidate_score, baseline_score, cost_pico_usd,
              judge_cost_pico_usd)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO NOTHING""";

    private static final String CHANGE = """
            INSERT INTO llm_route_change (change_id, time_ms, task, candidate, opened, given_by) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (change_id) DO NOTHING""";

    private final LedgerSettings settings;
    private final Connection connection;
    private final @Nullable Object fileKey;

    private LedgerDatabase(LedgerSettings settings, Connection connection) throws IOException {
        this.settings = settings;
        this.connection = connection;
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
            connection = connect(settings);
            Properties credentials = credentials(settings);
            Flyway.configure(LedgerDatabase.class.getClassLoader())
                    .dataSource(
                            url(settings), credentials.getProperty("user", ""), credentials.getProperty("password", ""))
                    .locations("classpath:llm-router/ledger")
                    .table(HISTORY_TABLE)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
            connection.setAutoCommit(false);
            return new LedgerDatabase(settings, connection);
        } catch (FlywayException | IOException e) {
            close(connection, e);
            throw new SQLException("the ledger's database cannot be prepared: " + e.getMessage(), e);
        } catch (SQLException e) {
            close(connection, e);
            throw e;
        }
    }

    private static void close(@Nullable Connection connection, Exception because) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                because.addSuppressed(e);
            }
        }
    }

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

    private static String url(LedgerSettings settings) {
        String server = settings.url();
        // WAL: an audit reads while the gateway writes; FULL: what is committed survives a loss of power
        return server != null
                ? server
                : "jdbc:sqlite:" + settings.file().toAbsolutePath() + "?journal_mode=WAL&synchronous=FULL&busy_timeout="
                        + LOCK_WAIT_MILLIS;
    }

    private static Properties credentials(LedgerSettings settings) {
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
        }
        return properties;
    }

    private static @Nullable Object fileKey(LedgerSettings settings) throws IOException {
        return Files.readAttributes(settings.file(), BasicFileAttributes.class).fileKey();
    }

    /** Whether what is written here would be found again: a file that was deleted or replaced takes rows with it. */
    boolean isThere() {
        try {
            if (!settings.isEmbedded()) {
                return !connection.isClosed();
            }
            Object now = fileKey(settings);
            return now == null ? fileKey == null : now.equals(fileKey);
        } catch (IOException | SQLException e) {
            return false;
        }
    }

    /** All of them in one transaction, or none. Those whose id is known already are ignored. */
    void insert(List<? extends LedgerEntry> entries) throws SQLException {
        try (PreparedStatement requests = connection.prepareStatement(REQUEST);
                PreparedStatement feedback = connection.prepareStatement(FEEDBACK);
                PreparedStatement pairs = connection.prepareStatement(PAIR);
                PreparedStatement changes = connection.prepareStatement(CHANGE)) {
            boolean anyFeedback = false;
            boolean anyPair = false;
            boolean anyChange = false;
            boolean anyRequest = false;
            for (LedgerEntry entry : entries) {
                if (entry instanceof RequestEntry request) {
                    bind(requests, request);
                    requests.addBatch();
                    anyRequest = true;
                } else if (entry instanceof FeedbackEntry given) {
                    bind(feedback, given);
                    feedback.addBatch();
                    anyFeedback = true;
                } else if (entry instanceof PairEntry pair) {
                    bind(pairs, pair);
                    pairs.addBatch();
                    anyPair = true;
                } else if (entry instanceof RouteChangeEntry change) {
                    bind(changes, change);
                    changes.addBatch();
                    anyChange = true;
                }
            }
            if (anyRequest) {
                requests.executeBatch();
            }
            if (anyFeedback) {
                feedback.executeBatch();
            }
            if (anyPair) {
                pairs.executeBatch();
            }
            if (anyChange) {
                changes.executeBatch();
            }
            connection.commit();
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(SQLException because) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    private static void bind(PreparedStatement statement, RequestEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.id()).number(row.timeMillis()).text(row.caller()).text(row.dialect());
        to.text(row.task()).text(row.source()).real(row.confidence()).text(row.rule());
        to.text(row.tier()).text(row.model()).text(row.provider());
        to.number(row.inputTokens()).number(row.cachedInputTokens()).number(row.cacheWriteTokens());
        to.number(row.outputTokens()).number(row.reasoningTokens()).flag(row.tokensEstimated());
        to.number(row.costPicoUsd()).number(row.baselineCostPicoUsd());
        to.text(row.classifierModel()).number(row.classifierInputTokens());
        to.number(row.classifierOutputTokens()).number(row.classifierCostPicoUsd());
        to.text(row.reasons()).text(row.attempts()).text(row.policy());
        to.text(row.evidenceState()).text(row.evidenceId()).text(row.verify());
        to.text(row.outcome()).text(row.error());
        to.flag(row.stream()).flag(row.simulated()).flag(row.shadow());
        to.number(row.decisionMicros()).number(row.firstTokenMillis()).number(row.durationMillis());
        to.text(RequestRecord.operationOf(row.dialect()));
    }

    private static void bind(PreparedStatement statement, FeedbackEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.id()).text(row.requestId()).number(row.timeMillis()).flag(row.useful());
        to.real(row.score()).number(row.correctedChars() == null ? null : Long.valueOf(row.correctedChars()));
        to.text(row.correctedSha256()).text(row.by()).text(row.caller());
    }

    private static void bind(PreparedStatement statement, PairEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.requestId()).number(row.timeMillis()).text(row.task()).text(row.definition());
        to.text(row.candidate()).text(row.candidateVersion());
        to.text(row.baseline()).text(row.baselineVersion()).text(row.scorer()).flag(row.served());
        to.real(row.candidateScore()).real(row.baselineScore()).number(row.costPicoUsd());
        to.number(row.judgeCostPicoUsd());
    }

    private static void bind(PreparedStatement statement, RouteChangeEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.id()).number(row.timeMillis()).text(row.task()).text(row.candidate());
        to.flag(row.opened()).text(row.by());
    }

    /** Whether the ledger has a request of this id. */
    boolean hasRequest(String requestId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM llm_request WHERE request_id = ?")) {
            query.setString(1, requestId);
            try (ResultSet row = query.executeQuery()) {
                boolean known = row.next();
                connection.commit();
                return known;
            }
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    /**
     * Deletes the oldest requests of before a time with their feedback, and feedback of before it that belongs to no request.
     *
     * @param most requests at a time
     * @return how many entries went
     */
    int delete(long beforeMillis, int most) throws SQLException {
        String oldest = "(SELECT request_id FROM llm_request WHERE time_ms < ? ORDER BY time_ms, request_id LIMIT ?)";
        try {
            int gone = delete("DELETE FROM llm_feedback WHERE request_id IN " + oldest, beforeMillis, most)
                    + delete("DELETE FROM llm_request WHERE request_id IN " + oldest, beforeMillis, most)
                    + delete("""
                            DELETE FROM llm_feedback WHERE feedback_id IN (SELECT f.feedback_id FROM llm_feedback f
                            WHERE f.time_ms < ? AND NOT EXISTS (SELECT 1 FROM llm_request r
                            WHERE r.request_id = f.request_id) LIMIT ?)""", beforeMillis, most);
            connection.commit();
            return gone;
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    private int delete(String sql, long beforeMillis, int most) throws SQLException {
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
            try (ResultSet row = query.executeQuery()) {
                FeedbackEntry last = row.next() ? feedback(row, requestId, by) : null;
                connection.commit();
                return last;
            }
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

    /** Binds values in the order of the columns. */
    private static final class Parameters {
        private final PreparedStatement statement;
        private int index;

        Parameters(PreparedStatement statement) {
            this.statement = statement;
        }

        Parameters text(@Nullable String value) throws SQLException {
            statement.setString(++index, value);
            return this;
        }

        Parameters number(@Nullable Long value) throws SQLException {
            if (value == null) {
                statement.setNull(++index, Types.BIGINT);
            } else {
                statement.setLong(++index, value);
            }
            return this;
        }

        Parameters real(@Nullable Double value) throws SQLException {
            if (value == null) {
                statement.setNull(++index, Types.DOUBLE);
            } else {
                statement.setDouble(++index, value);
            }
            return this;
        }

        Parameters flag(@Nullable Boolean value) throws SQLException {
            if (value == null) {
                statement.setNull(++index, Types.BOOLEAN);
            } else {
                statement.setBoolean(++index, value);
            }
            return this;
        }
    }
}
