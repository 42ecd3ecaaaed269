-- The model that was asked for the task: NULL if none was. Its cost is part of cost_pico_usd; NULL beside a model is unknown.
ALTER TABLE llm_request ADD COLUMN classifier_model TEXT;
ALTER TABLE llm_request ADD COLUMN classifier_input_tokens BIGINT;
ALTER TABLE llm_request ADD COLUMN classifier_output_tokens BIGINT;
ALTER TABLE llm_request ADD COLUMN classifier_cost_pico_usd BIGINT;
