package dev.llmrouter.record.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as a person looks at it.
 *
 * @param task null where none was recognised
 * @param costUsd null where unknown
 * @param baselineCostUsd null where unknown
 * @param durationMillis null where a batch of a provider answered
 * @param reasons of the decision, in sentences
 * @param attempts one line for each call to a provider
 */
public record RecentRequest(
        String id,
        Instant time,
        @Nullable String caller,
        @Nullable String task,
        @Nullable String source,
        @Nullable Double confidence,
        @Nullable String tier,
        @Nullable String model,
        @Nullable BigDecimal costUsd,
        @Nullable BigDecimal baselineCostUsd,
        @Nullable String evidence,
        @Nullable String verify,
        String outcome,
        boolean simulated,
        @Nullable Long durationMillis,
        List<String> reasons,
        List<String> attempts) {
    public RecentRequest {
        reasons = List.copyOf(reasons);
        attempts = List.copyOf(attempts);
    }
}
