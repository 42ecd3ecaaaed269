package dev.llmrouter.record.ledger;

import dev.llmrouter.chat.Usage;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link LedgerRouting} reads, of chat requests whose rows were deleted: from the sums, which stay longer. Sums do
 * not say what a caller asked for, what was lifted or escalated, and what the answers' tokens were by size: none of these
 * requests counts as such, and none is {@link RoutedSums#counted}. Changes nothing. Not safe for use by many threads.
 */
public final class LedgerEarlier {
    private static final String SUMS = """
            SELECT COALESCE(NULLIF(task, ''), 'unclassified') AS task, COALESCE(NULLIF(tier, ''), 'none') AS tier,
              COALESCE(NULLIF(model, ''), 'none') AS model,
              SUM(CASE WHEN shadow THEN 0 ELSE requests END) AS requests,
              SUM(CASE WHEN shadow THEN 0 ELSE failed END) AS failed,
              SUM(CASE WHEN shadow THEN 0 ELSE cost_micro_usd END) AS cost_high,
              SUM(CASE WHEN shadow THEN 0 ELSE cost_rest_pico_usd END) AS cost_low,
              SUM(CASE WHEN shadow THEN 0 ELSE unknown_costs END) AS unknown_costs,
              SUM(CASE WHEN shadow THEN 0 ELSE classifier_micro_usd END) AS classifier_high,
              SUM(CASE WHEN shadow THEN 0 ELSE classifier_rest_pico_usd END) AS classifier_low,
              SUM(comparable) AS comparable,
              SUM(comparable_cost_micro_usd) AS served_high, SUM(comparable_cost_rest_pico_usd) AS served_low,
              SUM(comparable_baseline_micro_usd) AS premium_high, SUM(comparable_baseline_rest_pico_usd) AS premium_low,
              SUM(judged) AS judged, SUM(useful) AS useful,
              SUM(CASE WHEN shadow THEN cost_micro_usd ELSE 0 END + judge_micro_usd) AS comparing_high,
              SUM(CASE WHEN shadow THEN cost_rest_pico_usd ELSE 0 END + judge_rest_pico_usd) AS comparing_low,
              SUM(CASE WHEN shadow THEN unknown_costs ELSE unknown_judges END) AS unknown_comparing
            FROM %s WHERE operation <> 'embeddings' GROUP BY 1, 2, 3 HAVING SUM(requests) <> 0 ORDER BY 1, 2, 3""";

    private static final String COLUMNS = "task, tier, model, operation, shadow, requests, failed, cost_micro_usd,"
            + " cost_rest_pico_usd, unknown_costs, classifier_micro_usd, classifier_rest_pico_usd, comparable,"
            + " comparable_cost_micro_usd, comparable_cost_rest_pico_usd, comparable_baseline_micro_usd,"
            + " comparable_baseline_rest_pico_usd, judged, useful, judge_micro_usd, judge_rest_pico_usd,"
            + " unknown_judges";

    private final LedgerSnapshots snapshots;
    private final LedgerShape shape;

    LedgerEarlier(LedgerSnapshots snapshots, LedgerShape shape) {
        this.snapshots = snapshots;
        this.shape = shape;
    }

    /**
     * One way with all that was paid for it.
     *
     * @param extras without retries and escalations, which stay within the cost of the sums; shadows stand at the tier and model
     *     that were asked in shadow
     */
    public record Way(RoutedSums sums, RoutingExtras extras) {}

    /** All ways of a time, by task, tier and model. */
    public List<Way> ways(LedgerFilter filter) throws SQLException {
        return snapshots.read(connection -> {
            List<Way> all = new ArrayList<>();
            LedgerSource source = LedgerSource.of(connection, shape, filter, LedgerSource.Grain.DAYS, COLUMNS);
            try (PreparedStatement query = connection.prepareStatement(SUMS.formatted(source.sql()))) {
                source.set(query, 1);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        all.add(way(row));
                    }
                }
            }
            return all;
        });
    }

    private static Way way(ResultSet row) throws SQLException {
        String task = row.getString("task");
        String tier = row.getString("tier");
        String model = row.getString("model");
        BigDecimal served = LedgerTraffic.sum(row, "served");
        return new Way(
                new RoutedSums(
                        task,
                        tier,
                        model,
                        false,
                        false,
                        false,
                        false,
                        false,
                        false,
                        0,
                        row.getLong("requests"),
                        row.getLong("failed"),
                        LedgerTraffic.sum(row, "cost"),
                        row.getLong("unknown_costs"),
                        row.getLong("judged"),
                        row.getLong("useful"),
                        row.getLong("comparable"),
                        served,
                        LedgerTraffic.sum(row, "premium"),
                        LedgerTraffic.sum(row, "classifier").min(served), // it is of all requests, not of these alone
                        0,
                        new Usage(0, 0, 0, 0, 0, false),
                        BigDecimal.ZERO),
                new RoutingExtras(
                        task,
                        tier,
                        model,
                        BigDecimal.ZERO,
                        BigDecimal.ZERO,
                        BigDecimal.ZERO,
                        LedgerTraffic.sum(row, "comparing"),
                        row.getLong("unknown_comparing")));
    }
}
