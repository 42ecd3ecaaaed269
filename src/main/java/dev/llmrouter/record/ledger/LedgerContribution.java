package dev.llmrouter.record.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * What one request adds to the roll-ups, as SQL: the only place that says what a column of a
 * {@link RollupTable} counts. The roll-ups are filled from it, and what they do not reach is read through it, so that both say
 * the same.
 */
final class LedgerContribution {
    /** The one key that is a flag; all others are texts. */
    static final String SHADOW = "shadow";

    /** What rows of a roll-up are told apart by, beside their time. */
    static final List<String> KEYS =
            List.of("task", "tier", "model", "provider", "caller", "operation", "policy_hash", SHADOW);

    /** Those that are left where provider, caller and policy do not matter. */
    static final List<String> TASK_KEYS = List.of("task", "tier", "model", "operation", SHADOW);

    /** What is summed, in whole numbers, so that no order of adding and taking away changes a sum. */
    static final List<String> MEASURES;

    private static final List<String> SUMS = List.of(
            "requests",
            "failed",
            "unknown_costs",
            "cost_micro_usd",
            "cost_rest_pico_usd",
            "classifier_micro_usd",
            "classifier_rest_pico_usd",
            "judge_micro_usd",
            "judge_rest_pico_usd",
            "unknown_judges",
            "baseline_micro_usd",
            "baseline_rest_pico_usd",
            "comparable",
            "comparable_cost_micro_usd",
            "comparable_cost_rest_pico_usd",
            "comparable_baseline_micro_usd",
            "comparable_baseline_rest_pico_usd",
            "judged",
            "useful",
            "answered",
            "corrected",
            "escalated",
            "input_tokens",
            "cached_input_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens",
            "counted",
            "counted_input_tokens",
            "counted_output_tokens",
            "duration_ms",
            "priced",
            "log_cost_e6",
            "log_cost_squares_e6",
            "timed",
            "log_ms_e6",
            "log_ms_squares_e6",
            "sure",
            "learned_e6",
            "learned_squares_e6");

    static {
        List<String> all = new ArrayList<>(SUMS);
        all.addAll(LatencyBins.COLUMNS);
        MEASURES = List.copyOf(all);
    }

    private static final String JUDGE = "p.request_id AS pair_id, p.judge_cost_pico_usd AS judge_cost";
    private static final String NO_JUDGE = "CAST(NULL AS TEXT) AS pair_id, CAST(NULL AS BIGINT) AS judge_cost";
    private static final String PAIRS = "LEFT JOIN llm_pair p ON p.request_id = r.request_id";

    /** What sums do not tell apart: what people and checks said of requests with feedback. */
    private static final String APART = """
            ,
              CASE WHEN x.said AND NOT x.shadow THEN 1 ELSE 0 END AS said_useful,
              CASE WHEN x.said IS NOT NULL AND x.verify IS NOT NULL AND NOT x.shadow THEN 1 ELSE 0 END AS said_checked,
              CASE WHEN x.said IS NOT NULL AND x.verify IN ('passed', 'escalated') AND NOT x.shadow THEN 1 ELSE 0 END AS said_passed""";

    private static final String CLASSIFIER = "r.classifier_cost_pico_usd AS classifier_cost";
    private static final String NO_CLASSIFIER = "CAST(NULL AS BIGINT) AS classifier_cost";

