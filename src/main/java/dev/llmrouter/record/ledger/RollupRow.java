package dev.llmrouter.record.ledger;

import java.util.ArrayList;
import java.util.List;

/** What a row of a roll-up is told apart by. @param bucketMillis its start @param keys values of its table's keys */
record RollupRow(long bucketMillis, List<Object> keys) {
    /** The row of another table that this one, of a minute and all keys, is part of. */
    RollupRow in(RollupTable table) {
        List<Object> kept = keys;
        if (table.keys().size() < keys.size()) {
            kept = new ArrayList<>();
            for (String key : table.keys()) {
                kept.add(keys.get(LedgerContribution.KEYS.indexOf(key)));
            }
        }
        return new RollupRow(bucketMillis / table.length() * table.length(), kept);
    }
}
