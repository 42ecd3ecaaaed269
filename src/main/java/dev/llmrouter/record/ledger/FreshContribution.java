package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.RequestRecord;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What new requests add to the roll-ups, from their entries, so that they need not be read again: equal to
 * {@link LedgerContribution} to the last digit, as long as there is neither feedback on them nor a pair. Logarithms are left
 * to the database, because another library's may differ in the last digit. Not safe for use by many threads.
 */
final class FreshContribution {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MICRO = 1_000_000; // pico-USD in a micro-USD, and millionths in a whole

    private static final String LOGARITHMS = """
            SELECT v, CAST(ROUND(l * 1000000) AS BIGINT), CAST(ROUND(l * l * 1000000) AS BIGINT)
            FROM (SELECT g.value AS v, LN(CAST(g.value AS DOUBLE PRECISION)) AS l FROM <given>) q""";

    private final LedgerStatements statements;
    private final boolean isEmbedded;
    private final String logarithms;

    FreshContribution(LedgerStatements statements, boolean isEmbedded) {
        this.statements = statements;
        this.isEmbedded = isEmbedded;
        this.logarithms = LOGARITHMS.replace("<given>", isEmbedded ? "json_each(?) g" : "unnest(?) AS g(value)");
    }

    /** Whether it can be told without the database; of an odd confidence each database makes something else. */
    static boolean canTell(RequestEntry request) {
        Double confidence = request.confidence();
        return confidence == null || confidence >= 0 && confidence <= 1;
    }

    /** Adds requests that {@link #canTell} holds for, each id once. */
    void add(Collection<RequestEntry> requests, RollupDifferences to) throws SQLException {
        if (requests.isEmpty()) {
            return;
        }
        Set<Long> values = new LinkedHashSet<>();
        for (RequestEntry request : requests) {
            if (isPriced(request)) {
                values.add(request.costPicoUsd());
            }
            if (isTimed(request)) {
                values.add(millis(request));
            }
        }
        Map<Long, long[]> logs = logarithms(values);
        for (RequestEntry request : requests) {
            to.add(row(request), measures(request, logs), 1);
        }
    }

    /** Logarithms of numbers and their squares, in millionths. */
    private Map<Long, long[]> logarithms(Set<Long> values) throws SQLException {
        Map<Long, long[]> logs = new HashMap<>();
        if (values.isEmpty()) {
            return logs;
        }
        PreparedStatement statement = statements.of(logarithms);
        if (isEmbedded) {
            statement.setString(1, JSON.valueToTree(values).toString());
        } else {
            statement.setArray(1, statements.connection().createArrayOf("bigint", values.toArray()));
        }
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                logs.put(rows.getLong(1), new long[] {rows.getLong(2), rows.getLong(3)});
            }
        }
        return logs;
    }

    private static RollupRow row(RequestEntry request) {
        long length = RollupTable.MINUTES.length();
        return new RollupRow(
                request.timeMillis() / length * length,
                List.of(
                        text(request.task()),
                        text(request.tier()),
                        text(request.model()),
                        text(request.provider()),
                        text(request.caller()),
                        RequestRecord.operationOf(request.dialect()),
                        request.policy(),
                        request.shadow()));
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }

    private static boolean isOk(RequestEntry request) {
        return request.outcome().equals("ok");
    }

    private static boolean isTimed(RequestEntry request) {
        return isOk(request) && !request.isOfBatch();
    }

    private static boolean isPriced(RequestEntry request) {
        Long cost = request.costPicoUsd();
        return cost != null && cost > 0;
    }

    private static long millis(RequestEntry request) {
        return Math.max(1, request.durationMillis());
    }

    private static long known(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /** In the order of {@link LedgerContribution#MEASURES}. */
    private long[] measures(RequestEntry request, Map<Long, long[]> logs) {
        Values to = new Values();
        Long cost = request.costPicoUsd();
        Long baseline = request.baselineCostPicoUsd();
        boolean isOk = isOk(request);
        boolean isServed = !request.shadow();
        boolean isComparable = isServed && cost != null && baseline != null;
        String verify = request.verify();
        boolean isEscalated = "escalated".equals(verify);
        to.flag(true).flag(!isOk).flag(cost == null).money(cost, true);
        to.money(request.classifierCostPicoUsd(), true);
        to.money(null, false).flag(false); // nobody has judged it
        to.money(baseline, isServed);
        to.flag(isComparable).money(cost, isComparable).money(baseline, isComparable);
        to.flag(isServed && verify != null).flag(isServed && (isEscalated || "passed".equals(verify)));
        to.flag(false).flag(false).flag(isEscalated);
        Long input = request.inputTokens();
        Long output = request.outputTokens();
        to.number(known(input)).number(known(request.cachedInputTokens())).number(known(request.cacheWriteTokens()));
        to.number(known(output)).number(known(request.reasoningTokens()));
        to.flag(input != null && output != null);
        to.number(output == null ? 0 : known(input)).number(input == null ? 0 : known(output));
        to.number(request.durationMillis());
        to.logarithm(isPriced(request) ? logs.get(cost) : null);
        boolean isTimed = isTimed(request);
        to.logarithm(isTimed ? logs.get(millis(request)) : null);
        Double learned = "learned".equals(request.source()) ? request.confidence() : null;
        to.flag(learned != null);
        to.number(learned == null ? 0 : rounded(learned * MICRO));
        to.number(learned == null ? 0 : rounded(learned * learned * MICRO));
        return to.withLatency(isTimed ? LatencyBins.indexOf(request.durationMillis()) : -1);
    }

    /** SQLite rounds a half up, PostgreSQL to the even neighbour. */
    private long rounded(double value) {
        return isEmbedded ? (long) (value + 0.5) : (long) Math.rint(value);
    }

    /** The measures, one after the other. */
    private static final class Values {
        private final long[] all = new long[LedgerContribution.MEASURES.size()];
        private int size;

        Values number(long value) {
            all[size++] = value;
            return this;
        }

        Values flag(boolean value) {
            return number(value ? 1 : 0);
        }

        Values money(@Nullable Long pico, boolean isCounted) {
            long counted = isCounted ? known(pico) : 0;
            return number(counted / MICRO).number(counted % MICRO);
        }

        Values logarithm(long @Nullable [] log) {
            return flag(log != null).number(log == null ? 0 : log[0]).number(log == null ? 0 : log[1]);
        }

        /** @param at class of the duration; -1 for none */
        long[] withLatency(int at) {
            if (at >= 0) {
                all[size + at] = 1;
            }
            return all;
        }
    }
}
