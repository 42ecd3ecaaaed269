package dev.llmrouter.evaluate.live;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What calls would take, model by model, before any is made. Not safe for use by many threads. */
public final class Estimate {
    private final Map<String, Row> rows = new LinkedHashMap<>();

    /**
     * The calls to one model.
     *
     * @param inputTokens estimate
     * @param mostOutputTokens if every answer were as long as it may be
     * @param leastUsd price of the estimated input alone; null if the model has no price
     * @param mostUsd price of most input and most output; null if the model has no price
     */
    public record Row(
            String model,
            boolean isSimulated,
            long calls,
            long inputTokens,
            long mostOutputTokens,
            @Nullable BigDecimal leastUsd,
            @Nullable BigDecimal mostUsd) {
        private Row plus(Row other) {
            return new Row(
                    model,
                    isSimulated,
                    calls + other.calls,
                    inputTokens + other.inputTokens,
                    mostOutputTokens + other.mostOutputTokens,
                    sum(leastUsd, other.leastUsd),
                    sum(mostUsd, other.mostUsd));
        }
    }

    private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null || other == null ? null : one.add(other);
    }

    /** Counts one more call. */
    public void add(Question question) {
        Row one = new Row(
                question.model(),
                question.isSimulated(),
                1,
                question.inputTokens(),
                question.mostOutputTokens(),
                question.leastUsd(),
                question.mostUsd());
        rows.merge(question.model(), one, Row::plus);
    }

    /** One row a model, in the order in which they were first needed. */
    public Collection<Row> rows() {
        return rows.values();
    }

    public long calls() {
        return rows.values().stream().mapToLong(Row::calls).sum();
    }

    /** USD of all input alone; null if a model has no price. */
    public @Nullable BigDecimal leastUsd() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Row row : rows.values()) {
            sum = sum(sum, row.leastUsd());
        }
        return sum;
    }

    /** USD that the calls cost at most; null if a model has no price. */
    public @Nullable BigDecimal mostUsd() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Row row : rows.values()) {
            sum = sum(sum, row.mostUsd());
        }
        return sum;
    }
}
