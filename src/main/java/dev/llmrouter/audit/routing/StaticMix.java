package dev.llmrouter.audit.routing;

import dev.llmrouter.record.ledger.RoutedSums;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What routing is worth above a coin: a fixed share of each task's requests, drawn at random, goes to the baseline and the
 * rest to the model that serves the task cheaply, so that the whole costs as much as routing did. Only tasks whose loss of
 * quality is known are compared, each with the same loss for all of its requests.
 *
 * @param requests that are compared
 * @param premiumShare share that the mix sends to the baseline, 0 to 1
 * @param routedLoss quality that routing lost against always asking the baseline, as a share of outputs
 * @param mixedLoss the same of the mix
 */
public record StaticMix(long requests, double premiumShare, double routedLoss, double mixedLoss) {
    /** One task of the comparison. @param cheap served below the baseline; {@code gap} of the model that served most of it */
    record Part(long cheap, long premium, BigDecimal premiumUsd, BigDecimal servedUsd, double gap, double cheapUsd) {}

    /** @return null if nothing can be compared, or the cheap models are not cheaper */
    static @Nullable StaticMix of(List<Part> parts) {
        long requests = 0;
        double loss = 0;
        double routed = 0;
        BigDecimal premium = BigDecimal.ZERO;
        BigDecimal served = BigDecimal.ZERO;
        double cheap = 0;
        for (Part part : parts) {
            long n = part.cheap() + part.premium();
            requests += n;
            loss -= part.gap() * n;
            routed -= part.gap() * part.cheap();
            premium = premium.add(part.premiumUsd());
            served = served.add(part.servedUsd());
            cheap += part.cheapUsd();
        }
        double span = premium.round(MathContext.DECIMAL64).doubleValue() - cheap;
        if (requests == 0 || span <= 0) {
            return null;
        }
        double share = Math.max(0, Math.min(1, (served.doubleValue() - cheap) / span));
        return new StaticMix(requests, share, routed / requests, (1 - share) * loss / requests);
    }

    /** Cost of all of a task's requests at its cheap model, from those that it served. */
    static double cheapUsd(List<RoutedSums> cheap, long all) {
        long n = cheap.stream().mapToLong(RoutedSums::comparable).sum();
        double usd = cheap.stream()
                .mapToDouble(sums -> sums.servedUsd().doubleValue())
                .sum();
        return n == 0 ? 0 : usd / n * all;
    }
}
