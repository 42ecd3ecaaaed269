package dev.llmrouter.policy;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in USD per million tokens, each 0 or more.
 *
 * @param cachedInput for input tokens read from the provider's cache; null if unknown
 * @param cacheWrite for input tokens written to the provider's cache; null if unknown
 * @param cacheWriteHour for input tokens written to a cache that keeps them for an hour; null if unknown
 * @param batch what all of these are multiplied by in the provider's batch API, above 0 to 1; null if unknown
 * @param upTo input tokens of a request up to which these prices hold; what a longer one costs is unknown; null if they hold
 *     for any
 * @param asOf the day this price was read from the provider; null if the policy does not say
 * @param source where it was read; null if the policy does not say
 */
public record Price(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal cachedInput,
        @Nullable BigDecimal cacheWrite,
        @Nullable BigDecimal cacheWriteHour,
        @Nullable BigDecimal batch,
        @Nullable Integer upTo,
        @Nullable LocalDate asOf,
        @Nullable String source) {
    private static final BigDecimal INPUT_PER_OUTPUT = BigDecimal.valueOf(3);

    /** A price for single calls of any length; what a batch or an hour in the cache costs is unknown. */
    public Price(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable LocalDate asOf,
            @Nullable String source) {
        this(input, output, cachedInput, cacheWrite, null, null, null, asOf, source);
    }

    /** Whether some request costs less than at the other price, be it one of much input or one of much output. */
    public boolean isBelow(Price other) {
        return input.compareTo(other.input) < 0 || output.compareTo(other.output) < 0;
    }

    /** One figure to put models in order: USD for three million tokens of input and one of output. Assumption: typical requests are so. */
    public static BigDecimal blended(BigDecimal input, BigDecimal output) {
        return input.multiply(INPUT_PER_OUTPUT).add(output);
    }

    /** These prices for the tokens of many requests together, whose sum says nothing about the length of each. */
    public Price ofSums() {
        return new Price(input, output, cachedInput, cacheWrite, cacheWriteHour, batch, null, asOf, source);
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
                cacheWriteHour == null ? null : cacheWriteHour.multiply(batch),
                null,
                upTo,
                asOf,
                source);
    }
}
