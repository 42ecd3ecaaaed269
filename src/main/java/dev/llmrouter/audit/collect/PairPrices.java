package dev.llmrouter.audit.collect;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prices of the two models of a pair in words, to tell pairs that were made at others. Those of batches are left out: pairs are single calls. */
public final class PairPrices {
    private static final String NONE = "-";

    private PairPrices() {}

    /** As {@code 0.1/0.05/-/-/0.4/- against 2/1/-/-/8/200000}: input, cachedInput, cacheWrite, cacheWriteHour, output, upTo. */
    public static String of(RoutingPolicy policy, PairQuestion question) {
        return words(policy, question.candidate()) + " against " + words(policy, question.baseline());
    }

    private static String words(RoutingPolicy policy, String name) {
        Price price = policy.model(name).map(Model::price).orElse(null);
        if (price == null) {
            return NONE;
        }
        return Stream.of(
                                word(price.input()),
                                word(price.cachedInput()),
                                word(price.cacheWrite()),
                                word(price.cacheWriteHour()),
                                word(price.output()))
                        .collect(Collectors.joining("/"))
                + "/" + (price.upTo() == null ? NONE : price.upTo());
    }

    private static String word(@Nullable BigDecimal usd) {
        return usd == null
                ? NONE
                : usd.signum() == 0 ? "0" : usd.stripTrailingZeros().toPlainString();
    }
}
