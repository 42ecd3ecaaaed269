package dev.llmrouter.audit;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * What routing has saved: of requests whose cost and cost at the baseline tier are both known, and less what was spent on comparing. Retries,
 * escalations, classification and checks are part of a request's cost. In USD, exact.
 *
 * @param requests of which both costs are known; shadow requests not counted
 * @param costUsd of these
 * @param baselineUsd what the same tokens would have cost at the baseline tier
 * @param comparingUsd shadow requests, and judges of collected evidence
 */
public record NetSaving(long requests, BigDecimal costUsd, BigDecimal baselineUsd, BigDecimal comparingUsd) {
    static final NetSaving NOTHING = new NetSaving(0, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    /** Negative where routing cost more than it saved. */
    public BigDecimal netUsd() {
        return baselineUsd.subtract(costUsd).subtract(comparingUsd);
    }

    /** {@link #netUsd} over {@link #baselineUsd}; null where the baseline would have cost nothing. */
    public @Nullable Double share() {
        return baselineUsd.signum() == 0
                ? null
                : netUsd().divide(baselineUsd, MathContext.DECIMAL32).doubleValue();
    }

    NetSaving plus(NetSaving other) {
        return new NetSaving(
                requests + other.requests,
                costUsd.add(other.costUsd),
                baselineUsd.add(other.baselineUsd),
                comparingUsd.add(other.comparingUsd));
    }
}
