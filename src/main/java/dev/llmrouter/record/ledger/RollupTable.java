package dev.llmrouter.record.ledger;

import java.util.List;

/** The tables of sums, the shortest rows first; in all of them {@code bucket_ms} is the start of a row, in UTC. */
enum RollupTable {
    /** Of the latest {@link #MINUTES_KEPT_MILLIS} alone: for the last hour, which may have millions of requests. */
    MINUTES("llm_minute", 60_000, LedgerContribution.KEYS),
    TASK_MINUTES("llm_task_minute", 60_000, LedgerContribution.TASK_KEYS),
    HOURS("llm_hour", 3_600_000, LedgerContribution.KEYS),
    /** Where nobody asks for provider, caller or policy: far fewer rows. */
    TASK_HOURS("llm_task_hour", 3_600_000, LedgerContribution.TASK_KEYS),
    DAYS("llm_day", 86_400_000, LedgerContribution.KEYS),
    TASK_DAYS("llm_task_day", 86_400_000, LedgerContribution.TASK_KEYS);

    /** Minutes before this, counted from the newest one, are deleted, and are not written any more. In ms. */
    static final long MINUTES_KEPT_MILLIS = HOURS.length * 3;

    /** Minutes within this, counted from the newest one, are read: an hour less, so that none goes while it is read. */
    static final long MINUTES_READ_MILLIS = HOURS.length * 2;

    private final String table;
    private final long length;

    @SuppressWarnings("ImmutableEnumChecker") // of List.of
    private final List<String> keys;

    RollupTable(String table, long lengthMillis, List<String> keys) {
        this.table = table;
        this.length = lengthMillis;
        this.keys = keys;
    }

    String table() {
        return table;
    }

    /** How long a row is, in ms. */
    long length() {
        return length;
    }

    /** Start of the row in which a time lies, in ms. */
    long startOf(long millis) {
        return Math.floorDiv(millis, length) * length;
    }

    /** What its rows are told apart by, beside their time. */
    List<String> keys() {
        return keys;
    }

    /** Whether it keeps only the latest {@link #MINUTES_KEPT_MILLIS}. */
    boolean isOfMinutes() {
        return length == MINUTES.length;
    }

    boolean has(List<String> columns) {
        return columns.stream()
                .allMatch(each ->
                        each.equals("bucket_ms") || keys.contains(each) || LedgerContribution.MEASURES.contains(each));
    }
}
