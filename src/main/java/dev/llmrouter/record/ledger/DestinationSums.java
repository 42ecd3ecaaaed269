package dev.llmrouter.record.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of one task that one tier served add up to. Sums are of the known amounts, in USD, exact.
 *
 * @param task null for those that were not recognised; {@value LedgerFilter#EMBEDDINGS} for vectors
 * @param tier null for those that nobody was chosen for
 * @param requests without shadow requests
 * @param failed of these, those that nobody got a whole, usable answer to: any outcome but {@code ok}
 * @param costUsd of all attempts, those of shadow requests and of judges of collected evidence included
 * @param comparingUsd part of {@code costUsd}: shadow requests, and judges of collected evidence
 * @param unknownCosts requests, shadow ones included, and judgements, whose cost is not known and so not in {@code costUsd}
 * @param isCostKnown whether the cost of any of these requests, shadow ones included, or of a judge of them is known
 * @param baselineCostUsd what the same tokens would have cost at the baseline tier
 * @param comparable requests whose cost and baseline cost are both known
 * @param comparableCostUsd cost of these
 * @param comparableBaselineUsd baseline cost of these
 * @param judged requests with feedback or a checked output
 * @param useful of these, those whose last feedback says so, or that passed the check and have no feedback
 * @param latency how long answers took, shadow requests left out; null if not known of all
 */
public record DestinationSums(
        @Nullable String task,
        @Nullable String tier,
        long requests,
        long failed,
        BigDecimal costUsd,
        BigDecimal comparingUsd,
        long unknownCosts,
        boolean isCostKnown,
        BigDecimal baselineCostUsd,
        long comparable,
        BigDecimal comparableCostUsd,
        BigDecimal comparableBaselineUsd,
        long judged,
        long useful,
        @Nullable LatencyBins latency) {}
