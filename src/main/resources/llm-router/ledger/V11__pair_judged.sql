-- 1 where a judge was asked about the two answers of a pair, 0 where it was not (equal answers need none), NULL in pairs of earlier
-- versions: what a judge leaves undecided is a share of what it was asked about.
ALTER TABLE llm_pair ADD COLUMN judged SMALLINT;
