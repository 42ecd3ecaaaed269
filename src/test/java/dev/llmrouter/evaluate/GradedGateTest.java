package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Simulations of the graded gate (issue 13, D1), one-sided error level 5 %. {@value #RUNS} runs of each case: three
 * Monte-Carlo errors are 3 * sqrt(.05 * .95 / 400) = 3.3 points at a rate of 5 %.
 */
@Tag("simulation")
class GradedGateTest {
    private static final int RUNS = 400;
    private static final double MONTE_CARLO = 3 * Math.sqrt(0.05 * 0.95 / RUNS);

    /** One example with a true mean loss of {@code loss}. */
    private interface Source {
        void add(PairedOutcomes outcomes, Random random, double loss);
    }

    private enum Kind implements Source {
        /** The baseline has .9 always; the candidate has .9 or, rarely, nothing. */
        CATASTROPHES {
            @Override
            public void add(PairedOutcomes outcomes, Random random, double loss) {
                outcomes.add(0.9, random.nextDouble() < loss / 0.9 ? 0 : 0.9);
            }
        },
        JITTER_AND_CATASTROPHES {
            @Override
            public void add(PairedOutcomes outcomes, Random random, double loss) {
                double base = 0.89 + 0.02 * random.nextDouble();
                outcomes.add(base, random.nextDouble() < loss / 0.9 ? 0 : 0.89 + 0.02 * random.nextDouble());
            }
        },
        /** Many small wins pay for a few large losses. */
        SKEW {
            @Override
            public void add(PairedOutcomes outcomes, Random random, double loss) {
                outcomes.add(0.8, random.nextDouble() < (0.05 + loss) / 0.85 ? 0 : 0.85);
            }
        },
        /** A judge with five grades, its noise the same on both sides. */
        JUDGE {
            @Override
            public void add(PairedOutcomes outcomes, Random random, double loss) {
                double base = random.nextDouble() < 0.15 ? 0.5 : 0.75;
                boolean worse = random.nextDouble() < loss / 0.25;
                double cheap = random.nextDouble() < 0.15 ? 0.5 : 0.75;
                outcomes.add(base, worse ? cheap - 0.25 : cheap);
            }
        }
    }

    private static double passRate(Kind kind, double margin, int n, double loss, long seed) {
        Random random = new Random(seed);
        Gate gate = new Gate(margin, 0.05);
        int passed = 0;
        for (int run = 0; run < RUNS; run++) {
            PairedOutcomes outcomes = new PairedOutcomes();
            for (int i = 0; i < n; i++) {
                kind.add(outcomes, random, loss);
            }
            passed += gate.bounded(outcomes).verdict() == Verdict.PASS ? 1 : 0;
        }
        return (double) passed / RUNS;
    }

    @ParameterizedTest
    @CsvSource({
        "CATASTROPHES,.03,30",
        "CATASTROPHES,.03,50",
        "CATASTROPHES,.03,100",
        "CATASTROPHES,.05,100",
        "CATASTROPHES,.03,200",
        "JITTER_AND_CATASTROPHES,.03,100",
        "JITTER_AND_CATASTROPHES,.05,50",
        "JITTER_AND_CATASTROPHES,.05,100",
        "SKEW,.03,100",
        "SKEW,.05,200",
        "JUDGE,.05,100",
        "JUDGE,.03,200"
    })
    void passesATrueLossAtTheMarginNoMoreOftenThanStated(Kind kind, double margin, int n) {
        assertThat(passRate(kind, margin, n, margin, 21)).isLessThanOrEqualTo(0.05 + MONTE_CARLO);
    }

    /** The power of the table in docs/quality.md; 7 points are three Monte-Carlo errors at a power of .7. */
    @ParameterizedTest
    @CsvSource({
        "CATASTROPHES,.03,100,1.0",
        "CATASTROPHES,.05,100,1.0",
        "JITTER_AND_CATASTROPHES,.03,100,.70",
        "JUDGE,.05,200,1.0"
    })
    void findsACandidateWithoutLoss(Kind kind, double margin, int n, double power) {
        assertThat(passRate(kind, margin, n, 0, 22)).isGreaterThanOrEqualTo(power - 0.07);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 50, 98})
    void equalScoresOfTooFewExamplesProveNothing(int n) {
        PairedOutcomes outcomes = new PairedOutcomes();
        for (int i = 0; i < n; i++) {
            outcomes.add(0.9, 0.9);
        }
        assertThat(new Gate(0.001, 0.05).judge(outcomes).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(new Gate(0.03, 0.05).judge(outcomes).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        outcomes = new PairedOutcomes();
        for (int i = 0; i < 99; i++) {
            outcomes.add(0.9, 0.9);
        }
        assertThat(new Gate(0.03, 0.05).judge(outcomes).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void knowsTheFewestExamplesThatCanPass() {
        assertThat(new Gate(0.03, 0.05).fewest()).isEqualTo(99);
        assertThat(new Gate(0.05, 0.05).fewest()).isEqualTo(59);
        assertThat(new Gate(0.2, 0.05).fewest()).isEqualTo(Gate.MIN_EXAMPLES);
    }

    /** With equal differences the bound is that of a Beta distribution, known in closed form. */
    @Test
    void agreesWithTheClosedFormAndIsReproducible() {
        PairedOutcomes nearly = new PairedOutcomes();
        for (int i = 0; i < 150; i++) {
            nearly.add(0.5, 0.5 + (i % 2 == 0 ? 1e-9 : 0));
        }
        GateResult result = new Gate(0.03, 0.05).judge(nearly);
        assertThat(result.low()).isCloseTo(-(1 - Math.pow(0.05, 1 / 150.0)), within(0.001));
        assertThat(new Gate(0.03, 0.05).judge(nearly)).isEqualTo(result);
        assertThat(result.method()).isEqualTo("Gaffke bound");
    }

    /** With many tests a level can be finer than what was drawn: then nothing is known, and nothing passes. */
    @Test
    void aLevelBeyondTheDrawsIsNotPassed() {
        PairedOutcomes outcomes = new PairedOutcomes();
        for (int i = 0; i < 300; i++) {
            outcomes.add(0.5, 0.5 + (i % 2 == 0 ? 1e-9 : 0));
        }
        GateResult known = new Gate(0.1, 0.0002).judge(outcomes);
        assertThat(known.verdict()).isEqualTo(Verdict.PASS);
        assertThat(known.pValue()).isLessThanOrEqualTo(0.0002);
        GateResult beyond = new Gate(0.1, 0.00001).judge(outcomes);
        assertThat(beyond.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(beyond.pValue()).isGreaterThan(0.00001);
    }

    /** 57 tasks with 14,000 different scores each: seconds, not minutes. */
    @Test
    void manyDifferentScoresAreJudgedInBoundedWork() {
        Random random = new Random(5);
        PairedOutcomes outcomes = new PairedOutcomes();
        for (int i = 0; i < 14_000; i++) {
            outcomes.add(random.nextDouble(), random.nextDouble());
        }
        assertThat(GaffkeBound.groups(outcomes)).isLessThanOrEqualTo(GaffkeBound.MOST_GROUPS);
        GateResult result = new Gate(0.03, 0.05).judge(outcomes);
        double t = 1.645 * Math.sqrt(outcomes.variance() / outcomes.n());
        assertThat(result.low()).isCloseTo(outcomes.difference() - t, within(0.0006));
        assertThat(result.high()).isCloseTo(outcomes.difference() + t, within(0.0006));
    }

    /** Rare catastrophes at the margin, watched after every one of 600 examples. */
    @Test
    void watchingGradedScoresKeepsTheErrorToo() {
        Random random = new Random(31);
        int passed = 0;
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            SequentialBet bad = new SequentialBet(0.03, 0.05);
            SequentialBet good = new SequentialBet(0.03, 0.05);
            for (int i = 0; i < 600; i++) {
                bad.add(0.9, random.nextDouble() < 0.03 / 0.9 ? 0 : 0.9);
                good.add(0.9, 0.9);
            }
            passed += bad.verdict() == Verdict.PASS ? 1 : 0;
            found += good.verdict() == Verdict.PASS ? 1 : 0;
        }
        assertThat(passed).isLessThanOrEqualTo((int) (RUNS * (0.05 + MONTE_CARLO)));
        assertThat(found).isEqualTo(RUNS);
    }
}
