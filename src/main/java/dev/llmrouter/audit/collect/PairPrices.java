package dev.llmrouter.audit.collect;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prices of the two models of a pair in words, to tell pairs that were made at others. Those of batches are left out: shadows are single calls. */
public final class PairPrices {
    private static final String NONE = "-";
    private static final String SEPARATORS = "/| against ";
    private static final int FIELDS = 6; // of each model

    private PairPrices() {}

    /** As {@code 0.1/0.05/-/-/0.4/- against 2/1/-/-/8/200000}: input, cachedInput, cacheWrite, cacheWriteHour, output, upTo. */
    public static String of(RoutingPolicy policy, PairQuestion question) {
        return words(policy, question.candidate()) + " against " + words(policy, question.baseline());
    }

    /**
     * Whether what a pair cost, which is known, would be the same at other prices: each is the same, or was not given when the pair was
     * made. Tokens without a price would have left its cost unknown, so there were none.
     *
     * @param then as of {@link #of}
     * @param now as of {@link #of}
     */
    public static boolean isSame(String then, String now) {
        String[] before = then.split(SEPARATORS, -1);
        String[] after = now.split(SEPARATORS, -1);
        if (before.length != 2 * FIELDS || after.length != 2 * FIELDS) {
            return then.equals(now);
        }
        for (int i = 0; i < before.length; i++) {
            boolean isLimit = i % FIELDS == FIELDS - 1;
            if (!before[i].equals(after[i]) && (isLimit || !before[i].equals(NONE))) {
                return false;
            }
        }
        return true;
    }

    /**
     * What a candidate's price is multiplied by where the baseline answered in a batch: its price in batches, where its tier has them and the
     * policy states it, else 1.
     */
    static BigDecimal inBatch(RoutingPolicy policy, Task task, String candidate) {
        return policy.model(candidate)
                .filter(model -> policy.tier(task.tier())
                        .map(tier -> policy.priceInBatch(tier, model))
                        .isPresent())
                .map(Model::price)
                .map(Price::batch)
                .orElse(BigDecimal.ONE);
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
