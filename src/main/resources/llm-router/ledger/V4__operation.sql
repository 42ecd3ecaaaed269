-- What was asked for, as gen_ai.operation.name of the OpenTelemetry conventions: chat or embeddings.
ALTER TABLE llm_request ADD COLUMN operation TEXT NOT NULL DEFAULT 'chat';
