-- How long answers took, so that percentiles can be read of any time: requests with a good answer by their duration in ms.
-- The bounds grow by a factor of 1.9: ms_00 is below 20, ms_01 below 38, then 72, 137, 261, 495, 941, 1788, 3397, 6454, 12262,
-- 23298, 44266, 84105 and 159800; ms_15 is the rest (LatencyBins). Together they are as many as timed.
ALTER TABLE llm_hour ADD COLUMN ms_00 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_01 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_02 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_03 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_04 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_05 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_06 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_07 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_08 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_09 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_10 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_11 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_12 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_13 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_14 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_hour ADD COLUMN ms_15 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_00 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_01 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_02 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_03 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_04 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_05 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_06 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_07 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_08 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_09 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_10 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_11 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_12 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_13 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_14 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE llm_day ADD COLUMN ms_15 BIGINT NOT NULL DEFAULT 0;

UPDATE llm_hour SET ms_00 = s.ms_00, ms_01 = s.ms_01, ms_02 = s.ms_02, ms_03 = s.ms_03, ms_04 = s.ms_04, ms_05 = s.ms_05, ms_06 =
  s.ms_06, ms_07 = s.ms_07, ms_08 = s.ms_08, ms_09 = s.ms_09, ms_10 = s.ms_10, ms_11 = s.ms_11, ms_12 = s.ms_12, ms_13
  = s.ms_13, ms_14 = s.ms_14, ms_15 = s.ms_15
FROM (SELECT time_ms / 3600000 * 3600000 AS bucket_ms, COALESCE(task, '') AS task, COALESCE(tier, '') AS tier,
    COALESCE(model, '') AS model, COALESCE(provider, '') AS provider, COALESCE(caller, '') AS caller,
    CASE WHEN dialect = 'embeddings' THEN 'embeddings' ELSE 'chat' END AS operation, policy_hash, shadow,
    SUM(CASE WHEN duration_ms < 20 THEN 1 ELSE 0 END) AS ms_00,
    SUM(CASE WHEN duration_ms >= 20 AND duration_ms < 38 THEN 1 ELSE 0 END) AS ms_01,
    SUM(CASE WHEN duration_ms >= 38 AND duration_ms < 72 THEN 1 ELSE 0 END) AS ms_02,
    SUM(CASE WHEN duration_ms >= 72 AND duration_ms < 137 THEN 1 ELSE 0 END) AS ms_03,
    SUM(CASE WHEN duration_ms >= 137 AND duration_ms < 261 THEN 1 ELSE 0 END) AS ms_04,
    SUM(CASE WHEN duration_ms >= 261 AND duration_ms < 495 THEN 1 ELSE 0 END) AS ms_05,
    SUM(CASE WHEN duration_ms >= 495 AND duration_ms < 941 THEN 1 ELSE 0 END) AS ms_06,
    SUM(CASE WHEN duration_ms >= 941 AND duration_ms < 1788 THEN 1 ELSE 0 END) AS ms_07,
    SUM(CASE WHEN duration_ms >= 1788 AND duration_ms < 3397 THEN 1 ELSE 0 END) AS ms_08,
    SUM(CASE WHEN duration_ms >= 3397 AND duration_ms < 6454 THEN 1 ELSE 0 END) AS ms_09,
    SUM(CASE WHEN duration_ms >= 6454 AND duration_ms < 12262 THEN 1 ELSE 0 END) AS ms_10,
    SUM(CASE WHEN duration_ms >= 12262 AND duration_ms < 23298 THEN 1 ELSE 0 END) AS ms_11,
    SUM(CASE WHEN duration_ms >= 23298 AND duration_ms < 44266 THEN 1 ELSE 0 END) AS ms_12,
    SUM(CASE WHEN duration_ms >= 44266 AND duration_ms < 84105 THEN 1 ELSE 0 END) AS ms_13,
    SUM(CASE WHEN duration_ms >= 84105 AND duration_ms < 159800 THEN 1 ELSE 0 END) AS ms_14,
    SUM(CASE WHEN duration_ms >= 159800 THEN 1 ELSE 0 END) AS ms_15
  FROM llm_request WHERE outcome = 'ok' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) s
WHERE llm_hour.bucket_ms = s.bucket_ms AND llm_hour.task = s.task
  AND llm_hour.tier = s.tier
  AND llm_hour.model = s.model
  AND llm_hour.provider = s.provider
  AND llm_hour.caller = s.caller
  AND llm_hour.operation = s.operation
  AND llm_hour.policy_hash = s.policy_hash
  AND llm_hour.shadow = s.shadow;

