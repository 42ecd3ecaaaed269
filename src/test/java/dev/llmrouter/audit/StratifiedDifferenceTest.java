package dev.llmrouter.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.llmrouter.audit.StratifiedDifference.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StratifiedDifferenceTest {
    private static final double ALPHA = 0.0025;

    private static StratifiedDifference of(double alpha, Stratum... strata) {
        return Objects.requireNonNull(StratifiedDifference.of(List.of(strata), alpha));
    }

    /** Source of the first: R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 6. The others were worked out apart. */
    @Test
    void oneStratumIsMiettinensAndNurminensInterval() {
        StratifiedDifference by = of(0.025, new Stratum(56, 70, 48, 80, 0));

        assertThat(by.difference()).isCloseTo(0.2, within(1e-9));
        assertThat(by.low()).isCloseTo(0.0528, within(5e-5));
        assertThat(by.high()).isCloseTo(0.3382, within(5e-5));
        StratifiedDifference none = of(0.025, new Stratum(0, 10, 0, 20, 0));
        assertThat(none.difference()).isZero();
        assertThat(none.low()).isCloseTo(-0.16576, within(5e-5));
        assertThat(none.high()).isCloseTo(0.28438, within(5e-5));
        StratifiedDifference all = of(0.025, new Stratum(10, 10, 0, 10, 0));
        assertThat(all.high()).isEqualTo(1);
        assertThat(all.low()).isCloseTo(0.66364, within(5e-5));
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

    /** A canary that loses exactly what is accepted, at tasks and policies of any size: called worse or acceptable in at most 1 of 100. */
    @Test
    @Tag("simulation")
    void errsAsSeldomAsItSays() {
        SplittableRandom random = new SplittableRandom(20261127);
        for (double[] shape : new double[][] {{1, 30, 0.97}, {1, 60, 0.9}, {4, 40, 0.8}, {10, 12, 0.9}, {30, 3, 0.7}}) {
            int worse = 0;
            int acceptable = 0;
            int runs = 20_000;
            for (int run = 0; run < runs; run++) {
                StratifiedDifference by = StratifiedDifference.of(drawn(random, shape, 0.05), ALPHA);
                worse += by != null && by.isWorse() ? 1 : 0;
                acceptable += by != null && by.isAcceptable() ? 1 : 0;
            }
            assertThat((double) worse / runs)
                    .as("worse, %s", List.of(shape[0], shape[1]))
                    .isLessThan(0.01);
            assertThat((double) acceptable / runs)
                    .as("acceptable, %s", List.of(shape[0], shape[1]))
                    .isLessThan(0.01);
        }
    }

    /** @param shape strata, outputs of the canary in each, and how often the others are useful */
    private static List<Stratum> drawn(SplittableRandom random, double[] shape, double loss) {
        List<Stratum> strata = new ArrayList<>();
        for (int i = 0; i < shape[0]; i++) {
            long n = (long) shape[1];
            double others = Math.min(0.99, Math.max(0.1, shape[2] + 0.1 * (i % 3 - 1)));
            strata.add(new Stratum(hits(random, n, others - loss), n, hits(random, 9 * n, others), 9 * n, loss));
        }
        return strata;
    }

    private static long hits(SplittableRandom random, long n, double share) {
        long hits = 0;
        for (long i = 0; i < n; i++) {
            hits += random.nextDouble() < share ? 1 : 0;
        }
        return hits;
    }
}
