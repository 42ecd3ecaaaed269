package dev.llmrouter.record.ledger;

import dev.llmrouter.record.RequestRecord;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How each kind of entry becomes a row. */
final class LedgerInserts {
    private static final String REQUEST = """
            INSERT INTO llm_request (request_id, time_ms, caller, dialect, task, source, confidence, rule_id, tier, model,
              provider, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
              tokens_estimated, cost_pico_usd, baseline_cost_pico_usd, classifier_model, classifier_input_tokens,
              classifier_output_tokens, classifier_cost_pico_usd, reasons, attempts, policy_hash, evidence_state, evidence_id,
              verify, outcome, error, stream, simulated, shadow, decision_us, first_token_ms, duration_ms, operation,
              response_model)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO NOTHING""";

    private static final String FEEDBACK = """
            INSERT INTO llm_feedback (feedback_id, request_id, time_ms, useful, score, corrected_chars, corrected_sha256,
              given_by, caller)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (feedback_id) DO NOTHING""";

    private static final String PAIR = """
            INSERT INTO llm_pair (request_id, time_ms, task, definition, candidate, candidate_version, baseline,
              baseline_version, scorer, served, candidate_score, baseline_score, cost_pico_usd,
              judge_cost_pico_usd, probability, input_hash, judged, prices)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO NOTHING""";

    /** Not one whose pair is there: entries may come again after those that came after them. */
    private static final String BEGUN = """
            INSERT INTO llm_pair_begun (request_id, time_ms, task, candidate)
            SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM llm_pair WHERE request_id = ?)
            ON CONFLICT (request_id) DO NOTHING""";

    private static final String OVER = "DELETE FROM llm_pair_begun WHERE request_id = ?";
    private static final String NEVER_OVER = "DELETE FROM llm_pair_begun WHERE time_ms < ?";
    private static final long DAY_MILLIS = 86_400_000;

    private static final String CHANGE = """
            INSERT INTO llm_route_change (change_id, time_ms, task, candidate, opened, given_by, definition, candidate_version,
              baseline_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (change_id) DO NOTHING""";

    private LedgerInserts() {}

    /** In one batch for each kind, without a commit. Those whose id is known already are ignored. */
    static void run(LedgerStatements statements, List<? extends LedgerEntry> entries) throws SQLException {
        Map<String, PreparedStatement> batches = new LinkedHashMap<>();
        for (LedgerEntry entry : entries) {
            String sql = insert(entry);
            PreparedStatement batch = batches.get(sql);
            if (batch == null) {
                batch = statements.of(sql);
                batches.put(sql, batch);
            }
            bind(batch, entry);
            batch.addBatch();
        }
        for (PreparedStatement batch : batches.values()) {
            batch.executeBatch();
        }
        endComparisons(statements, entries);
    }

    /** Of the pairs that came, and of those that came to nothing: their process was killed. */
    private static void endComparisons(LedgerStatements statements, List<? extends LedgerEntry> entries)
            throws SQLException {
        long newest = Long.MIN_VALUE;
        PreparedStatement over = null;
        for (LedgerEntry entry : entries) {
            if (entry instanceof PairEntry pair) {
                over = over == null ? statements.of(OVER) : over;
                over.setString(1, pair.requestId());
                over.addBatch();
            } else if (entry instanceof PairBegunEntry begun) {
                newest = Math.max(newest, begun.timeMillis());
            }
        }
        if (over != null) {
            over.executeBatch();
        }
        if (newest != Long.MIN_VALUE) {
            PreparedStatement neverOver = statements.of(NEVER_OVER);
            neverOver.setLong(1, newest - DAY_MILLIS);
            neverOver.executeUpdate();
        }
    }

    private static String insert(LedgerEntry entry) {
        if (entry instanceof RequestEntry) {
            return REQUEST;
        } else if (entry instanceof FeedbackEntry) {
            return FEEDBACK;
        }
        if (entry instanceof PairBegunEntry) {
            return BEGUN;
        }
        return entry instanceof PairEntry ? PAIR : CHANGE;
    }

    private static void bind(PreparedStatement statement, LedgerEntry entry) throws SQLException {
        if (entry instanceof RequestEntry request) {
            bind(statement, request);
        } else if (entry instanceof FeedbackEntry feedback) {
            bind(statement, feedback);
        } else if (entry instanceof PairBegunEntry begun) {
            bind(statement, begun);
        } else if (entry instanceof PairEntry pair) {
            bind(statement, pair);
        } else if (entry instanceof RouteChangeEntry change) {
            bind(statement, change);
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
        to.text(RequestRecord.operationOf(row.dialect())).text(row.responseModel());
    }

    private static void bind(PreparedStatement statement, FeedbackEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.id()).text(row.requestId()).number(row.timeMillis()).flag(row.useful());
        to.real(row.score()).number(row.correctedChars() == null ? null : Long.valueOf(row.correctedChars()));
        to.text(row.correctedSha256()).text(row.by()).text(row.caller());
    }

    private static void bind(PreparedStatement statement, PairBegunEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.requestId()).number(row.timeMillis()).text(row.task()).text(row.candidate());
        to.text(row.requestId());
    }

    private static void bind(PreparedStatement statement, PairEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.requestId()).number(row.timeMillis()).text(row.task()).text(row.definition());
        to.text(row.candidate()).text(row.candidateVersion());
        to.text(row.baseline()).text(row.baselineVersion()).text(row.scorer()).flag(row.served());
        to.real(row.candidateScore()).real(row.baselineScore()).number(row.costPicoUsd());
        to.number(row.judgeCostPicoUsd()).real(row.probability()).text(row.inputHash());
        Boolean judged = row.judged();
        to.number(judged == null ? null : Long.valueOf(judged ? 1 : 0)).text(row.prices());
    }

    private static void bind(PreparedStatement statement, RouteChangeEntry row) throws SQLException {
        Parameters to = new Parameters(statement);
        to.text(row.id()).number(row.timeMillis()).text(row.task()).text(row.candidate());
        to.flag(row.opened()).text(row.by());
        to.text(row.definition()).text(row.candidateVersion()).text(row.baselineVersion());
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