UPDATE llm_day SET ms_00 = s.ms_00, ms_01 = s.ms_01, ms_02 = s.ms_02, ms_03 = s.ms_03, ms_04 = s.ms_04, ms_05 = s.ms_05, ms_06 =
  s.ms_06, ms_07 = s.ms_07, ms_08 = s.ms_08, ms_09 = s.ms_09, ms_10 = s.ms_10, ms_11 = s.ms_11, ms_12 = s.ms_12, ms_13
  = s.ms_13, ms_14 = s.ms_14, ms_15 = s.ms_15
FROM (SELECT bucket_ms / 86400000 * 86400000 AS day_ms, task, tier, model, provider, caller, operation, policy_hash, shadow, SUM(ms_00) AS ms_00, SUM(ms_01) AS ms_01,
    SUM(ms_02) AS ms_02, SUM(ms_03) AS ms_03, SUM(ms_04) AS ms_04, SUM(ms_05) AS ms_05, SUM(ms_06) AS ms_06,
    SUM(ms_07) AS ms_07, SUM(ms_08) AS ms_08, SUM(ms_09) AS ms_09, SUM(ms_10) AS ms_10, SUM(ms_11) AS ms_11,
    SUM(ms_12) AS ms_12, SUM(ms_13) AS ms_13, SUM(ms_14) AS ms_14, SUM(ms_15) AS ms_15
  FROM llm_hour GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) s
WHERE llm_day.bucket_ms = s.day_ms AND llm_day.task = s.task
  AND llm_day.tier = s.tier
  AND llm_day.model = s.model
  AND llm_day.provider = s.provider
  AND llm_day.caller = s.caller
  AND llm_day.operation = s.operation
  AND llm_day.policy_hash = s.policy_hash
  AND llm_day.shadow = s.shadow;

-- The same without provider, caller and policy: a thirtieth of the rows of llm_hour and llm_day, where none of these is asked for.
CREATE TABLE llm_task_hour (
    bucket_ms BIGINT NOT NULL,
    task TEXT NOT NULL,
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    operation TEXT NOT NULL,
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
    ms_00 BIGINT NOT NULL,
    ms_01 BIGINT NOT NULL,
    ms_02 BIGINT NOT NULL,
    ms_03 BIGINT NOT NULL,
    ms_04 BIGINT NOT NULL,
    ms_05 BIGINT NOT NULL,
    ms_06 BIGINT NOT NULL,
    ms_07 BIGINT NOT NULL,
    ms_08 BIGINT NOT NULL,
    ms_09 BIGINT NOT NULL,
    ms_10 BIGINT NOT NULL,
    ms_11 BIGINT NOT NULL,
    ms_12 BIGINT NOT NULL,
    ms_13 BIGINT NOT NULL,
    ms_14 BIGINT NOT NULL,
    ms_15 BIGINT NOT NULL,
    PRIMARY KEY (bucket_ms, task, tier, model, operation, shadow)
) ${options};

CREATE TABLE llm_task_day (
    bucket_ms BIGINT NOT NULL,
    task TEXT NOT NULL,
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    operation TEXT NOT NULL,
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
    ms_00 BIGINT NOT NULL,
    ms_01 BIGINT NOT NULL,
    ms_02 BIGINT NOT NULL,
    ms_03 BIGINT NOT NULL,
    ms_04 BIGINT NOT NULL,
    ms_05 BIGINT NOT NULL,
    ms_06 BIGINT NOT NULL,
    ms_07 BIGINT NOT NULL,
    ms_08 BIGINT NOT NULL,
    ms_09 BIGINT NOT NULL,
    ms_10 BIGINT NOT NULL,
    ms_11 BIGINT NOT NULL,
    ms_12 BIGINT NOT NULL,
    ms_13 BIGINT NOT NULL,
    ms_14 BIGINT NOT NULL,
    ms_15 BIGINT NOT NULL,
    PRIMARY KEY (bucket_ms, task, tier, model, operation, shadow)
) ${options};

