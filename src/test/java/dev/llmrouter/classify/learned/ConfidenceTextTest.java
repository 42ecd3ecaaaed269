package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfidenceTextTest {
    @Test
    void whatIsBelowOneDoesNotReadAsOne() {
        assertThat(ConfidenceText.of(0.25, 3)).isEqualTo("0.250");
        assertThat(ConfidenceText.of(0.9994, 3)).isEqualTo("0.999");
        assertThat(ConfidenceText.of(0.9996, 3)).isEqualTo("0.9996");
        assertThat(ConfidenceText.of(0.9999996, 3)).isEqualTo("0.9999996");
        assertThat(ConfidenceText.of(1, 3)).isEqualTo("1.000");
        assertThat(ConfidenceText.of(Math.nextDown(1.0), 3))
                .as("nine decimals at most")
                .isEqualTo("1.000000000");
        assertThat(ConfidenceText.of(0, 3)).isEqualTo("0.000");
    }

    @Test
    void twoSharesReadDifferentlyWhereTheyDiffer() {
        assertThat(ConfidenceText.percent(0.31, 0.5)).isEqualTo("31.0 %");
        assertThat(ConfidenceText.percent(0.99991, 0.99994)).isEqualTo("99.991 %");
        assertThat(ConfidenceText.percent(0.99994, 0.99991)).isEqualTo("99.994 %");
        assertThat(ConfidenceText.percent(0.9999, 1)).isEqualTo("99.99 %");
        assertThat(ConfidenceText.percent(1, 1)).isEqualTo("100.0 %");
        assertThat(ConfidenceText.percent(1e-9, 0)).isEqualTo("0.0000001 %");
    }

    /** It said that 100.0000000 % is below 100.0000000 %. */
    @Test
    void aConfidenceJustBelowTheThresholdIsNotSaidToBeLessThanTheSameFigure() {
        assertThat(ConfidenceText.below(0.31, 0.5))
                .isEqualTo("the confidence of 31.0 % is below the model's threshold of 50.0 %");
        assertThat(ConfidenceText.below(Math.nextDown(1.0), 1))
                .isEqualTo("the confidence is less than 0.0000001 % below the model's threshold of 100.0000000 %");
        assertThat(ConfidenceText.below(0.99999999996, 0.99999999998))
                .isEqualTo("the confidence is less than 0.0000001 % below the model's threshold of 100.0000000 %");
    }
}