    /** Money in two halves, so that sums do not overflow: whole micro-USD, and the pico-USD that are left. */
    private static final String SQL = """
            SELECT x.time_ms AS bucket_ms, COALESCE(x.task, '') AS task, COALESCE(x.tier, '') AS tier,
              COALESCE(x.model, '') AS model, COALESCE(x.provider, '') AS provider, COALESCE(x.caller, '') AS caller,
              CASE WHEN x.dialect = 'embeddings' THEN 'embeddings' ELSE 'chat' END AS operation, x.policy_hash, x.shadow,
              1 AS requests,
              CASE WHEN x.outcome = 'ok' THEN 0 ELSE 1 END AS failed,
              CASE WHEN x.cost IS NULL THEN 1 ELSE 0 END AS unknown_costs,
              COALESCE(x.cost / 1000000, 0) AS cost_micro_usd,
              COALESCE(x.cost % 1000000, 0) AS cost_rest_pico_usd,
              COALESCE(x.classifier_cost / 1000000, 0) AS classifier_micro_usd,
              COALESCE(x.classifier_cost % 1000000, 0) AS classifier_rest_pico_usd,
              COALESCE(x.judge_cost / 1000000, 0) AS judge_micro_usd,
              COALESCE(x.judge_cost % 1000000, 0) AS judge_rest_pico_usd,
              CASE WHEN x.pair_id IS NOT NULL AND x.judge_cost IS NULL THEN 1 ELSE 0 END AS unknown_judges,
              CASE WHEN x.shadow THEN 0 ELSE COALESCE(x.baseline / 1000000, 0) END AS baseline_micro_usd,
              CASE WHEN x.shadow THEN 0 ELSE COALESCE(x.baseline % 1000000, 0) END AS baseline_rest_pico_usd,
              CASE WHEN x.both_known THEN 1 ELSE 0 END AS comparable,
              CASE WHEN x.both_known THEN x.cost / 1000000 ELSE 0 END AS comparable_cost_micro_usd,
              CASE WHEN x.both_known THEN x.cost % 1000000 ELSE 0 END AS comparable_cost_rest_pico_usd,
              CASE WHEN x.both_known THEN x.baseline / 1000000 ELSE 0 END AS comparable_baseline_micro_usd,
              CASE WHEN x.both_known THEN x.baseline % 1000000 ELSE 0 END AS comparable_baseline_rest_pico_usd,
              CASE WHEN NOT x.shadow AND (x.said IS NOT NULL OR x.verify IS NOT NULL) THEN 1 ELSE 0 END AS judged,
              CASE WHEN x.shadow THEN 0 WHEN x.said IS NOT NULL THEN CASE WHEN x.said THEN 1 ELSE 0 END
                WHEN x.verify IN ('passed', 'escalated') THEN 1 ELSE 0 END AS useful,
              CASE WHEN x.said IS NOT NULL THEN 1 ELSE 0 END AS answered,
              CASE WHEN x.said IS NOT NULL AND EXISTS (SELECT 1 FROM llm_feedback c
                WHERE c.request_id = x.request_id AND c.corrected_sha256 IS NOT NULL<corrected-in-time>) THEN 1 ELSE 0 END AS corrected,
              CASE WHEN x.verify = 'escalated' THEN 1 ELSE 0 END AS escalated,
              COALESCE(x.input_tokens, 0) AS input_tokens,
              COALESCE(x.cached_input_tokens, 0) AS cached_input_tokens,
              COALESCE(x.cache_write_tokens, 0) AS cache_write_tokens,
              COALESCE(x.output_tokens, 0) AS output_tokens,
              COALESCE(x.reasoning_tokens, 0) AS reasoning_tokens,
              CASE WHEN x.input_tokens IS NOT NULL AND x.output_tokens IS NOT NULL THEN 1 ELSE 0 END AS counted,
              CASE WHEN x.output_tokens IS NULL THEN 0 ELSE COALESCE(x.input_tokens, 0) END AS counted_input_tokens,
              CASE WHEN x.input_tokens IS NULL THEN 0 ELSE COALESCE(x.output_tokens, 0) END AS counted_output_tokens,
              x.duration_ms,
              CASE WHEN x.log_cost IS NULL THEN 0 ELSE 1 END AS priced,
              COALESCE(CAST(ROUND(x.log_cost * 1000000) AS BIGINT), 0) AS log_cost_e6,
              COALESCE(CAST(ROUND(x.log_cost * x.log_cost * 1000000) AS BIGINT), 0) AS log_cost_squares_e6,
              CASE WHEN x.log_ms IS NULL THEN 0 ELSE 1 END AS timed,
              COALESCE(CAST(ROUND(x.log_ms * 1000000) AS BIGINT), 0) AS log_ms_e6,
              COALESCE(CAST(ROUND(x.log_ms * x.log_ms * 1000000) AS BIGINT), 0) AS log_ms_squares_e6,
              CASE WHEN x.learned IS NULL THEN 0 ELSE 1 END AS sure,
              COALESCE(CAST(ROUND(x.learned * 1000000) AS BIGINT), 0) AS learned_e6,
              COALESCE(CAST(ROUND(x.learned * x.learned * 1000000) AS BIGINT), 0) AS learned_squares_e6,
              <latencies><apart>
            FROM (SELECT r.request_id, r.time_ms, r.task, r.tier, r.model, r.provider, r.caller, r.dialect, r.policy_hash,
                r.shadow, r.outcome, r.verify, r.duration_ms, r.input_tokens, r.cached_input_tokens, r.cache_write_tokens,
                r.output_tokens, r.reasoning_tokens, r.cost_pico_usd AS cost, r.baseline_cost_pico_usd AS baseline,
                <classifier>, <judge>,
                NOT r.shadow AND r.cost_pico_usd IS NOT NULL AND r.baseline_cost_pico_usd IS NOT NULL AS both_known,
                (SELECT f.useful FROM llm_feedback f WHERE f.request_id = r.request_id<said-in-time>
                  ORDER BY f.time_ms DESC, f.feedback_id DESC LIMIT 1) AS said,
                CASE WHEN r.cost_pico_usd > 0 THEN LN(CAST(r.cost_pico_usd AS DOUBLE PRECISION)) END AS log_cost,
                CASE WHEN r.outcome = 'ok' AND r.reasons NOT LIKE '%<batch>%' THEN
                  LN(CAST(CASE WHEN r.duration_ms < 1 THEN 1 ELSE r.duration_ms END AS DOUBLE PRECISION)) END AS log_ms,
                CASE WHEN r.source = 'learned' THEN r.confidence END AS learned
              FROM llm_request r <pairs> WHERE <where>) x""";

