package dev.llmrouter.record.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One call that a provider may have billed.
 *
 * @param timeMillis when it began, in ms since 1970-01-01T00:00Z
 * @param model the policy's name for it
 * @param provider null for a call that asked for the task, which is booked without one
 * @param inputTokens cached ones included; 0 if unknown
 * @param cachedInputTokens 0 if unknown
 * @param outputTokens 0 if unknown
 * @param costUsd exact; null if unknown
 */
public record LedgerCall(
        long timeMillis,
        String model,
        @Nullable String provider,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        @Nullable BigDecimal costUsd) {}
