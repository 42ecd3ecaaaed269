package dev.llmrouter.record.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicoUsdTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "0.000000000001", "0.0000138", "1", "9223372.036854775807"})
    void isExactBothWays(String usd) {
        long pico = Objects.requireNonNull(PicoUsd.of(new BigDecimal(usd)));

        assertThat(PicoUsd.toUsd(pico)).isEqualByComparingTo(usd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0000000000001", "9223372.036854775808"})
    void refusesToRound(String usd) {
        assertThatThrownBy(() -> PicoUsd.of(new BigDecimal(usd)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining(usd)
                .hasMessageContaining("6 decimals");
    }

    @Test
    void unknownStaysUnknown() {
        assertThat(PicoUsd.of(null)).isNull();
    }
}
