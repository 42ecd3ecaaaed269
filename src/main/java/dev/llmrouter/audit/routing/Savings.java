package dev.llmrouter.audit.routing;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What routing saved against always asking the baseline, of the requests for which both costs are known; in USD.
 *
 * @param comparable these requests
 * @param premiumUsd what their tokens would have cost at the baseline
 * @param servedUsd what they cost: all calls and the classification
 * @param classifierUsd part of {@code servedUsd}
 * @param retriesUsd part of {@code servedUsd}: calls that failed or were not used
 * @param escalationsUsd part of {@code servedUsd}: outputs that failed their check, before the baseline was asked
 * @param checksUsd part of {@code servedUsd}: calls that checked outputs
 * @param comparingUsd shadows and judges, not in {@code servedUsd}
 * @param errors what more wrong outputs cost; null where quality or the cost of an error is not known, and where only preferences
 *     are
 */
public record Savings(
        long comparable,
        BigDecimal premiumUsd,
        BigDecimal servedUsd,
        BigDecimal classifierUsd,
        BigDecimal retriesUsd,
        BigDecimal escalationsUsd,
        BigDecimal checksUsd,
        BigDecimal comparingUsd,
        @Nullable Errors errors) {
    /** Nothing saved and nothing spent. */
    static final Savings NONE = new Savings(
            0,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            null);

    /**
     * The cost of outputs that were wrong and would have been right at the baseline; negative where there were fewer.
     *
     * @param usd estimate
     * @param lowUsd by the upper bound of quality
     * @param highUsd by the lower bound of quality
     * @param isAtWorst whether some of it counts baselines as right whose answers nobody has seen
     */
    public record Errors(BigDecimal usd, BigDecimal lowUsd, BigDecimal highUsd, boolean isAtWorst) {
        Errors plus(Errors other) {
            return new Errors(
                    usd.add(other.usd),
                    lowUsd.add(other.lowUsd),
                    highUsd.add(other.highUsd),
                    isAtWorst || other.isAtWorst);
        }
    }

    /** Answers alone against answers alone. */
    public BigDecimal grossUsd() {
        return premiumUsd
                .subtract(servedUsd)
                .add(classifierUsd)
                .add(retriesUsd)
                .add(escalationsUsd)
                .add(checksUsd);
    }

    /** After classification, retries, escalations, checks, shadows and judges; the cost of errors where it is known. */
    public BigDecimal netUsd() {
        BigDecimal net = premiumUsd.subtract(servedUsd).subtract(comparingUsd);
        return errors == null ? net : net.subtract(errors.usd());
    }

    Savings plus(Savings other) {
        return new Savings(
                comparable + other.comparable,
                premiumUsd.add(other.premiumUsd),
                servedUsd.add(other.servedUsd),
                classifierUsd.add(other.classifierUsd),
                retriesUsd.add(other.retriesUsd),
                escalationsUsd.add(other.escalationsUsd),
                checksUsd.add(other.checksUsd),
                comparingUsd.add(other.comparingUsd),
                errors == null ? other.errors : other.errors == null ? errors : errors.plus(other.errors));
    }

    /** The same with spending that belongs to no destination. */
    Savings with(BigDecimal moreComparingUsd) {
        return new Savings(
                comparable,
                premiumUsd,
                servedUsd,
                classifierUsd,
                retriesUsd,
                escalationsUsd,
                checksUsd,
                comparingUsd.add(moreComparingUsd),
                errors);
    }
}
