package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BetasTest {
    @ParameterizedTest
    @CsvSource({"context-management-2025-06-27, context-management-2025-06-27", "'a-1, b_2 ,c.3', 'a-1,b_2,c.3'"})
    void plainNamesAreCarried(String header, String carried) {
        assertThat(Betas.of(header)).isEqualTo(carried);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "a,,b", "a b", "a;b", "a\r\nx-api-key: b", "a:b", "ä", "[a, b]"})
    void anythingElseIsLeftOutAsAWhole(String header) {
        assertThat(Betas.of(header)).isNull();
    }

    @Test
    void aLongValueIsLeftOut() {
        assertThat(Betas.of("a".repeat(Betas.LONGEST))).hasSize(Betas.LONGEST);
        assertThat(Betas.of("a".repeat(Betas.LONGEST + 1))).isNull();
        assertThat(Betas.of(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"'a, b', 'b,c', 'a,b,c'", "-, 'b,b,c', 'b,c'", "a, -, a", "-, -, -"})
    void thePolicysNamesComeFirstAndEachOnce(@Nullable String policy, @Nullable String caller, @Nullable String sent) {
        assertThat(Betas.joined(policy, caller)).isEqualTo(sent);
    }
}