    private LedgerContribution() {}

    /**
     * One row for each request, with all {@link #KEYS} and {@link #MEASURES}; {@code bucket_ms} is the request's own time.
     *
     * @param where condition over {@code llm_request r}
     */
    static String sql(String where) {
        return sql(where, true, true);
    }

    /**
     * The same for a ledger that no gateway of this version has opened yet.
     *
     * @param hasPairs whether it has pairs with the cost of their judge
     * @param hasClassifier whether it has the cost of the classification
     */
    static String sql(String where, boolean hasPairs, boolean hasClassifier) {
        return sql(where, hasPairs, hasClassifier, "", "", "");
    }

    /** The same as {@link #sql(String, boolean, boolean)}, and {@code said_useful}, {@code said_checked} and {@code said_passed}. */
    static String apart(String where, boolean hasPairs, boolean hasClassifier) {
        return sql(where, hasPairs, hasClassifier, "", "", APART);
    }

    /** The same as {@link #apart} by the feedback alone that came within a time of the request, in ms. */
    static String inTime(String where, boolean hasPairs, boolean hasClassifier, long withinMillis) {
        return sql(
                where,
                hasPairs,
                hasClassifier,
                " AND f.time_ms <= r.time_ms + " + withinMillis,
                " AND c.time_ms <= x.time_ms + " + withinMillis,
                APART);
    }

    private static String sql(
            String where,
            boolean hasPairs,
            boolean hasClassifier,
            String saidInTime,
            String correctedInTime,
            String apart) {
        return SQL.replace("<apart>", apart)
                .replace("<said-in-time>", saidInTime)
                .replace("<corrected-in-time>", correctedInTime)
                .replace("<latencies>", LatencyBins.sql("x.log_ms IS NOT NULL", "x.duration_ms"))
                .replace("<batch>", RequestEntry.OF_BATCH)
                .replace("<judge>", hasPairs ? JUDGE : NO_JUDGE)
                .replace("<pairs>", hasPairs ? PAIRS : "")
                .replace("<classifier>", hasClassifier ? CLASSIFIER : NO_CLASSIFIER)
                .replace("<where>", where);
    }
}
