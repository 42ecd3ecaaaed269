package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Share;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one task fared at one model of one tier.
 *
 * @param task {@code unclassified} where none was recognised
 * @param tier {@code none} where nobody was chosen
 * @param model {@code none} where nobody answered
 * @param requests without shadow requests
 * @param failed of these, those that nobody got a whole, usable answer to: any outcome but {@code ok}
 * @param costUsd known costs of all calls, shadows and judges included; null if none is known
 * @param unknownCosts requests, and pairs of a shadow and its judge, whose cost is not whole in {@code costUsd}
 * @param costPerUsefulUsd {@code costUsd / useful}, at least this where there are unknown costs; null if no cost or no useful
 *     output is known
 * @param useful share among the judged outputs; null if none was judged
 * @param gap quality against the baseline; null if they were never compared, or this is the baseline
 * @param margin loss of quality that the policy accepts; null if it does not say
 * @param drift what has changed in the time, by task and tier
 */
public record RoutedDestination(
        String task,
        String tier,
        String model,
        long requests,
        long failed,
        @Nullable BigDecimal costUsd,
        long unknownCosts,
        @Nullable BigDecimal costPerUsefulUsd,
        @Nullable Share useful,
        @Nullable QualityGap gap,
        @Nullable BigDecimal margin,
        EvidenceAge evidence,
        Savings savings,
        List<DriftEvent> drift) {
    public RoutedDestination {
        drift = List.copyOf(drift);
    }

    /**
     * Whether its quality is shown to be below what the policy accepts, also to whoever looks every day; a worst case may be
     * ({@link QualityGap#isWorstCase}).
     */
    public boolean isBelowMargin() {
        return gap != null && margin != null && gap.surelyBelow() < -margin.doubleValue();
    }
}
