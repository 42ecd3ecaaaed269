package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who collects what {@code needed} says before each look gets a verdict: checked by simulation with a fixed seed. */
@Tag("simulation")
class NextLookSimulationTest {
    private static final double ALPHA = 0.05;
    private static final double MARGIN = 0.05;
    private static final int RUNS = 200;
    private static final int MOST = 20_000;

    private static void fill(PairedOutcomes outcomes, int n, Random random, double won, double lost) {
        while (outcomes.n() < n) {
            double draw = random.nextDouble();
            outcomes.add(draw < won ? 0 : 1, draw >= won && draw < won + lost ? 0 : 1);
        }
    }

    /** Without the bounds, which take most of a judgement's time. */
    private static Verdict verdict(PairedOutcomes outcomes, int look) {
        return look > 1
                ? Relook.verdict(outcomes, MARGIN, ALPHA, look)
                : new Gate(MARGIN, ALPHA).bounded(outcomes).verdict();
    }

    /** @param atSecond share of the runs that go on after the first look which the second one has to settle */
    @ParameterizedTest
    @CsvSource({
        "0, 0, PASS, 0.99",
        "0.01, 0.01, PASS, 0.6",
        "0.05, 0.05, PASS, 0.5",
        "0.02, 0.03, PASS, 0.5",
        "0.02, 0.17, FAIL, 0.5"
    })
    void followingTheAdviceEndsWithAVerdict(double won, double lost, Verdict right, double atSecond) {
        Random random = new Random(20261127);
        int settled = 0;
        int rightly = 0;
        int seconds = 0;
        int settledBySecond = 0;
        for (int run = 0; run < RUNS; run++) {
            PairedOutcomes outcomes = new PairedOutcomes();
            Integer n = 50;
            for (int look = 1; look <= 6 && n != null && n <= MOST; look++) {
                fill(outcomes, n, random, won, lost);
                Verdict verdict = verdict(outcomes, look);
                boolean isOver = verdict != Verdict.INCONCLUSIVE;
                seconds += look == 2 ? 1 : 0;
                settledBySecond += look == 2 && isOver ? 1 : 0;
                if (isOver) {
                    settled++;
                    rightly += verdict == right ? 1 : 0;
                    break;
                }
                n = NextLook.needed(outcomes, MARGIN, ALPHA, look + 1);
            }
        }
        assertThat(settled).isGreaterThan(RUNS * 8 / 10);
        assertThat(rightly).isGreaterThan(RUNS * 8 / 10);
        assertThat(settledBySecond).isGreaterThanOrEqualTo((int) (atSecond * seconds));
    }
}
