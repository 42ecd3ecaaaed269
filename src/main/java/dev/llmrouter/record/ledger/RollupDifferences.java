package dev.llmrouter.record.ledger;

import java.util.HashMap;
import java.util.Map;

/** By how much rows of roll-ups change: whole numbers, which add up to the same in any order. */
final class RollupDifferences {
    private final Map<RollupRow, long[]> minutes = new HashMap<>();

    /** @param row of a minute, by all keys @param sign 1 to add, -1 to take away */
    void add(RollupRow row, long[] measures, int sign) {
        long[] sums = minutes.computeIfAbsent(row, any -> new long[measures.length]);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += sign * measures[i];
        }
    }

    /** Rows of a table that change at all. */
    Map<RollupRow, long[]> of(RollupTable table) {
        Map<RollupRow, long[]> rows = new HashMap<>();
        minutes.forEach((row, measures) -> {
            long[] sums = rows.computeIfAbsent(row.in(table), any -> new long[measures.length]);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += measures[i];
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
