-- Comparisons that have begun and whose pair is not here yet: what began later is not tested before them, or quick answers would be tested without
-- the slow ones. A row goes when its pair comes, or when another begins a day later.
CREATE TABLE llm_pair_begun (
    request_id TEXT NOT NULL PRIMARY KEY,
    time_ms BIGINT NOT NULL,
    task TEXT NOT NULL,
    candidate TEXT NOT NULL
) ${options};
