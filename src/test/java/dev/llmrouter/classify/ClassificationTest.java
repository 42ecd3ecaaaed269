package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class ClassificationTest {
    @Property
    void aConfidenceHasTwoDecimalsAsAFormatterWritesThem(@ForAll @DoubleRange(max = 1) double confidence) {
        assertThat(of(confidence).confidenceText()).isEqualTo(String.format(Locale.ROOT, "%.2f", confidence));
    }

    @Example
    void aConfidenceHasTwoDecimalsAtItsEnds() {
        assertThat(of(0).confidenceText()).isEqualTo("0.00");
        assertThat(of(1).confidenceText()).isEqualTo("1.00");
        assertThat(of(0.005).confidenceText()).isEqualTo("0.01");
        assertThat(of(1e-9).confidenceText()).isEqualTo("0.00");
    }

    private static Classification of(double confidence) {
        return new Classification("task", confidence, Classification.Source.LEARNED, null, List.of());
    }
}
