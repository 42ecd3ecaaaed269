package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselinePriceTest {
    private static final String SMALL = "price: { input: 0.1, cachedInput: 0.05, ";
    private static final String LARGE = "price: { input: 2, cachedInput: 1, ";

    /** A cheaper model's cost is known then, and what is saved by it is not. */
    @ParameterizedTest
    @ValueSource(strings = {"cacheWrite", "cacheWriteHour"})
    void aPriceThatOnlyACheaperModelHasIsReported(String field) {
        String small = Sample.POLICY.replace(
                SMALL, SMALL + "cacheWrite: 0.1, " + (field.equals("cacheWrite") ? "" : field + ": 0.2, "));
        String large = field.equals("cacheWrite") ? small : small.replace(LARGE, LARGE + "cacheWrite: 2, ");
        assertThat(Sample.check(large).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("models.large.price lacks " + field + ", which 'small' has"));
        assertThat(Sample.check(large.replace(LARGE, LARGE + field + ": 4, ")).problems())
                .isEmpty();
    }
}
