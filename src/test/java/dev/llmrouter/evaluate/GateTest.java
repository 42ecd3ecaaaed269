package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
    /** Fagerland, Lydersen, Laake, Statistical Analysis of Contingency Tables, airway example: (-0.517, -0.026). */
    @Test
    void givesThePublishedTangoInterval() {
        TangoScore score = new TangoScore(21, 1, 7);
        assertThat(score.low(0.025)).isCloseTo(-0.517, within(0.0006));
        assertThat(score.high(0.025)).isCloseTo(-0.026, within(0.0006));
    }

    @Test
    void findsTheExactBoundWhereNothingWasLost() {
        assertThat(Distributions.shareAtMost(0, 99, 0.05)).isCloseTo(1 - Math.pow(0.05, 1 / 99.0), within(1e-9));
        assertThat(new Gate(0.03, 0.05)
                        .judge(PairedOutcomes.ofCounts(98, 0, 0, 0))
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(new Gate(0.03, 0.05)
                        .judge(PairedOutcomes.ofCounts(99, 0, 0, 0))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void saysHowManyExamplesAreNeeded() {
        // 4 % disagree, margin 3 points, 80 % power: 275 by the formula of the design's table; 293 is where the rule
        // itself, over whole numbers of examples won and lost, settles four of five
        GateResult result = new Gate(0.03, 0.05).judge(PairedOutcomes.ofCounts(90, 2, 2, 6));
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.needed()).isBetween(275, 295);
    }

    @Test
    void failsACandidateThatIsClearlyWorse() {
        assertThat(new Gate(0.03, 0.05)
                        .judge(PairedOutcomes.ofCounts(150, 2, 40, 8))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void saysNothingWithoutExamples() {
        GateResult result = new Gate(0.03, 0.05).judge(new PairedOutcomes());
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.low()).isEqualTo(-1);
        assertThat(result.high()).isEqualTo(1);
    }

    /** 4,000 runs each at the margin: the share of passes is at most 5 % plus three Monte-Carlo errors (1.03 points). */
    @ParameterizedTest
    @CsvSource({"50,.03,.10", "100,.03,.10", "100,.02,.04", "200,.02,.10", "200,.05,.10"})
    void passesACandidateAtTheMarginNoMoreOftenThanStated(int n, double margin, double disagree) {
        double won = (disagree - margin) / 2;
        assertThat(passRate(n, margin, won, won + margin, 11)).isLessThan(0.05 + 3 * Math.sqrt(0.05 * 0.95 / 4000));
    }

    @ParameterizedTest
    @CsvSource({"100,.03,.10,.21", "200,.05,.04,.93", "200,.05,.10,.70", "50,.03,.04,.11"})
    void hasTheExpectedPowerAtEqualQuality(int n, double margin, double disagree, double power) {
        assertThat(passRate(n, margin, disagree / 2, disagree / 2, 12)).isCloseTo(power, within(0.05));
    }

    private static double passRate(int n, double margin, double won, double lost, long seed) {
        Random random = new Random(seed);
        Gate gate = new Gate(margin, 0.05);
        int passed = 0;
        for (int run = 0; run < 4000; run++) {
            int w = 0;
            int l = 0;
            for (int i = 0; i < n; i++) {
                double u = random.nextDouble();
                w += u < won ? 1 : 0;
                l += u >= won && u < won + lost ? 1 : 0;
            }
            passed += gate.bounded(PairedOutcomes.ofCounts(n - w - l, w, l, 0)).verdict() == Verdict.PASS ? 1 : 0;
        }
        return passed / 4000.0;
    }

    @Test
    void keepsItsErrorWhenWatchedAfterEveryExample() {
        Random random = new Random(13);
        int passed = 0;
        int found = 0;
        for (int run = 0; run < 1000; run++) {
            passed += watch(random, 0.025, 0.055) ? 1 : 0; // worse by exactly the margin
            found += watch(random, 0.04, 0.04) ? 1 : 0;
        }
        assertThat(passed).isLessThan(50 + 21);
        assertThat(found).isGreaterThan(850);
    }

    private static boolean watch(Random random, double won, double lost) {
        SequentialBet bet = new SequentialBet(0.03, 0.05);
        for (int i = 0; i < 2000; i++) {
            double u = random.nextDouble();
            bet.add(u < lost ? 1 : 0, u >= lost && u < won + lost ? 1 : 0);
        }
        return bet.verdict() == Verdict.PASS;
    }
}
