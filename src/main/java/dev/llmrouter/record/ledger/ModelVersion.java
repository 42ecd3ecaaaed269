package dev.llmrouter.record.ledger;

/**
 * A model under the name that its provider gave it in answers.
 *
 * @param task {@link LedgerFilter#UNCLASSIFIED} for none
 * @param tier {@link LedgerFilter#NONE} for none
 * @param model the policy's name of it
 * @param responseModel the provider's name of what answered, often with a version
 * @param firstMillis when the earliest request that it answered came in, in ms since 1970-01-01T00:00Z
 * @param lastMillis the latest
 * @param requests how many it answered
 */
public record ModelVersion(
        String task,
        String tier,
        String model,
        String provider,
        String responseModel,
        long firstMillis,
        long lastMillis,
        long requests) {}
