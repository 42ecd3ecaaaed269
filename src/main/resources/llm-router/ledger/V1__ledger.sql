-- Money is whole pico-USD (1 = 1e-12 USD): exact, never rounded. NULL is unknown, which is not 0.
-- Times are milliseconds since 1970-01-01T00:00Z. No prompt and no answer is stored.
CREATE TABLE llm_request (
    request_id             TEXT    NOT NULL PRIMARY KEY,
    time_ms                BIGINT  NOT NULL,
    caller                 TEXT,
    dialect                TEXT    NOT NULL,
    task                   TEXT,
    source                 TEXT,
    confidence             DOUBLE PRECISION,
    rule_id                TEXT,
    tier                   TEXT,
    model                  TEXT,
    provider               TEXT,
    input_tokens           BIGINT,
    cached_input_tokens    BIGINT,
    cache_write_tokens     BIGINT,
    output_tokens          BIGINT,
    reasoning_tokens       BIGINT,
    tokens_estimated       BOOLEAN,
    cost_pico_usd          BIGINT,
    baseline_cost_pico_usd BIGINT,
    reasons                TEXT    NOT NULL,
    attempts               TEXT    NOT NULL,
    policy_hash            TEXT    NOT NULL,
    evidence_state         TEXT,
    evidence_id            TEXT,
    verify                 TEXT,
    outcome                TEXT    NOT NULL,
    error                  TEXT,
    stream                 BOOLEAN NOT NULL,
    simulated              BOOLEAN NOT NULL,
    shadow                 BOOLEAN NOT NULL,
    decision_us            BIGINT  NOT NULL,
    first_token_ms         BIGINT,
    duration_ms            BIGINT  NOT NULL
);

CREATE INDEX llm_request_time ON llm_request (time_ms);

-- request_id has no foreign key: feedback may come before its request, or for one that is not known here
CREATE TABLE llm_feedback (
    feedback_id      TEXT    NOT NULL PRIMARY KEY,
    request_id       TEXT    NOT NULL,
    time_ms          BIGINT  NOT NULL,
    useful           BOOLEAN NOT NULL,
    score            DOUBLE PRECISION,
    corrected_chars  INTEGER,
    corrected_sha256 TEXT,
    given_by         TEXT,
    caller           TEXT
);

CREATE INDEX llm_feedback_request ON llm_feedback (request_id, time_ms);
