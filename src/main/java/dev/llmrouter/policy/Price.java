package dev.llmrouter.policy;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in USD per million tokens, each 0 or more.
 *
 * @param cachedInput for input tokens read from the provider's cache; null if unknown
 * @param cacheWrite for input tokens written to the provider's cache; null if unknown
 * @param asOf the day this price was read from the provider; null if the policy does not say
 * @param source where it was read; null if the policy does not say
 */
public record Price(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal cachedInput,
        @Nullable BigDecimal cacheWrite,
        @Nullable LocalDate asOf,
        @Nullable String source) {}
