package dev.llmrouter.dispatch;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tokens cost, exactly: decimal arithmetic, nothing rounded, and unknown stays unknown. */
public final class Cost {
    private static final int PER_MILLION = 6;

    private Cost() {}

    /**
     * The price of a call in USD.
     *
     * <p>input - cached - written tokens at the input price, cached ones and those written to the cache at theirs, all
     * output at the output price (reasoning is part of the output). A token kind that occurs and has no price makes the
     * whole cost unknown; so do a request that is longer than the price holds for, and a service that tokens do not pay for.
     *
     * @return null if the price or the usage is unknown
     */
    public static @Nullable BigDecimal of(@Nullable Price price, @Nullable Usage usage) {
        if (price == null || usage == null || whyUnknown(price, usage) != null) {
            return null;
        }
        long plain = Math.max(0, usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens());
        return price.input()
                .multiply(BigDecimal.valueOf(plain))
                .add(price.output().multiply(BigDecimal.valueOf(usage.outputTokens())))
                .movePointLeft(PER_MILLION)
                .add(part(price.cachedInput(), usage.cachedInputTokens()))
                .add(part(price.cacheWrite(), usage.cacheWriteTokens() - usage.cacheWriteHourTokens()))
                .add(part(price.cacheWriteHour(), usage.cacheWriteHourTokens()))
                .stripTrailingZeros();
    }

    /** Why this price does not say what the call cost, for people; null if it does, or if one of the two is unknown. */
    public static @Nullable String whyUnknown(@Nullable Price price, @Nullable Usage usage) {
        if (price == null || usage == null) {
            return null;
        }
        if (usage.unpriced() != null) {
            return "cost is unknown: prices of tokens do not cover " + usage.unpriced();
        }
        Integer upTo = price.upTo();
        if (upTo != null && usage.inputTokens() > upTo) {
            return "cost is unknown: " + usage.inputTokens() + " input tokens are more than price.upTo, " + upTo;
        }
        String missing = usage.cachedInputTokens() > 0 && price.cachedInput() == null
                ? "cachedInput"
                : usage.cacheWriteTokens() > usage.cacheWriteHourTokens() && price.cacheWrite() == null
                        ? "cacheWrite"
                        : usage.cacheWriteHourTokens() > 0 && price.cacheWriteHour() == null ? "cacheWriteHour" : null;
        return missing == null
                ? null
                : "cost is unknown: there were such tokens, and price." + missing + " is not given";
    }

    private static BigDecimal part(@Nullable BigDecimal price, long tokens) {
        return price == null || tokens == 0
                ? BigDecimal.ZERO
                : price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(PER_MILLION);
    }

    /** What calls cost together; null if the cost of one is unknown. */
    public static @Nullable BigDecimal sum(List<Attempt> calls) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Attempt call : calls) {
            sum = sum(sum, call.costUsd());
        }
        return sum;
    }

    /** The sum; null if either is unknown. */
    public static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null || other == null ? null : one.add(other).stripTrailingZeros();
    }
}
