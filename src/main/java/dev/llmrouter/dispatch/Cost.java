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
     * whole cost unknown.
     *
     * @return null if the price or the usage is unknown
     */
    public static @Nullable BigDecimal of(@Nullable Price price, @Nullable Usage usage) {
        if (price == null || usage == null) {
            return null;
        }
        long plain = Math.max(0, usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens());
        BigDecimal cached = part(price.cachedInput(), usage.cachedInputTokens());
        BigDecimal written = part(price.cacheWrite(), usage.cacheWriteTokens());
        if (cached == null || written == null) {
            return null;
        }
        return price.input()
                .multiply(BigDecimal.valueOf(plain))
                .add(price.output().multiply(BigDecimal.valueOf(usage.outputTokens())))
                .movePointLeft(PER_MILLION)
                .add(cached)
                .add(written)
                .stripTrailingZeros();
    }

    private static @Nullable BigDecimal part(@Nullable BigDecimal price, long tokens) {
        if (tokens == 0) {
            return BigDecimal.ZERO;
        }
        return price == null ? null : price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(PER_MILLION);
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
