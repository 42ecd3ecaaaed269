package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What calls add up to. Null is what one side does not tell, which is compared with nothing.
 *
 * @param inputTokens cached ones included
 * @param cachedInputTokens of these, read from the provider's cache
 * @param costUsd exact; of the calls whose cost is known
 * @param unknownCosts calls whose cost is not known
 */
public record Billed(
        @Nullable Long requests,
        @Nullable Long inputTokens,
        @Nullable Long cachedInputTokens,
        @Nullable Long outputTokens,
        @Nullable BigDecimal costUsd,
        long unknownCosts) {
    /** No calls, of which everything is known. */
    static final Billed NOTHING = new Billed(0L, 0L, 0L, 0L, BigDecimal.ZERO, 0);

    /** Both together. */
    Billed plus(Billed other) {
        return new Billed(
                sum(requests, other.requests),
                sum(inputTokens, other.inputTokens),
                sum(cachedInputTokens, other.cachedInputTokens),
                sum(outputTokens, other.outputTokens),
                costUsd == null || other.costUsd == null ? null : costUsd.add(other.costUsd),
                unknownCosts + other.unknownCosts);
    }

    private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        return one == null || other == null ? null : Long.valueOf(Math.addExact(one, other));
    }
}
