package dev.llmrouter.evaluate.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the test promises, checked by simulation of right-or-wrong scores with fixed seeds; figures in docs/collect.md. */
@Tag("simulation")
class LiveTestSimulationTest {
    private static final double ALPHA = 0.05;

    /** @param discordant share of pairs on which one is right and the other wrong */
    private static LivePair pair(Random random, double difference, double discordant, boolean served) {
        double draw = random.nextDouble();
        double lost = (discordant - difference) / 2;
        if (draw < lost) {
            return new LivePair(served, 0, 1);
        }
        return draw < discordant ? new LivePair(served, 1, 0) : new LivePair(served, 1, 1);
    }

    private static List<LivePair> pairs(Random random, int n, double difference, double discordant, boolean served) {
        List<LivePair> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(pair(random, difference, discordant, served));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"0.03, 0.03", "0.03, 0.06", "0.03, 0.10", "0.05, 0.05", "0.05, 0.10", "0.05, 0.20"})
    void opensACandidateAtTheMarginSeldomerThanAlphaHoweverOftenItLooks(double margin, double discordant) {
        Random random = new Random(20261126);
        int runs = 400;
        int opened = 0;
        for (int run = 0; run < runs; run++) {
            LiveTest test = LiveTest.of(pairs(random, 1000, -margin, discordant, false), margin, ALPHA);
            opened += test.opening() == Verdict.PASS ? 1 : 0;
        }
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / runs);
        assertThat(opened / (double) runs).isLessThanOrEqualTo(ALPHA + 2.33 * error);
    }

    @ParameterizedTest
    @CsvSource({"0.03, 0.04, 700", "0.03, 0.10, 2000", "0.05, 0.04, 350", "0.05, 0.10, 800", "0.05, 0.20, 1500"})
    void opensAnEquallyGoodCandidateWithinSoManyPairs(double margin, double discordant, int within) {
        Random random = new Random(7);
        int runs = 60;
        int[] needed = new int[runs];
        for (int run = 0; run < runs; run++) {
            Integer at = LiveTest.of(pairs(random, 2500, 0, discordant, false), margin, ALPHA)
                    .before()
                    .settledAt();
            needed[run] = at == null ? Integer.MAX_VALUE : at;
        }
        Arrays.sort(needed);
        assertThat(needed[runs * 8 / 10]).isLessThan(within);
    }

    @ParameterizedTest
    @CsvSource({"0.03, 0.06", "0.05, 0.10"})
    void closesARouteAtTheMarginSeldomerThanAlphaHoweverLongItIsWatched(double margin, double discordant) {
        Random random = new Random(11);
        int runs = 100;
        int closed = 0;
        for (int run = 0; run < runs; run++) {
            LiveTest test = LiveTest.of(pairs(random, 1500, -margin, discordant, true), margin, ALPHA);
            closed += test.state() == LiveTest.State.WORSE ? 1 : 0;
        }
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / runs);
        assertThat(closed / (double) runs).isLessThanOrEqualTo(ALPHA + 2.33 * error);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.10, 0.10, 900", "0.05, 0.20, 0.22, 250", "0.03, 0.10, 0.12, 800"})
    void closesSoonAfterAFallHoweverLongAllWasWell(double margin, double fall, double discordant, int within) {
        Random random = new Random(13);
        int runs = 40;
        int[] delays = new int[runs];
        for (int run = 0; run < runs; run++) {
            int good = 600;
            List<LivePair> all = pairs(random, good, 0, 0.04, true);
            all.addAll(pairs(random, 1200, -fall, discordant, true));
            Integer at = LiveTest.of(all, margin, ALPHA).since().settledAt();
            delays[run] = at == null ? Integer.MAX_VALUE : at - good;
        }
        Arrays.sort(delays);
        assertThat(delays[0]).isPositive();
        assertThat(delays[runs * 9 / 10]).isLessThan(within);
    }

    /** What waits for a person to open it may fall meanwhile: the word of that person is given for the model as it is then. */
    @Test
    void aRouteThatWaitsToBeOpenedIsWatched() {
        Random random = new Random(19);
        int runs = 60;
        int taken = 0;
        for (int run = 0; run < runs; run++) {
            List<LivePair> good = pairs(random, 1500, 0, 0.04, false);
            taken += LiveTest.of(good, 0.05, ALPHA).state() == LiveTest.State.READY ? 0 : 1;

            List<LivePair> fallen = pairs(random, 800, 0, 0.02, false);
            assertThat(LiveTest.of(fallen, 0.05, ALPHA).state()).isEqualTo(LiveTest.State.READY);
            fallen.addAll(pairs(random, 400, -0.3, 0.4, false));
            assertThat(LiveTest.of(fallen, 0.05, ALPHA).state()).isEqualTo(LiveTest.State.REJECTED);
        }
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / runs);
        assertThat(taken / (double) runs).isLessThanOrEqualTo(ALPHA + 2.33 * error);
    }

    @Test
    void boundsHoldTheTruthAtEveryLookAndOpenExactlyWhereTheLowerOnePassesTheMargin() {
        Random random = new Random(17);
        int missed = 0;
        for (int run = 0; run < 100; run++) {
            LiveTest test = LiveTest.of(pairs(random, 1000, -0.01, 0.09, false), 0.05, ALPHA);
            missed += test.before().path().stream().anyMatch(p -> p.low() > -0.01 || p.high() < -0.01) ? 1 : 0;
            Integer at = test.before().settledAt();
            for (Stretch.Point point : test.before().path()) {
                boolean passed = at != null && point.n() >= at;
                boolean reached = point.low() >= -0.05 - 2e-6;
                assertThat(reached).isEqualTo(passed);
            }
        }
        assertThat(missed / 100.0).isLessThan(2 * ALPHA);
    }

    @Test
    void losesNothingByAGapBetweenPairsOfBothKindsAndStartsWithNothing() {
        Random random = new Random(3);
        List<LivePair> shadow = pairs(random, 500, 0, 0.02, false);
        List<LivePair> served = pairs(random, 500, 0, 0.02, true);
        List<LivePair> mixed = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            mixed.add(shadow.get(i));
            mixed.add(served.get(i));
        }
        List<LivePair> apart = new ArrayList<>(shadow);
        apart.addAll(served);
        assertThat(LiveTest.of(mixed, 0.05, ALPHA)).isEqualTo(LiveTest.of(apart, 0.05, ALPHA));
        LiveTest none = LiveTest.of(List.of(), 0.05, ALPHA);
        assertThat(none.state()).isEqualTo(LiveTest.State.COLLECTING);
        assertThat(none.before().low()).isEqualTo(-1);
        assertThat(none.before().high()).isEqualTo(1);
    }

    @Test
    void rejectsACandidateThatIsMuchWorseAndSpendsNoMoreOnIt() {
        LiveTest test = LiveTest.of(pairs(new Random(5), 400, -0.3, 0.3, false), 0.05, ALPHA);
        assertThat(test.state()).isEqualTo(LiveTest.State.REJECTED);
    }
}
