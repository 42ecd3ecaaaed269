-- Sums of llm_request with its feedback and the judges of its pairs. What a row counts is said by LedgerContribution, which
-- fills them here once, and later in the transaction that writes a request, a feedback or a pair.

-- An hour; bucket_ms is its start in ms since 1970-01-01T00:00Z.
CREATE TABLE llm_hour (
    bucket_ms BIGINT NOT NULL,
    task TEXT NOT NULL, -- '' for none, here and below
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    shadow BOOLEAN NOT NULL,
    requests BIGINT NOT NULL, -- those of shadow included: they are told apart by shadow
    failed BIGINT NOT NULL, -- of these, without a good answer
    unknown_costs BIGINT NOT NULL, -- of these, those whose cost is not known and so in no sum
    cost_micro_usd BIGINT NOT NULL, -- all costs are pairs: whole micro-USD, and the pico-USD that are left; a sum is micro * 1000000 + rest
    cost_rest_pico_usd BIGINT NOT NULL,
    classifier_micro_usd BIGINT NOT NULL, -- part of the cost: the model that was asked for the task
    classifier_rest_pico_usd BIGINT NOT NULL,
    judge_micro_usd BIGINT NOT NULL, -- beside the cost: the judge of a pair
    judge_rest_pico_usd BIGINT NOT NULL,
    unknown_judges BIGINT NOT NULL, -- judges whose cost is not known
    baseline_micro_usd BIGINT NOT NULL, -- of the same tokens at the baseline tier; without shadow requests
    baseline_rest_pico_usd BIGINT NOT NULL,
    comparable BIGINT NOT NULL, -- requests, without shadow ones, of which cost and baseline cost are both known, and these costs
    comparable_cost_micro_usd BIGINT NOT NULL,
    comparable_cost_rest_pico_usd BIGINT NOT NULL,
    comparable_baseline_micro_usd BIGINT NOT NULL,
    comparable_baseline_rest_pico_usd BIGINT NOT NULL,
    judged BIGINT NOT NULL, -- with feedback or a checked output; without shadow requests
    useful BIGINT NOT NULL, -- of these, by the last feedback, else by the check
    answered BIGINT NOT NULL, -- with feedback
    corrected BIGINT NOT NULL, -- of these, with a corrected text
    escalated BIGINT NOT NULL, -- whose output failed its check and was asked for again
    input_tokens BIGINT NOT NULL, -- sums of what is known
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    counted BIGINT NOT NULL, -- requests of which input and output tokens are both known, and these tokens
    counted_input_tokens BIGINT NOT NULL,
    counted_output_tokens BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL, -- sum
    priced BIGINT NOT NULL, -- requests that cost something; natural logarithms of their pico-USD and the squares of these, in millionths
    log_cost_e6 BIGINT NOT NULL,
    log_cost_squares_e6 BIGINT NOT NULL,
    timed BIGINT NOT NULL, -- requests with a good answer; natural logarithms of their ms (at least 1) and the squares of these, in millionths
    log_ms_e6 BIGINT NOT NULL,
    log_ms_squares_e6 BIGINT NOT NULL,
    sure BIGINT NOT NULL, -- requests that the learned classifier recognised; its confidences and the squares of these, in millionths
    learned_e6 BIGINT NOT NULL,
    learned_squares_e6 BIGINT NOT NULL,
    PRIMARY KEY (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow)
) ${options};

-- The same for a day in UTC.
CREATE TABLE llm_day (
    bucket_ms BIGINT NOT NULL,
    task TEXT NOT NULL, -- '' for none, here and below
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    shadow BOOLEAN NOT NULL,
    requests BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    unknown_costs BIGINT NOT NULL,
    cost_micro_usd BIGINT NOT NULL,
    cost_rest_pico_usd BIGINT NOT NULL,
    classifier_micro_usd BIGINT NOT NULL,
    classifier_rest_pico_usd BIGINT NOT NULL,
    judge_micro_usd BIGINT NOT NULL,
    judge_rest_pico_usd BIGINT NOT NULL,
    unknown_judges BIGINT NOT NULL,
    baseline_micro_usd BIGINT NOT NULL,
    baseline_rest_pico_usd BIGINT NOT NULL,
    comparable BIGINT NOT NULL,
    comparable_cost_micro_usd BIGINT NOT NULL,
    comparable_cost_rest_pico_usd BIGINT NOT NULL,
    comparable_baseline_micro_usd BIGINT NOT NULL,
    comparable_baseline_rest_pico_usd BIGINT NOT NULL,
    judged BIGINT NOT NULL,
    useful BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    corrected BIGINT NOT NULL,
    escalated BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    counted_input_tokens BIGINT NOT NULL,
    counted_output_tokens BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    priced BIGINT NOT NULL,
    log_cost_e6 BIGINT NOT NULL,
    log_cost_squares_e6 BIGINT NOT NULL,
    timed BIGINT NOT NULL,
    log_ms_e6 BIGINT NOT NULL,
    log_ms_squares_e6 BIGINT NOT NULL,
    sure BIGINT NOT NULL,
    learned_e6 BIGINT NOT NULL,
    learned_squares_e6 BIGINT NOT NULL,
    PRIMARY KEY (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow)
) ${options};

