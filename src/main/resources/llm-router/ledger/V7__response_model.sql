-- The model as the provider named it in its answer (gen_ai.response.model), often with a version; NULL if it named none.
ALTER TABLE llm_request ADD COLUMN response_model TEXT;

-- Which versions answered, since when: a provider may put another one behind the same name. Written in the transaction
-- that writes the requests; shadow and simulated requests are left out.
CREATE TABLE llm_model_version (
    task           TEXT   NOT NULL, -- '' for none
    tier           TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    provider       TEXT   NOT NULL,
    response_model TEXT   NOT NULL,
    first_ms       BIGINT NOT NULL, -- of the earliest and the latest request
    last_ms        BIGINT NOT NULL,
    requests       BIGINT NOT NULL,
    PRIMARY KEY (task, tier, model, provider, response_model)
);
