-- The prices of the candidate and the baseline when a pair was made, in words (PairPrices): what answers cost at others says nothing of
-- today. NULL in pairs of earlier versions.
ALTER TABLE llm_pair ADD COLUMN prices TEXT;
-- What a route was closed for: another task or model under the same name is another route. NULL in rows of earlier versions: any.
ALTER TABLE llm_route_change ADD COLUMN definition TEXT;
ALTER TABLE llm_route_change ADD COLUMN candidate_version TEXT;
ALTER TABLE llm_route_change ADD COLUMN baseline_version TEXT;
