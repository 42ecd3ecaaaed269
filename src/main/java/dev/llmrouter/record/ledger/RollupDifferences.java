package dev.llmrouter.record.ledger;

import java.util.HashMap;
import java.util.Map;

/** By how much rows of roll-ups change: whole numbers, which add up to the same in any order. */
final class RollupDifferences {
    private final Map<RollupRow, long[]> minutes = new HashMap<>();
    private final Map<RollupRow, long[]> known = new HashMap<>();

    /** @param row of a minute, by all keys @param sign 1 to add, -1 to take away */
    void add(RollupRow row, long[] measures, int sign) {
        add(minutes, row, measures, sign);
    }

    /** The same of a request that was summed before: it changes nothing where its sum is gone. */
    void addKnown(RollupRow row, long[] measures, int sign) {
        add(known, row, measures, sign);
    }

    private static void add(Map<RollupRow, long[]> to, RollupRow row, long[] measures, int sign) {
        long[] sums = to.computeIfAbsent(row, any -> new long[measures.length]);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += sign * measures[i];
        }
    }

    /** Whether requests that were summed before are among them. */
    boolean haveKnown() {
        return !known.isEmpty();
    }

    /**
     * Rows of a table that change at all.
     *
     * @param sinceMillis start of the oldest row that the table has; {@link Long#MAX_VALUE} for none
     */
    Map<RollupRow, long[]> of(RollupTable table, long sinceMillis) {
        Map<RollupRow, long[]> rows = new HashMap<>();
        minutes.forEach((row, measures) -> add(rows, row.in(table), measures, 1));
        known.forEach((row, measures) -> {
            RollupRow in = row.in(table);
            if (in.bucketMillis() >= sinceMillis) {
                add(rows, in, measures, 1);
            }
        });
        rows.values().removeIf(RollupDifferences::isNothing);
        return rows;
    }

    private static boolean isNothing(long[] measures) {
        for (long measure : measures) {
            if (measure != 0) {
                return false;
            }
        }
        return true;
    }
}
