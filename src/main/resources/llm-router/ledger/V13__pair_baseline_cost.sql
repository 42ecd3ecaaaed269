-- What the request of a pair that the baseline served cost, without its classification, and 1 where it was answered in a batch, else 0:
-- kept when the request's row is deleted. NULL as long as that row is there, where the cost is unknown, and in pairs whose requests
-- were deleted by earlier versions.
ALTER TABLE llm_pair ADD COLUMN baseline_cost_pico_usd BIGINT;
ALTER TABLE llm_pair ADD COLUMN baseline_batched SMALLINT;
