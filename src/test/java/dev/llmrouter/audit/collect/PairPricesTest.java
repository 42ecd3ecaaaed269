package dev.llmrouter.audit.collect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairPricesTest {
    private static final String THEN = "0.1/-/-/-/0.4/200000 against 2/0.2/-/-/8/-";

    @Test
    void aPriceThatWasNotGivenChangesNoCostThatIsKnown() {
        assertThat(PairPrices.isSame(THEN, THEN)).isTrue();
        assertThat(PairPrices.isSame(THEN, "0.1/0.05/-/-/0.4/200000 against 2/0.2/2.5/4/8/-"))
                .isTrue();
    }

    @Test
    void anyOtherPriceMayChangeIt() {
        assertThat(PairPrices.isSame(THEN, "0.2/-/-/-/0.4/200000 against 2/0.2/-/-/8/-"))
                .isFalse();
        assertThat(PairPrices.isSame(THEN, "0.1/-/-/-/0.4/200000 against 2/0.1/-/-/8/-"))
                .isFalse();
        assertThat(PairPrices.isSame(THEN, "0.1/-/-/-/0.4/200000 against 2/-/-/-/8/-"))
                .isFalse();
        assertThat(PairPrices.isSame(THEN, "0.1/-/-/-/0.4/200000 against 2/0.2/-/-/8/100"))
                .isFalse();
        assertThat(PairPrices.isSame(THEN, "0.1/-/-/-/0.4/200000 against -")).isFalse();
        assertThat(PairPrices.isSame("other words", THEN)).isFalse();
    }
}
