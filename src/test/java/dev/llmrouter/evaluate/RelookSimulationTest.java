package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What later looks promise, checked by simulation with a fixed seed: every look is at data that replace the earlier ones. */
@Tag("simulation")
class RelookSimulationTest {
    private static final double ALPHA = 0.05;
    private static final double MARGIN = 0.05;
    private static final double DISCORDANT = 0.10;

    private static PairedOutcomes sample(Random random, int n, double difference) {
        PairedOutcomes outcomes = new PairedOutcomes();
        double lost = (DISCORDANT - difference) / 2;
        for (int i = 0; i < n; i++) {
            double draw = random.nextDouble();
            outcomes.add(draw < lost || draw >= DISCORDANT ? 1 : 0, draw < lost ? 0 : 1);
        }
        return outcomes;
    }

    private static Verdict look(PairedOutcomes outcomes, int look) {
        return look == 1
                ? new Gate(MARGIN, ALPHA).bounded(outcomes).verdict()
                : Relook.verdict(outcomes, MARGIN, ALPHA, look);
    }

    @Test
    void twentyLooksAtFreshDataPassACandidateAtTheMarginSeldomerThanOneAndAHalfTimesTheLevel() {
        Random random = new Random(20261126);
        int runs = 500;
        int passed = 0;
        for (int run = 0; run < runs; run++) {
            for (int look = 1; look <= 20; look++) {
                if (look(sample(random, 200, -MARGIN), look) == Verdict.PASS) {
                    passed++;
                    break;
                }
            }
        }
        double most = 1.5 * ALPHA;
        assertThat(passed / (double) runs).isLessThanOrEqualTo(most + 2.33 * Math.sqrt(most * (1 - most) / runs));
    }

    @Test
    void aSecondLookAtEnoughExamplesStillPassesAnEquallyGoodCandidate() {
        Random random = new Random(7);
        int runs = 200;
        int passed = 0;
        for (int run = 0; run < runs; run++) {
            passed += look(sample(random, 800, 0), 2) == Verdict.PASS ? 1 : 0;
        }
        assertThat(passed / (double) runs).isGreaterThan(0.8);
    }
}
