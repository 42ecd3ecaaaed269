-- With which probability the request of a pair was drawn, above 0 to 1: estimates weight a pair by its inverse.
-- NULL where it was not recorded, in pairs of earlier versions.
ALTER TABLE llm_pair ADD COLUMN probability DOUBLE PRECISION;
