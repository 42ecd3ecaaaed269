package dev.llmrouter.record.ledger;

/**
 * The first feedback on a request.
 *
 * @param timeMillis when it came in, in ms since 1970-01-01T00:00Z
 * @param score as stated, else 1 for a useful answer and 0 for another
 */
public record Judged(String requestId, long timeMillis, double score) {}
