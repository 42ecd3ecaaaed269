package dev.llmrouter.record.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Which requests are looked at.
 *
 * @param fromMillis inclusive, in ms since 1970-01-01T00:00Z
 * @param toMillis inclusive
 * @param task only this task, {@value #UNCLASSIFIED} for what was not recognised; null for all
 * @param caller only the requests under this name of a key; null for all
 */
public record LedgerFilter(
        long fromMillis,
        long toMillis,
        @Nullable String task,
        @Nullable String caller) {
    /** Stands for the task of requests that were not recognised. */
    public static final String UNCLASSIFIED = "unclassified";

    /** Stands for the tier, or the model, of requests that nobody served. */
    public static final String NONE = "none";

    /** Stands for the task of requests for vectors, which are of no task. */
    public static final String EMBEDDINGS = "embeddings";

    /** All requests of a time. */
    public static LedgerFilter between(long fromMillis, long toMillis) {
        return new LedgerFilter(fromMillis, toMillis, null, null);
    }
}
