package dev.llmrouter.record.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Which requests are looked at.
 *
 * @param fromMillis inclusive, in ms since 1970-01-01T00:00Z
 * @param toMillis inclusive
 * @param task only this task, {@value #UNCLASSIFIED} for what was not recognised, {@value #EMBEDDINGS} for vectors; null for all
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

    /** Under which task a row of a {@link RollupTable} is shown, as SQL. */
    static final String SHOWN_TASK = shownTask("operation");

    /** Under which task a row of {@code llm_request} is shown, as SQL. */
    static final String SHOWN_TASK_OF_REQUEST = shownTask("dialect");

    private static String shownTask(String column) {
        return "CASE WHEN " + column + " = '" + EMBEDDINGS + "' THEN '" + EMBEDDINGS + "'"
                + " ELSE COALESCE(NULLIF(task, ''), '" + UNCLASSIFIED + "') END";
    }

    /** All requests of a time. */
    public static LedgerFilter between(long fromMillis, long toMillis) {
        return new LedgerFilter(fromMillis, toMillis, null, null);
    }
}
