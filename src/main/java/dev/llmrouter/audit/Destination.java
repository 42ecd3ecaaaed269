package dev.llmrouter.audit;

import dev.llmrouter.record.ledger.LatencyBins;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How one task fared at one tier.
 *
 * @param task {@code unclassified} where none was recognised, {@code embeddings} for vectors, whatever they were sent for
 * @param tier {@code none} where nobody was chosen, and for vectors
 * @param requests shadow requests not counted
 * @param failed of these, those that nobody got a whole, usable answer to: any outcome but {@code ok}
 * @param costUsd known costs of all attempts, those of shadow requests and of judges included; null if none is known
 * @param unknownCosts requests and judgements whose cost is not in {@code costUsd}
 * @param baselineCostUsd what the same tokens would have cost at the baseline tier, where that is known; null if it is of none
 * @param useful of the judged, those that passed
 * @param judged requests with feedback or a checked output
 * @param costPerUsefulUsd {@code costUsd / useful}, to 1e-12 USD: all known costs in, only outputs known to be useful out; at
 *     least this where there are unknown costs; null if no cost or no useful output is known
 * @param quality share of useful outputs among the judged; null if none was judged
 * @param latency how long the answers took; null if not known of all
 */
public record Destination(
        String task,
        String tier,
        long requests,
        long failed,
        @Nullable BigDecimal costUsd,
        long unknownCosts,
        @Nullable BigDecimal baselineCostUsd,
        long useful,
        long judged,
        @Nullable BigDecimal costPerUsefulUsd,
        @Nullable Share quality,
        @Nullable LatencyBins latency) {}