-- The same by minute, for the last hour; the writer keeps three hours (RollupTable).
CREATE TABLE llm_minute (
    bucket_ms BIGINT NOT NULL,
    task TEXT NOT NULL,
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
    ms_00 BIGINT NOT NULL,
    ms_01 BIGINT NOT NULL,
    ms_02 BIGINT NOT NULL,
    ms_03 BIGINT NOT NULL,
    ms_04 BIGINT NOT NULL,
    ms_05 BIGINT NOT NULL,
    ms_06 BIGINT NOT NULL,
    ms_07 BIGINT NOT NULL,
    ms_08 BIGINT NOT NULL,
    ms_09 BIGINT NOT NULL,
    ms_10 BIGINT NOT NULL,
    ms_11 BIGINT NOT NULL,
    ms_12 BIGINT NOT NULL,
    ms_13 BIGINT NOT NULL,
    ms_14 BIGINT NOT NULL,
    ms_15 BIGINT NOT NULL,
    PRIMARY KEY (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow)
) ${options};

INSERT INTO llm_task_hour (bucket_ms, task, tier, model, operation, shadow, requests, failed, unknown_costs, cost_micro_usd, cost_rest_pico_usd,
  classifier_micro_usd, classifier_rest_pico_usd, judge_micro_usd, judge_rest_pico_usd, unknown_judges,
  baseline_micro_usd, baseline_rest_pico_usd, comparable, comparable_cost_micro_usd, comparable_cost_rest_pico_usd,
  comparable_baseline_micro_usd, comparable_baseline_rest_pico_usd, judged, useful, answered, corrected, escalated,
  input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, counted,
  counted_input_tokens, counted_output_tokens, duration_ms, priced, log_cost_e6, log_cost_squares_e6, timed,
  log_ms_e6, log_ms_squares_e6, sure, learned_e6, learned_squares_e6, ms_00, ms_01, ms_02, ms_03, ms_04, ms_05, ms_06,
  ms_07, ms_08, ms_09, ms_10, ms_11, ms_12, ms_13, ms_14, ms_15)
SELECT bucket_ms, task, tier, model, operation, shadow, SUM(requests), SUM(failed), SUM(unknown_costs), SUM(cost_micro_usd),
  SUM(cost_rest_pico_usd), SUM(classifier_micro_usd), SUM(classifier_rest_pico_usd), SUM(judge_micro_usd),
  SUM(judge_rest_pico_usd), SUM(unknown_judges), SUM(baseline_micro_usd), SUM(baseline_rest_pico_usd),
  SUM(comparable), SUM(comparable_cost_micro_usd), SUM(comparable_cost_rest_pico_usd),
  SUM(comparable_baseline_micro_usd), SUM(comparable_baseline_rest_pico_usd), SUM(judged), SUM(useful), SUM(answered),
  SUM(corrected), SUM(escalated), SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens),
  SUM(output_tokens), SUM(reasoning_tokens), SUM(counted), SUM(counted_input_tokens), SUM(counted_output_tokens),
  SUM(duration_ms), SUM(priced), SUM(log_cost_e6), SUM(log_cost_squares_e6), SUM(timed), SUM(log_ms_e6),
  SUM(log_ms_squares_e6), SUM(sure), SUM(learned_e6), SUM(learned_squares_e6), SUM(ms_00), SUM(ms_01), SUM(ms_02),
  SUM(ms_03), SUM(ms_04), SUM(ms_05), SUM(ms_06), SUM(ms_07), SUM(ms_08), SUM(ms_09), SUM(ms_10), SUM(ms_11),
  SUM(ms_12), SUM(ms_13), SUM(ms_14), SUM(ms_15)
FROM llm_hour
GROUP BY bucket_ms, task, tier, model, operation, shadow;

INSERT INTO llm_task_day (bucket_ms, task, tier, model, operation, shadow, requests, failed, unknown_costs, cost_micro_usd, cost_rest_pico_usd,
  classifier_micro_usd, classifier_rest_pico_usd, judge_micro_usd, judge_rest_pico_usd, unknown_judges,
  baseline_micro_usd, baseline_rest_pico_usd, comparable, comparable_cost_micro_usd, comparable_cost_rest_pico_usd,
  comparable_baseline_micro_usd, comparable_baseline_rest_pico_usd, judged, useful, answered, corrected, escalated,
  input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, counted,
  counted_input_tokens, counted_output_tokens, duration_ms, priced, log_cost_e6, log_cost_squares_e6, timed,
  log_ms_e6, log_ms_squares_e6, sure, learned_e6, learned_squares_e6, ms_00, ms_01, ms_02, ms_03, ms_04, ms_05, ms_06,
  ms_07, ms_08, ms_09, ms_10, ms_11, ms_12, ms_13, ms_14, ms_15)
