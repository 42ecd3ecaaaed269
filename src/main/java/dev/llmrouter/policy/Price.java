package dev.llmrouter.policy;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in USD per million tokens, each 0 or more.
 *
 * @param cachedInput for input tokens read from the provider's cache; null if unknown
 * @param cacheWrite for input tokens written to the provider's cache; null if unknown
 * @param batch what all of these are multiplied by in the provider's batch API, above 0 to 1; null if unknown
 * @param asOf the day this price was read from the provider; null if the policy does not say
 * @param source where it was read; null if the policy does not say
 */
public record Price(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal cachedInput,
        @Nullable BigDecimal cacheWrite,
        @Nullable BigDecimal batch,
        @Nullable LocalDate asOf,
        @Nullable String source) {

    /** A price that holds for single calls; what a batch costs is unknown. */
    public Price(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable LocalDate asOf,
            @Nullable String source) {
        this(input, output, cachedInput, cacheWrite, null, asOf, source);
    }

    /** The price in a batch; null if unknown. */
    public @Nullable Price ofBatch() {
        if (batch == null) {
            return null;
        }
        return new Price(
                input.multiply(batch),
                output.multiply(batch),
                cachedInput == null ? null : cachedInput.multiply(batch),
                cacheWrite == null ? null : cacheWrite.multiply(batch),
                null,
                asOf,
                source);
    }
}
