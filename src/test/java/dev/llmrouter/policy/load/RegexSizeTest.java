package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimate may be coarse, but brackets that are no groups must not hide a repetition from it. */
class RegexSizeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "(([)]a{100}){100}){100}",
                "(([]())]a{100}){100}){100}",
                "(([^])]a{100}){100}){100}",
                "(([[:alpha:])]a{100}){100}){100}",
                "((\\)a{100}){100}){100}",
                "((\\Q)\\Ea{100}){100}){100}",
                "((?:a{2,100}){100,}){100}",
            })
    void seesNestedRepetitions(String regex) {
        assertThat(RegexSize.of(regex)).isGreaterThan(RegexSize.MAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "(", ")", "[", "[^", "[]", "\\", "\\Q", "{", "a{", "a{2", "{3}", "[[:", "(?i)\\binvoice\\b"})
    void takesOddEndingsAsSmall(String regex) {
        assertThat(RegexSize.of(regex)).isBetween(0L, 20L);
    }

    @Test
    void countsAPlainRepetition() {
        assertThat(RegexSize.of("a{1000}")).isEqualTo(1_000);
        assertThat(RegexSize.of("(ab){3}")).isEqualTo(9);
    }
}
