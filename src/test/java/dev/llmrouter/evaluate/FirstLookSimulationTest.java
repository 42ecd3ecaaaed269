package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four of five first looks at the number that {@code needed} names are settled, if what was seen holds: simulated with a fixed seed. */
@Tag("simulation")
class FirstLookSimulationTest {
    private static final int RUNS = 2_000;

    /**
     * It named 93 of 60 with one loss, which one more loss undid, and 151 of 150 with three losses, "1 more", and 152 then.
     *
     * <p>Bounds: four standard errors (.036) below 80 %, and above where two or seven more examples are enough.
     */
    @ParameterizedTest
    @CsvSource({
        "60, 0, 1, .05, PASS",
        "150, 0, 3, .05, PASS",
        "151, 0, 3, .05, PASS",
        "150, 0, 1, .03, PASS",
        "100, 0, 2, .05, PASS",
        "60, 0, 3, .10, PASS",
        "60, 3, 3, .05, PASS",
        "200, 8, 9, .03, PASS",
        "30, 0, 0, .01, PASS",
        "60, 1, 6, .05, FAIL",
        "400, 10, 40, .06, FAIL"
    })
    void whatIsNeededSettlesItInFourOfFive(int n, int won, int lost, double margin, Verdict expected) {
        Gate gate = new Gate(margin, 0.05);
        GateResult seen = gate.judge(PairedOutcomes.ofCounts(n - won - lost, won, lost, 0));
        assertThat(seen.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(seen.neededFor()).isEqualTo(expected);
        int needed = Objects.requireNonNull(seen.needed());
        assertThat(needed).isGreaterThan(n);
        double all = Math.min(won, lost) > 0 ? n : n + 1;
        double wonShare = Math.max(.5, won) / all;
        double lostShare = Math.max(.5, lost) / all;
        Random random = new Random(20261129);
        int settled = 0;
        for (int run = 0; run < RUNS; run++) {
            int w = won;
            int l = lost;
            for (int i = n; i < needed; i++) {
                double draw = random.nextDouble();
                w += draw < wonShare ? 1 : 0;
                l += draw >= wonShare && draw < wonShare + lostShare ? 1 : 0;
            }
            Verdict verdict = gate.bounded(PairedOutcomes.ofCounts(needed - w - l, w, l, 0))
                    .verdict();
            settled += verdict == expected ? 1 : 0;
        }
        assertThat(settled / (double) RUNS).isBetween(.80 - .036, .97);
    }
}
