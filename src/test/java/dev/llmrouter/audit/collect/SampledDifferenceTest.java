package dev.llmrouter.audit.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.llmrouter.record.ledger.PairEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampledDifferenceTest {
    private static PairEntry pair(double candidate, double baseline, @Nullable Double probability) {
        return new PairEntry(
                "r",
                1,
                "t",
                "d",
                "small",
                "p/s",
                "large",
                "p/l",
                "exact",
                true,
                candidate,
                baseline,
                0L,
                0L,
                probability,
                null,
                null,
                null);
    }

    @Test
    void aPairStandsForAsManyRequestsAsItsProbabilitySays() {
        List<PairEntry> pairs = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            pairs.add(pair(1, 1, 0.5)); // 800 requests on which both are right
        }
        for (int i = 0; i < 20; i++) {
            pairs.add(pair(0, 1, 0.1)); // 200 on which only the baseline is
        }
        pairs.add(pair(0, 1, null));

        SampledDifference found = Objects.requireNonNull(SampledDifference.of(pairs));

        assertThat(found.n()).isEqualTo(420);
        assertThat(found.represented()).isCloseTo(1000, within(1e-9));
        assertThat(found.difference()).isCloseTo(-0.2, within(1e-9));
        assertThat(found.low()).isBetween(-0.32, -0.25);
        assertThat(found.high()).isBetween(-0.15, -0.1);
        assertThat(found.effective()).isCloseTo(1000.0 * 1000 / (400 * 4 + 20 * 100), within(1e-9));
        assertThat(found.unknown()).isEqualTo(1);
    }

    @Test
    void nothingIsKnownWithoutAPairOfKnownProbability() {
        assertThat(SampledDifference.of(List.of())).isNull();
        assertThat(SampledDifference.of(List.of(pair(1, 1, null)))).isNull();
    }

    /** The sample was small in the week in which the candidate was bad: without weights the estimate would be wrong. */
    @Test
    void theIntervalCoversTheTruthAndAPlainMeanWouldNot() {
        SplittableRandom random = new SplittableRandom(7);
        int runs = 1000;
        int covered = 0;
        double mean = 0;
        double plain = 0;
        for (int run = 0; run < runs; run++) {
            List<PairEntry> pairs = new ArrayList<>();
            int losses = 0;
            for (int request = 0; request < 4000; request++) {
                boolean isBadWeek = request < 2000;
                double probability = isBadWeek ? 0.05 : 0.25;
                double loss = isBadWeek ? 0.12 : 0.02;
                if (random.nextDouble() < probability) {
                    boolean lost = random.nextDouble() < loss;
                    losses += lost ? 1 : 0;
                    pairs.add(pair(lost ? 0 : 1, 1, probability));
                }
            }
            SampledDifference found = Objects.requireNonNull(SampledDifference.of(pairs));
            mean += found.difference() / runs;
            plain -= (double) losses / pairs.size() / runs;
            covered += found.low() <= -0.07 && found.high() >= -0.07 ? 1 : 0;
        }
        assertThat(mean).isCloseTo(-0.07, within(0.003));
        assertThat(plain).isGreaterThan(-0.04);
        assertThat(covered).isBetween(930, 985);
    }

    /** Few pairs of a small share stand for half of the requests: what they do not happen to show would weigh most. */
    @ParameterizedTest
    @CsvSource({"0.25, 0.25, 120", "0.05, 0.25, 60", "0.05, 0.25, 120", "0.05, 0.5, 120", "0.02, 0.5, 300"})
    void aLossIsSeldomDeniedWhateverTheShares(double small, double large, int n) {
        SplittableRandom random = new SplittableRandom(7);
        int heavy = (int) Math.round(n * small / (small + large));
        int runs = 2_000;
        int denied = 0;
        int exaggerated = 0;
        for (int run = 0; run < runs; run++) {
            List<PairEntry> pairs = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                double draw = random.nextDouble(); // .07 lost, .01 won
                pairs.add(pair(draw < 0.07 ? 0 : 1, draw >= 0.07 && draw < 0.08 ? 0 : 1, i < heavy ? small : large));
            }
            SampledDifference found = Objects.requireNonNull(SampledDifference.of(pairs));
            denied += found.low() > -0.06 ? 1 : 0;
            exaggerated += found.high() < -0.06 ? 1 : 0;
        }
        // 2.5 % each are meant; with equal weights it is up to 4.6 %, with a standard deviation of .5 points here
        assertThat(denied).isLessThan(runs * 6 / 100);
        assertThat(exaggerated).isLessThan(runs * 3 / 100);
    }

    /** A loss at the margin is acted on at the first look that shows it: by the 95 % bound that was so in three years of ten. */
    @Test
    void daysOfLookingDoNotMakeALoss() {
        SplittableRandom random = new SplittableRandom(7);
        int years = 60;
        int shown = 0;
        int atOneLevel = 0;
        for (int year = 0; year < years; year++) {
            Deque<PairEntry> last = new ArrayDeque<>();
            boolean isShown = false;
            boolean isAtOneLevel = false;
            for (int day = 0; day < 365; day++) {
                for (int i = 0; i < 5; i++) {
                    double draw = random.nextDouble(); // .075 lost, .025 won
                    last.add(pair(draw < 0.075 ? 0 : 1, draw >= 0.075 && draw < 0.1 ? 0 : 1, 0.1));
                }
                while (last.size() > 450) {
                    last.remove();
                }
                SampledDifference found = Objects.requireNonNull(SampledDifference.of(List.copyOf(last)));
                isShown |= last.size() >= 30 && found.surelyBelow() < -0.05;
                isAtOneLevel |= last.size() >= 30 && found.high() < -0.05;
            }
            shown += isShown ? 1 : 0;
            atOneLevel += isAtOneLevel ? 1 : 0;
        }
        assertThat(shown).isLessThanOrEqualTo(6);
        assertThat(atOneLevel).isGreaterThanOrEqualTo(8);
    }

    @Test
    void pairsThatAllAgreeAreNoProofOfEquality() {
        List<PairEntry> pairs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pairs.add(pair(1, 1, 0.1));
        }

        SampledDifference found = Objects.requireNonNull(SampledDifference.of(pairs));

        assertThat(found.difference()).isZero();
        assertThat(found.low()).isBetween(-0.08, -0.03);
        assertThat(found.high()).isBetween(0.03, 0.08);
    }
}
