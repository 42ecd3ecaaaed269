package dev.llmrouter.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.llmrouter.audit.StratifiedDifference.Stratum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StratifiedDifferenceTest {
    private static final double ALPHA = 0.001;

    private static StratifiedDifference of(double alpha, Stratum... strata) {
        return Objects.requireNonNull(StratifiedDifference.of(List.of(strata), alpha));
    }

    /** The interval of the score test was worked out apart; for 56/70 and 48/80 it is .0528 to .3382 (R. G. Newcombe, Statistics in Medicine 17, 1998, table II, method 6). */
    @Test
    void oneStratumIsMiettinensAndNurminensIntervalAndNeverLess() {
        StratifiedDifference many = of(0.025, new Stratum(560, 700, 480, 800, 0));
        assertThat(many.difference()).isCloseTo(0.2, within(1e-9));
        assertThat(many.low()).isCloseTo(0.15449, within(5e-5));
        assertThat(many.high()).isCloseTo(0.24463, within(5e-5));
        StratifiedDifference few = of(0.025, new Stratum(56, 70, 48, 80, 0));
        assertThat(few.low()).isBetween(0.03, 0.0529);
        assertThat(few.high()).isBetween(0.3381, 0.36);
        StratifiedDifference none = of(0.025, new Stratum(0, 10, 0, 20, 0));
        assertThat(none.difference()).isZero();
        assertThat(none.low()).isLessThan(-0.1657);
        assertThat(none.high()).isBetween(0.2843, 0.4);
        StratifiedDifference all = of(0.025, new Stratum(10, 10, 0, 10, 0));
        assertThat(all.high()).isEqualTo(1);
        assertThat(all.low()).isBetween(0.5, 0.6637);
    }

    /** Pooled, the canary would look 40 points worse, as it was drawn more often while everything was worse. */
    @Test
    void whatDiffersBetweenStrataIsNoDifference() {
        StratifiedDifference by = of(ALPHA, new Stratum(10, 100, 100, 1_000, 0), new Stratum(9, 10, 900, 1_000, 0));
        assertThat(by.difference()).isCloseTo(0, within(1e-9));
        assertThat(by.isWorse()).isFalse();
    }

    @Test
    void aStratumWithOneSideOnlySaysNothing() {
        Stratum one = new Stratum(0, 50, 0, 0, 0.5);
        assertThat(StratifiedDifference.of(List.of(one, new Stratum(0, 0, 5, 9, 0)), ALPHA))
                .isNull();
        assertThat(StratifiedDifference.of(List.of(), ALPHA)).isNull();

        StratifiedDifference by = of(ALPHA, one, new Stratum(40, 50, 80, 100, 0.02));
        assertThat(by.n()).isEqualTo(50);
        assertThat(by.margin()).isCloseTo(0.02, within(1e-12));
        assertThat(by.difference()).isCloseTo(0, within(1e-12));
    }

    @Test
    void isWorseOnlyByMoreThanTheMargin() {
        List<Stratum> strata = List.of(new Stratum(700, 1_000, 8_000, 10_000, 0.05));
        assertThat(StratifiedDifference.of(strata, ALPHA))
                .matches(StratifiedDifference::isWorse)
                .matches(by -> !by.isAcceptable());
        assertThat(StratifiedDifference.of(List.of(new Stratum(700, 1_000, 8_000, 10_000, 0.15)), ALPHA))
                .matches(StratifiedDifference::isAcceptable)
                .matches(by -> !by.isWorse());
        assertThat(StratifiedDifference.of(List.of(new Stratum(700, 1_000, 8_000, 10_000, 0.1)), ALPHA))
                .matches(by -> !by.isAcceptable())
                .matches(by -> !by.isWorse());
    }

    /** 29 of 30 where others are useful at 999 of 1,000: the normal distribution is far off there. */
    @Test
    void aSingleMissIsNoProof() {
        assertThat(of(ALPHA, new Stratum(29, 30, 999, 1_000, 0)).isWorse()).isFalse();
        assertThat(of(ALPHA, new Stratum(25, 30, 999, 1_000, 0)).isWorse()).isTrue();
        assertThat(of(ALPHA, new Stratum(1, 30, 1, 1_000, 0)).low()).isLessThan(0);
        assertThat(of(ALPHA, new Stratum(0, 30, 1, 1_000_000, 0.001)).isWorse()).isFalse();
    }

    /** Wherever the interval is looked for, the work is bounded: a canary with most of the traffic and hardly a miss, in many strata. */
    @Test
    void manyLargeStrataAreNoLongWork() {
        Stratum[] strata = new Stratum[60];
        Arrays.setAll(strata, i -> new Stratum(999_999, 1_000_000, 99_980, 100_000, 0));
        StratifiedDifference by = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> of(ALPHA, strata));
        assertThat(by.low()).isPositive().isLessThan(by.difference());
        assertThat(by.high()).isGreaterThan(by.difference()).isLessThan(0.001);
    }

    /** A canary that loses exactly what is accepted, at tasks and policies of any size, is hardly ever called worse or acceptable. */
    @ParameterizedTest
    @CsvSource({
        "1, 30, 9, .97, .05", "1, 60, 9, .9, 0", "4, 40, 9, .8, .05", "10, 12, 9, .9, .05", "30, 3, 9, .7, .05",
        "1, 30, 1000, .99, 0", "1, 60, 1000, .99, 0", "1, 300, 10000, .999, 0", "1, 30, 100, 1, .03",
                "1, 400, 4, .5, .1",
        "1, 30, 1000, .03, .01", "5, 300, 4, .9, .05"
    })
    @Tag("simulation")
    void errsAsSeldomAsItSays(int count, int n, int times, double share, double loss) {
        RandomGenerator random = new Well19937c(count * 31 + n);
        int worse = 0;
        int acceptable = 0;
        int runs = 1_500;
        for (int run = 0; run < runs; run++) {
            StratifiedDifference by = drawn(random, count, n, times, share, loss);
            worse += by.isWorse() ? 1 : 0;
            acceptable += by.isAcceptable() ? 1 : 0;
        }
        assertThat((double) worse / runs).as("worse").isLessThanOrEqualTo(0.004);
        assertThat((double) acceptable / runs).as("acceptable").isLessThanOrEqualTo(0.004);
    }

    private static StratifiedDifference drawn(
            RandomGenerator random, int count, int n, int times, double share, double loss) {
        List<Stratum> strata = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double others = count == 1 ? share : Math.min(0.99, Math.max(0.1, share + 0.1 * (i % 3 - 1)));
            strata.add(new Stratum(
                    hits(random, n, others - loss), n, hits(random, n * times, others), (long) n * times, loss));
        }
        return of(ALPHA, strata.toArray(Stratum[]::new));
    }

    /** Looked at every day for a quarter, ten of its outputs judged a day. */
    @Test
    @Tag("simulation")
    void staysHonestWhereItIsLookedAtEveryDay() {
        RandomGenerator random = new Well19937c(90);
        int everWorse = 0;
        int runs = 200;
        for (int run = 0; run < runs; run++) {
            long useful = 0;
            long others = 0;
            boolean isWorse = false;
            for (int day = 2; day <= 90 && !isWorse; day++) {
                useful += hits(random, 10, 0.87);
                others += hits(random, 90, 0.9);
                isWorse = day >= 3
                        && of(ALPHA, new Stratum(useful, 10L * day, others, 90L * day, 0.03))
                                .isWorse();
            }
            everWorse += isWorse ? 1 : 0;
        }
        assertThat((double) everWorse / runs).isLessThanOrEqualTo(0.02);
    }

    private static int hits(RandomGenerator random, int n, double share) {
        return new BinomialDistribution(random, n, Math.max(0, share)).sample();
    }
}
