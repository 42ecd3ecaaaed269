package dev.llmrouter.audit.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Verdict;
import dev.llmrouter.evaluate.collect.LivePair;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.record.ledger.Judged;
import dev.llmrouter.record.ledger.PairEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the test promises where feedback scores and praise comes later than complaints, or sooner: simulated with fixed seeds, looked at
 * daily. 250 pairs a day, feedback on 60 %, of which 90 % praises the answer that was served.
 */
@Tag("simulation")
class FeedbackScoresSimulationTest {
    private static final double ALPHA = 0.05;
    private static final double MARGIN = 0.05;
    private static final double USEFUL = 0.9;
    private static final int RUNS = 100;
    private static final int DAYS = 12;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final Duration WITHIN = Duration.ofDays(7);
    private static final PairQuestion QUESTION =
            new PairQuestion("t", "d", "cheap", "p/cheap", "big", "p/big", "feedback");

    /** All that comes of some days. @param feedback by request */
    private record Traffic(List<PairEntry> pairs, Map<String, Judged> feedback) {
        /** What the test says at a time, by what is in the ledger then. */
        LiveTest at(long nowMillis) {
            Map<String, Judged> come = new HashMap<>(feedback);
            come.values().removeIf(judged -> judged.timeMillis() > nowMillis);
            List<PairEntry> over = pairs.stream()
                    .filter(pair -> pair.timeMillis() <= nowMillis)
                    .filter(pair -> !FeedbackScores.waits(QUESTION, pair, WITHIN, nowMillis))
                    .toList();
            List<LivePair> outcomes = new ArrayList<>();
            for (PairEntry pair : FeedbackScores.scored(over, come, WITHIN)) {
                Double candidate = pair.candidateScore();
                Double baseline = pair.baselineScore();
                if (candidate != null && baseline != null) {
                    outcomes.add(new LivePair(pair.served(), candidate, baseline));
                }
            }
            return LiveTest.of(outcomes, MARGIN, ALPHA);
        }
    }

    /**
     * @param served whether the candidate serves
     * @param differs share of requests on which the other model says something else, of those whose answer is praised and of others
     * @param lagDays days after which praise comes, and complaints; a day more at most, if any
     */
    private static Traffic traffic(Random random, boolean served, double[] differs, double[] lagDays) {
        List<PairEntry> pairs = new ArrayList<>();
        Map<String, Judged> feedback = new HashMap<>();
        for (int i = 0; i < 250 * DAYS; i++) {
            long millis = (long) (random.nextDouble() * DAYS * DAY);
            boolean isUseful = random.nextDouble() < USEFUL;
            int of = isUseful ? 0 : 1;
            double agreement = random.nextDouble() < differs[of] ? 0 : 1;
            String id = "r" + i;
            pairs.add(QUESTION.entry(id, millis, served, agreement, 1.0, 1L, 0L, 0.1));
            if (random.nextDouble() < 0.6) {
                double lag = lagDays[of] + (lagDays[of] > 0 ? random.nextDouble() : 0);
                feedback.put(id, new Judged(id, millis + (long) (lag * DAY), isUseful ? 1 : 0));
            }
        }
        pairs.sort(Comparator.comparingLong(PairEntry::timeMillis));
        return new Traffic(pairs, feedback);
    }

    /** How many runs come to something at one of the daily looks. */
    private static int settled(boolean served, double[] differs, double[] lagDays, Predicate<LiveTest> settled) {
        Random random = new Random(48);
        int runs = 0;
        for (int run = 0; run < RUNS; run++) {
            Traffic traffic = traffic(random, served, differs, lagDays);
            boolean is = false;
            for (int day = 1; day <= DAYS && !is; day++) {
                is = settled.test(traffic.at(day * DAY));
            }
            runs += is ? 1 : 0;
        }
        return runs;
    }

    private static void isWithinTheLevel(int runs) {
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / RUNS);
        assertThat(runs / (double) RUNS).isLessThanOrEqualTo(ALPHA + 2.33 * error);
    }

    /** The candidate says something else where it loses the whole margin: of what is praised. In the order in which feedback came 72 % of the runs opened it. */
    @ParameterizedTest
    @CsvSource({"5, 0", "0, 5"})
    void opensACandidateAtTheMarginSeldomerThanAlpha(double praiseDays, double complaintDays) {
        double[] differs = {MARGIN / USEFUL, 0.3};
        isWithinTheLevel(settled(
                false, differs, new double[] {praiseDays, complaintDays}, test -> test.opening() == Verdict.PASS));
    }

    /** In the order in which feedback came all runs closed it. */
    @Test
    void closesARouteAtTheMarginSeldomerThanAlpha() {
        double[] differs = {0.3, MARGIN / (1 - USEFUL)};
        isWithinTheLevel(
                settled(true, differs, new double[] {5, 0}, test -> test.since().settledAt() != null));
    }

    /** What it costs: it opens that much later. */
    @Test
    void opensAGoodCandidateSoonAfterTheTimeIsOver() {
        Random random = new Random(7);
        int runs = 50;
        int opened = 0;
        for (int run = 0; run < runs; run++) {
            Traffic traffic = traffic(random, false, new double[] {0.02, 0.1}, new double[] {5, 0});
            assertThat(traffic.at(7 * DAY - 1).before().n()).isZero();
            opened += traffic.at(10 * DAY).opening() == Verdict.PASS ? 1 : 0;
        }
        assertThat(opened).isGreaterThanOrEqualTo(runs * 8 / 10);
    }
}