SELECT bucket_ms, task, tier, model, operation, shadow, SUM(requests), SUM(failed), SUM(unknown_costs), SUM(cost_micro_usd),
  SUM(cost_rest_pico_usd), SUM(classifier_micro_usd), SUM(classifier_rest_pico_usd), SUM(judge_micro_usd),
  SUM(judge_rest_pico_usd), SUM(unknown_judges), SUM(baseline_micro_usd), SUM(baseline_rest_pico_usd),
  SUM(comparable), SUM(comparable_cost_micro_usd), SUM(comparable_cost_rest_pico_usd),
  SUM(comparable_baseline_micro_usd), SUM(comparable_baseline_rest_pico_usd), SUM(judged), SUM(useful), SUM(answered),
  SUM(corrected), SUM(escalated), SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens),
  SUM(output_tokens), SUM(reasoning_tokens), SUM(counted), SUM(counted_input_tokens), SUM(counted_output_tokens),
  SUM(duration_ms), SUM(priced), SUM(log_cost_e6), SUM(log_cost_squares_e6), SUM(timed), SUM(log_ms_e6),
  SUM(log_ms_squares_e6), SUM(sure), SUM(learned_e6), SUM(learned_squares_e6), SUM(ms_00), SUM(ms_01), SUM(ms_02),
  SUM(ms_03), SUM(ms_04), SUM(ms_05), SUM(ms_06), SUM(ms_07), SUM(ms_08), SUM(ms_09), SUM(ms_10), SUM(ms_11),
  SUM(ms_12), SUM(ms_13), SUM(ms_14), SUM(ms_15)
FROM llm_day
GROUP BY bucket_ms, task, tier, model, operation, shadow;

INSERT INTO llm_minute (bucket_ms, task, tier, model, provider, caller, operation, policy_hash, shadow, requests, failed, unknown_costs,
  cost_micro_usd, cost_rest_pico_usd, classifier_micro_usd, classifier_rest_pico_usd, judge_micro_usd,
  judge_rest_pico_usd, unknown_judges, baseline_micro_usd, baseline_rest_pico_usd, comparable,
  comparable_cost_micro_usd, comparable_cost_rest_pico_usd, comparable_baseline_micro_usd,
  comparable_baseline_rest_pico_usd, judged, useful, answered, corrected, escalated, input_tokens,
  cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, counted, counted_input_tokens,
  counted_output_tokens, duration_ms, priced, log_cost_e6, log_cost_squares_e6, timed, log_ms_e6, log_ms_squares_e6,
  sure, learned_e6, learned_squares_e6, ms_00, ms_01, ms_02, ms_03, ms_04, ms_05, ms_06, ms_07, ms_08, ms_09, ms_10,
  ms_11, ms_12, ms_13, ms_14, ms_15)
SELECT bucket_ms / 60000 * 60000, task, tier, model, provider, caller, operation, policy_hash, shadow, SUM(requests), SUM(failed), SUM(unknown_costs),
  SUM(cost_micro_usd), SUM(cost_rest_pico_usd), SUM(classifier_micro_usd), SUM(classifier_rest_pico_usd),
  SUM(judge_micro_usd), SUM(judge_rest_pico_usd), SUM(unknown_judges), SUM(baseline_micro_usd),
  SUM(baseline_rest_pico_usd), SUM(comparable), SUM(comparable_cost_micro_usd), SUM(comparable_cost_rest_pico_usd),
  SUM(comparable_baseline_micro_usd), SUM(comparable_baseline_rest_pico_usd), SUM(judged), SUM(useful), SUM(answered),
  SUM(corrected), SUM(escalated), SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens),
  SUM(output_tokens), SUM(reasoning_tokens), SUM(counted), SUM(counted_input_tokens), SUM(counted_output_tokens),
  SUM(duration_ms), SUM(priced), SUM(log_cost_e6), SUM(log_cost_squares_e6), SUM(timed), SUM(log_ms_e6),
  SUM(log_ms_squares_e6), SUM(sure), SUM(learned_e6), SUM(learned_squares_e6), SUM(ms_00), SUM(ms_01), SUM(ms_02),
  SUM(ms_03), SUM(ms_04), SUM(ms_05), SUM(ms_06), SUM(ms_07), SUM(ms_08), SUM(ms_09), SUM(ms_10), SUM(ms_11),
  SUM(ms_12), SUM(ms_13), SUM(ms_14), SUM(ms_15)
FROM (${contribution}) c
WHERE bucket_ms >= (SELECT MAX(time_ms) FROM llm_request) / 60000 * 60000 - 10800000
GROUP BY bucket_ms / 60000 * 60000, task, tier, model, provider, caller, operation, policy_hash, shadow;
