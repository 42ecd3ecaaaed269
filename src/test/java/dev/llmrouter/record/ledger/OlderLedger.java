package dev.llmrouter.record.ledger;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** Takes a ledger back to what it was before its last migrations. A new migration has a line here. */
public final class OlderLedger {
    private static final int FIRST = 5;
    private static final List<List<String>> UNDOING = List.of(
            List.of(
                    "DROP TABLE llm_day",
                    "DROP TABLE llm_hour",
                    "DROP INDEX llm_feedback_unknown",
                    "ALTER TABLE llm_feedback DROP COLUMN request_known"),
            List.of("ALTER TABLE llm_pair DROP COLUMN probability"),
            List.of("ALTER TABLE llm_request DROP COLUMN response_model", "DROP TABLE llm_model_version"),
            Stream.concat(
                            Stream.of("DROP TABLE llm_minute", "DROP TABLE llm_task_day", "DROP TABLE llm_task_hour"),
                            LatencyBins.COLUMNS.stream()
                                    .flatMap(column -> Stream.of(
                                            "ALTER TABLE llm_hour DROP COLUMN " + column,
                                            "ALTER TABLE llm_day DROP COLUMN " + column)))
                    .toList(),
            List.of("DROP TABLE llm_task_minute"),
            List.of("ALTER TABLE llm_pair DROP COLUMN input_hash"),
            List.of("ALTER TABLE llm_pair DROP COLUMN judged"),
            List.of(
                    "ALTER TABLE llm_pair DROP COLUMN prices",
                    "ALTER TABLE llm_route_change DROP COLUMN definition",
                    "ALTER TABLE llm_route_change DROP COLUMN candidate_version",
                    "ALTER TABLE llm_route_change DROP COLUMN baseline_version"),
            List.of(
                    "ALTER TABLE llm_pair DROP COLUMN baseline_cost_pico_usd",
                    "ALTER TABLE llm_pair DROP COLUMN baseline_batched"),
            List.of("DROP TABLE llm_pair_begun"));

    private OlderLedger() {}

    /**
     * @param ledger a statement in it
     * @param version of the last migration that stays, 4 or later
     */
    public static void backTo(int version, Statement ledger) throws SQLException {
        int newest = FIRST + UNDOING.size() - 1;
        if (newest != Integer.parseInt(LedgerMigrations.newest()) || version < FIRST - 1) {
            throw new IllegalStateException("nothing here undoes all that came after migration " + version);
        }
        for (int migration = newest; migration > version; migration--) {
            for (String sql : UNDOING.get(migration - FIRST)) {
                ledger.execute(sql);
            }
            ledger.execute("DELETE FROM llm_router_schema_history WHERE version = '" + migration + "'");
        }
    }
}
