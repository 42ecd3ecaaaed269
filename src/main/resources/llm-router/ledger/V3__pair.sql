-- Evidence that accumulates: the scores of two models on one request. No prompt and no answer is stored.
-- Scores are 0 to 1, and NULL where the answers could not be scored; money spent on that counts all the same.
CREATE TABLE llm_pair (
    request_id        TEXT    NOT NULL PRIMARY KEY,
    time_ms           BIGINT  NOT NULL,
    task              TEXT    NOT NULL,
    definition        TEXT    NOT NULL,
    candidate         TEXT    NOT NULL,
    candidate_version TEXT    NOT NULL,
    baseline          TEXT    NOT NULL,
    baseline_version  TEXT    NOT NULL,
    scorer            TEXT    NOT NULL,
    served            BOOLEAN NOT NULL, -- the candidate served the request and the baseline was asked in shadow
    candidate_score   DOUBLE PRECISION,
    baseline_score    DOUBLE PRECISION,
    cost_pico_usd     BIGINT,           -- of shadow and judge; NULL is unknown
    judge_cost_pico_usd BIGINT          -- of the judge alone, which is no request; 0 without one, NULL is unknown
);

CREATE INDEX llm_pair_question ON llm_pair (task, candidate, time_ms);
CREATE INDEX llm_pair_time ON llm_pair (time_ms);

-- A route that such evidence has opened or closed.
CREATE TABLE llm_route_change (
    change_id TEXT    NOT NULL PRIMARY KEY,
    time_ms   BIGINT  NOT NULL,
    task      TEXT    NOT NULL,
    candidate TEXT    NOT NULL,
    opened    BOOLEAN NOT NULL,
    given_by  TEXT    NOT NULL
);

CREATE INDEX llm_route_change_route ON llm_route_change (task, candidate, time_ms);
