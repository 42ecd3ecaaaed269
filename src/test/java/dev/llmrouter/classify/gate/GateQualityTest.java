package dev.llmrouter.classify.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class GateQualityTest {
    private static Outcome outcome(double weak, double strong) {
        return new Outcome("", null, weak, strong);
    }

    @Test
    void anOrderThatFindsTheGapAtOnceScoresHigh() {
        List<Outcome> outcomes = List.of(outcome(0, 1), outcome(1, 1), outcome(1, 1), outcome(0, 0));
        GateQuality best = GateQuality.of(new double[] {4, 3, 2, 1}, outcomes);
        assertThat(best.apgr()).isCloseTo(0.875, within(1e-12));
        assertThat(best.cpt50()).isEqualTo(25);
        assertThat(GateQuality.of(new double[] {1, 2, 3, 4}, outcomes).apgr()).isCloseTo(0.125, within(1e-12));
    }

    @Test
    void equalModelsHaveNoGapToRecover() {
        assertThat(GateQuality.of(new double[] {1}, List.of(outcome(1, 1))).apgr())
                .isNaN();
    }
}
