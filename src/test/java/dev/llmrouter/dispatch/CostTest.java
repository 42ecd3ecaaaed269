package dev.llmrouter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostTest {
    /** Of claude-sonnet-4-5, an hour in its cache at twice the price of input. */
    private static Price price(@Nullable String hour, @Nullable Integer upTo) {
        return new Price(
                new BigDecimal("3"),
                new BigDecimal("15"),
                new BigDecimal("0.3"),
                new BigDecimal("3.75"),
                hour == null ? null : new BigDecimal(hour),
                new BigDecimal("0.5"),
                upTo,
                null,
                null);
    }

    private static Usage written(long tokens, long hour) {
        return new Usage(tokens, 0, tokens, hour, 0, 0, false, null);
    }

    @Test
    void whatIsKeptForAnHourHasAPriceOfItsOwn() {
        assertThat(Cost.of(price("6", null), written(100_000, 100_000))).isEqualByComparingTo("0.6");
        assertThat(Cost.of(price("6", null), written(100_000, 0))).isEqualByComparingTo("0.375");
        assertThat(Cost.of(price("6", null), written(100_000, 40_000))).isEqualByComparingTo("0.465");
    }

    @Test
    void anHourIsHalfThePriceInABatchToo() {
        Price batch = Objects.requireNonNull(price("6", null).ofBatch());
        assertThat(Cost.of(batch, written(100_000, 100_000))).isEqualByComparingTo("0.3");
    }

    @Test
    void withoutThatPriceTheCostIsUnknownAndSaysWhichPriceIsMissing() {
        assertThat(Cost.of(price(null, null), written(100_000, 1))).isNull();
        assertThat(Cost.whyUnknown(price(null, null), written(100_000, 1))).contains("price.cacheWriteHour");
        assertThat(Cost.of(price(null, null), written(100_000, 0))).isEqualByComparingTo("0.375");
        assertThat(Cost.whyUnknown(price(null, null), written(100_000, 0))).isNull();
    }

    @Test
    void aLongRequestCostsWhatNobodyKnows() {
        assertThat(Cost.of(price(null, 200_000), Usage.of(200_000, 0))).isEqualByComparingTo("0.6");
        assertThat(Cost.of(price(null, 200_000), Usage.of(200_001, 0))).isNull();
        assertThat(Cost.whyUnknown(price(null, 200_000), Usage.of(200_001, 0))).contains("200001", "upTo");
        Price batch = Objects.requireNonNull(price(null, 200_000).ofBatch());
        assertThat(Cost.of(batch, Usage.of(200_001, 0))).isNull();
    }

    @Test
    void whatTokensDoNotPayForMakesTheCostUnknown() {
        Usage searched = Usage.of(1_000, 10).withUnpriced("web search");
        assertThat(Cost.of(price("6", null), searched)).isNull();
        assertThat(Cost.whyUnknown(price("6", null), searched)).contains("web search");
        assertThat(searched.asEstimate().unpriced()).isEqualTo("web search");
    }
}
