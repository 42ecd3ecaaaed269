package dev.llmrouter.classify.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("simulation")
class RiskControlTest {
    private static final double MARGIN = 0.05;
    private static final double CONFIDENCE = 0.9;
    private static final double[] GRID =
            IntStream.rangeClosed(1, 50).mapToDouble(i -> i / 50.0).toArray();

    /** Issue 13, D5: how few inputs can never open a gate is known beforehand. */
    @Test
    void fewestInputsThatCanOpen() {
        for (double margin : new double[] {0.03, 0.05, 0.1}) {
            int least = RiskControl.least(margin, 0.95);
            double byLogarithms = Math.log(0.05) / Math.log(1 - margin);
            assertThat((double) least).isBetween(byLogarithms, 1.25 * byLogarithms);
            assertThat(RiskControl.pValue(new double[least], margin)).isLessThanOrEqualTo(0.05);
            assertThat(RiskControl.pValue(new double[least - 1], margin)).isGreaterThan(0.05);
        }
    }

    /** Issue 13, D5: what only the cheaper model gets right counts too. A net loss of 0 with 8 % either way. */
    @Test
    void winsAreSetAgainstLosses() {
        double[] losses = new double[800];
        double[] gross = new double[800];
        for (int i = 0; i < 64; i++) {
            losses[12 * i] = gross[12 * i] = 1;
            losses[12 * i + 5] = -1;
        }
        assertThat(RiskControl.pValue(losses, MARGIN)).isLessThan(0.1);
        assertThat(RiskControl.pValue(gross, MARGIN)).isGreaterThan(0.1);
    }

    /** At the margin by wins and losses alike, 1,500 runs: rejected in no more than a tenth, plus 3 standard errors. */
    @Test
    void aSignedLossAtTheMarginIsSeldomMissed() {
        SplittableRandom random = new SplittableRandom(13);
        int missed = 0;
        for (int run = 0; run < 1_500; run++) {
            double[] losses = new double[300];
            for (int i = 0; i < losses.length; i++) {
                double u = random.nextDouble();
                losses[i] = u < 0.1 ? 1 : u < 0.15 ? -1 : 0;
            }
            missed += RiskControl.pValue(losses, MARGIN) <= 1 - CONFIDENCE ? 1 : 0;
        }
        assertThat(missed / 1_500.0).isLessThanOrEqualTo(0.1 + 3 * Math.sqrt(0.09 / 1_500));
    }

    /**
     * Scores are even on 0 to 1 and an input with score x is lost with probability 0.2 x, so that the loss of a threshold
     * t is 0.1 t squared and the margin is broken above 0.7071. Of 2,000 calibrations at most a tenth may go further
     * (0.9 confidence); 3 standard errors on top. And the search must be of use: it goes above 0.5 in most.
     */
    @Test
    void theMarginIsBrokenNoMoreOftenThanStated() {
        SplittableRandom random = new SplittableRandom(20261124);
        int broken = 0;
        int useful = 0;
        int runs = 2_000;
        for (int run = 0; run < runs; run++) {
            double threshold = threshold(random, 500, false);
            broken += threshold > Math.sqrt(MARGIN / 0.1) ? 1 : 0;
            useful += threshold > 0.5 ? 1 : 0;
        }
        assertThat(broken / (double) runs).isBetween(0.0, 0.1 + 3 * Math.sqrt(0.09 / runs));
        assertThat(useful / (double) runs).isGreaterThan(0.5);
    }

    @Test
    void gradedLossesKeepTheMarginToo() {
        SplittableRandom random = new SplittableRandom(7);
        int broken = 0;
        for (int run = 0; run < 1_000; run++) {
            broken += threshold(random, 500, true) > Math.sqrt(MARGIN / 0.1) ? 1 : 0;
        }
        assertThat(broken / 1_000.0).isLessThanOrEqualTo(0.1 + 3 * Math.sqrt(0.09 / 1_000));
    }

    private static double threshold(SplittableRandom random, int n, boolean graded) {
        double[] scores = new double[n];
        double[] losses = new double[n];
        for (int i = 0; i < n; i++) {
            scores[i] = random.nextDouble();
            double loss = graded ? 0.4 * random.nextDouble() * scores[i] : 0;
            losses[i] = graded ? loss : random.nextDouble() < 0.2 * scores[i] ? 1 : 0;
        }
        int at = RiskControl.furthest(GRID, scores, losses, MARGIN, CONFIDENCE);
        return at < 0 ? 0 : GRID[at];
    }

    @Test
    void fewInputsProveNothing() {
        double[] scores = new double[20];
        assertThat(RiskControl.furthest(GRID, scores, new double[20], 0.01, 0.95))
                .isEqualTo(-1);
        assertThat(RiskControl.furthest(GRID, new double[0], new double[0], 0.5, 0.5))
                .isEqualTo(-1);
    }

    @Test
    void lossesOutsideOfZeroToOneAreRefused() {
        assertThatThrownBy(() -> RiskControl.furthest(GRID, new double[1], new double[] {1.5}, 0.1, 0.9))
                .hasMessageContaining("1.5");
    }
}
