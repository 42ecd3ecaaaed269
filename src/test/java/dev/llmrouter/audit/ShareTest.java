package dev.llmrouter.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
    /** Bounds as R's prop.test(x, n, correct=FALSE) gives them. */
    @ParameterizedTest
    @CsvSource({
        "8, 10, 0.4901625, 0.9433178",
        "0, 10, 0, 0.2775328",
        "10, 10, 0.7224672, 1",
        "50, 100, 0.4038315, 0.5961685"
    })
    void wilsonsInterval(long hits, long n, double low, double high) {
        Share share = Share.of(hits, n);

        assertThat(share.low()).isCloseTo(low, within(1e-6));
        assertThat(share.high()).isCloseTo(high, within(1e-6));
        assertThat(share.mean()).isBetween(share.low(), share.high());
    }

    /** 95 % intervals that do not touch are too little for who looks every day. */
    @ParameterizedTest
    @CsvSource({"240, false", "215, true"})
    void isBelowAnotherWhereThatHoldsForDailyLooks(long hits, boolean expected) {
        Share share = Share.of(hits, 300);
        Share other = Share.of(270, 300);

        assertThat(share.high()).isLessThan(other.low());
        assertThat(share.isBelow(other, 0)).isEqualTo(expected);
        assertThat(share.isBelow(other, 0.15)).isFalse();
    }
}