INSERT INTO llm_hour (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow,
  requests, failed, unknown_costs, cost_micro_usd, cost_rest_pico_usd, classifier_micro_usd, classifier_rest_pico_usd,
  judge_micro_usd, judge_rest_pico_usd, unknown_judges, baseline_micro_usd, baseline_rest_pico_usd, comparable,
  comparable_cost_micro_usd, comparable_cost_rest_pico_usd, comparable_baseline_micro_usd,
  comparable_baseline_rest_pico_usd, judged, useful, answered, corrected, escalated, input_tokens,
  cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, counted, counted_input_tokens,
  counted_output_tokens, duration_ms, priced, log_cost_e6, log_cost_squares_e6, timed, log_ms_e6, log_ms_squares_e6,
  sure, learned_e6, learned_squares_e6)
SELECT bucket_ms / 3600000 * 3600000, task, tier, model, provider, caller, operation, policy_hash, shadow,
  SUM(requests), SUM(failed), SUM(unknown_costs), SUM(cost_micro_usd), SUM(cost_rest_pico_usd),
  SUM(classifier_micro_usd), SUM(classifier_rest_pico_usd), SUM(judge_micro_usd), SUM(judge_rest_pico_usd),
  SUM(unknown_judges), SUM(baseline_micro_usd), SUM(baseline_rest_pico_usd), SUM(comparable),
  SUM(comparable_cost_micro_usd), SUM(comparable_cost_rest_pico_usd), SUM(comparable_baseline_micro_usd),
  SUM(comparable_baseline_rest_pico_usd), SUM(judged), SUM(useful), SUM(answered), SUM(corrected), SUM(escalated),
  SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens), SUM(output_tokens), SUM(reasoning_tokens),
  SUM(counted), SUM(counted_input_tokens), SUM(counted_output_tokens), SUM(duration_ms), SUM(priced),
  SUM(log_cost_e6), SUM(log_cost_squares_e6), SUM(timed), SUM(log_ms_e6), SUM(log_ms_squares_e6), SUM(sure),
  SUM(learned_e6), SUM(learned_squares_e6)
FROM (${contribution}) c
GROUP BY bucket_ms / 3600000 * 3600000, task, tier, model, provider, caller, operation, policy_hash, shadow;

INSERT INTO llm_day (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow,
  requests, failed, unknown_costs, cost_micro_usd, cost_rest_pico_usd, classifier_micro_usd, classifier_rest_pico_usd,
  judge_micro_usd, judge_rest_pico_usd, unknown_judges, baseline_micro_usd, baseline_rest_pico_usd, comparable,
  comparable_cost_micro_usd, comparable_cost_rest_pico_usd, comparable_baseline_micro_usd,
  comparable_baseline_rest_pico_usd, judged, useful, answered, corrected, escalated, input_tokens,
  cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, counted, counted_input_tokens,
  counted_output_tokens, duration_ms, priced, log_cost_e6, log_cost_squares_e6, timed, log_ms_e6, log_ms_squares_e6,
  sure, learned_e6, learned_squares_e6)
SELECT bucket_ms / 86400000 * 86400000, task, tier, model, provider, caller, operation, policy_hash, shadow,
  SUM(requests), SUM(failed), SUM(unknown_costs), SUM(cost_micro_usd), SUM(cost_rest_pico_usd),
  SUM(classifier_micro_usd), SUM(classifier_rest_pico_usd), SUM(judge_micro_usd), SUM(judge_rest_pico_usd),
  SUM(unknown_judges), SUM(baseline_micro_usd), SUM(baseline_rest_pico_usd), SUM(comparable),
  SUM(comparable_cost_micro_usd), SUM(comparable_cost_rest_pico_usd), SUM(comparable_baseline_micro_usd),
  SUM(comparable_baseline_rest_pico_usd), SUM(judged), SUM(useful), SUM(answered), SUM(corrected), SUM(escalated),
  SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens), SUM(output_tokens), SUM(reasoning_tokens),
  SUM(counted), SUM(counted_input_tokens), SUM(counted_output_tokens), SUM(duration_ms), SUM(priced),
  SUM(log_cost_e6), SUM(log_cost_squares_e6), SUM(timed), SUM(log_ms_e6), SUM(log_ms_squares_e6), SUM(sure),
  SUM(learned_e6), SUM(learned_squares_e6)
FROM llm_hour
GROUP BY bucket_ms / 86400000 * 86400000, task, tier, model, provider, caller, operation, policy_hash, shadow;

-- Feedback whose request is not known is asked for often, and is seldom.
ALTER TABLE llm_feedback ADD COLUMN request_known BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE llm_feedback SET request_known = TRUE
WHERE EXISTS (SELECT 1 FROM llm_request r WHERE r.request_id = llm_feedback.request_id);
CREATE INDEX llm_feedback_unknown ON llm_feedback (time_ms) WHERE NOT request_known;
