package dev.llmrouter.audit;

import dev.llmrouter.record.ledger.LatencyBins;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How one task fared at one tier.
 *
 * @param task {@code unclassified} where none was recognised
 * @param tier {@code none} where nobody was chosen
 * @param requests shadow requests not counted
 * @param costUsd known costs of all attempts, those of shadow requests and of judges included
 * @param baselineCostUsd what the same tokens would have cost at the baseline tier, where that is known
 * @param useful of the judged, those that passed
 * @param judged requests with feedback or a checked output
 * @param costPerUsefulUsd {@code costUsd / useful}, to 1e-12 USD: all costs in, only outputs known to be useful out; null
 *     if none is
 * @param quality share of useful outputs among the judged; null if none was judged
 * @param latency how long the answers took; null if not known of all
 */
public record Destination(
        String task,
        String tier,
        long requests,
        BigDecimal costUsd,
        BigDecimal baselineCostUsd,
        long useful,
        long judged,
        @Nullable BigDecimal costPerUsefulUsd,
        @Nullable Share quality,
        @Nullable LatencyBins latency) {}
