-- Tells pairs whose requests asked the same apart from others: 128 bits of a SHA-256 of what was asked, as hexadecimal digits.
-- NULL where the candidate served the request, whose repeats count, and in pairs of earlier versions.
ALTER TABLE llm_pair ADD COLUMN input_hash TEXT;
