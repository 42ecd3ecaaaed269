package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MoneyTest {
    @Test
    void aDifferenceHasNoDigitsThatNobodyPaid() {
        assertThat(Money.ofPreferences(null, 0.3, 0.1).netPerRequest()).isEqualTo(0.2);
        assertThat(Money.ofPreferences(null, 0.0038845, 0.0008845).netPerRequest())
                .isEqualTo(0.003);
    }
}
