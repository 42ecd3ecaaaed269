package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.Moments;
import dev.llmrouter.record.ledger.SaidSums;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks pass nearly all outputs and are there at once, people find fewer useful and say so later: both are no one measure. */
class FeedbackAndChecksTest {
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");
    private static final Subject QUALITY = new Subject(Kind.QUALITY, "t", "economy");
    private static final int PER_DAY = 400;

    @TempDir
    private Path folder;

    /** Requests of some days, with the day on which somebody spoke of each. */
    private static final class Traffic {
        private final SplittableRandom random;
        private final List<int[]> spoken = new ArrayList<>(); // day, day of feedback, useful, passed
        private final List<Long> passed = new ArrayList<>();

        Traffic(int seed) {
            random = new SplittableRandom(seed);
        }

        void add(int days, double pass, double share, double useful, double meanDelayDays) {
            for (int i = 0; i < days; i++) {
                int day = passed.size();
                long ofDay = 0;
                for (int n = 0; n < PER_DAY; n++) {
                    boolean isPassed = random.nextDouble() < pass;
                    ofDay += isPassed ? 1 : 0;
                    if (random.nextDouble() < share) {
                        double delay = random.nextDouble() - Math.log(1 - random.nextDouble()) * meanDelayDays;
                        int isUseful = random.nextDouble() < useful ? 1 : 0;
                        spoken.add(new int[] {day, (int) (day + delay), isUseful, isPassed ? 1 : 0});
                    }
                }
                passed.add(ofDay);
            }
        }

        /** What a ledger says at the end of the last day. */
        List<DaySums> today() {
            int today = passed.size() - 1;
            long[][] said = new long[passed.size()][3];
            for (int[] each : spoken) {
                if (each[1] <= today) {
                    said[each[0]][0]++;
                    said[each[0]][1] += each[2];
                    said[each[0]][2] += each[3];
                }
            }
            List<DaySums> all = new ArrayList<>();
            for (int day = Math.max(0, today - DeclineCollector.DAYS + 1); day <= today; day++) {
                long[] now = said[day];
                DaySums sums = new DaySums(
                        today - day,
                        "t",
                        "economy",
                        PER_DAY,
                        0,
                        0,
                        Moments.NONE,
                        PER_DAY,
                        passed.get(day) - now[2] + now[1],
                        now[0],
                        0,
                        Moments.NONE,
                        Moments.NONE,
                        0,
                        0,
                        0,
                        0);
                all.add(sums.apart(new SaidSums(now[0], now[1], now[0], now[2])));
            }
            return all;
        }

        Optional<DriftAlarm> alarm() {
            return DriftWatch.judge(today(), List.of(), List.of(), NOW, null, List.of(), DriftSettings.ofDefaults())
                    .alarms()
                    .stream()
                    .filter(alarm -> alarm.subject().kind().isOfQuality())
                    .findFirst();
        }
    }

    /** The latest days count by their checks until people speak: what these pass hid that people are less content. 0 of 20 were found in 89 days. */
    @Test
    void aFallThatPeopleSeeIsNotHiddenByChecks() {
        List<Integer> found = new ArrayList<>();
        for (int run = 0; run < 12; run++) {
            Traffic traffic = new Traffic(run);
            traffic.add(91, 0.98, 0.8, 0.85, 7);
            int day = 0;
            boolean isFound = false;
            while (!isFound && day < 20) {
                traffic.add(1, 0.98, 0.8, 0.75, 7);
                day++;
                isFound = traffic.alarm().isPresent();
            }
            found.add(isFound ? day : 99);
        }
        found.sort(null);
        assertThat(found.get(6)).as("median of %s", found).isBetween(3, 8);
        assertThat(found.get(11)).as("last of %s", found).isLessThanOrEqualTo(10);
    }

    /** Both measures fall by 8 to 10 points: 0 of 20 were found. */
    @Test
    void aFallIsFoundWhereFewerPeopleSpeakThanBefore() {
        for (int run = 0; run < 10; run++) {
            Traffic traffic = new Traffic(100 + run);
            traffic.add(60, 0.98, 0.5, 0.85, 0);
            boolean isFound = false;
            for (int day = 1; day <= 14 && !isFound; day++) {
                traffic.add(1, 0.90, 0.1, 0.75, 0);
                isFound = traffic.alarm().isPresent();
            }
            assertThat(isFound).as("run %s", run).isTrue();
        }
    }

    /** Nothing changes but that people begin to speak: it raised an alarm in 20 of 20 at a half, 15 of 20 at a third. */
    @Test
    void nothingFellWherePeopleBeginToSpeak() {
        for (int run = 0; run < 5; run++) {
            Traffic traffic = new Traffic(200 + run);
            traffic.add(60, 0.98, 0, 0.8, 1);
            for (int day = 1; day <= 45; day++) {
                traffic.add(1, 0.98, 0.5, 0.8, 1);
                assertThat(day % 3 == 0 ? traffic.alarm() : Optional.empty())
                        .as("run %s day %s", run, day)
                        .isEmpty();
            }
        }
    }

    /** More people speak when a model breaks: that others may speak is no doubt of what checks find in the same outputs. */
    @Test
    void whatChecksFindStandsWhereOthersMayHaveSpoken() throws Exception {
        int alarms = 0;
        for (int run = 0; run < 10; run++) {
            Traffic traffic = new Traffic(300 + run);
            traffic.add(60, 0.98, 0.3, 0.9, 0);
            traffic.add(7, 0.88, 0.6, 0.4, 0);
            DriftAlarm alarm = traffic.alarm().orElseThrow();
            assertThat(alarm.doubt()).as("run %s: %s", run, alarm.text()).isNull();
            assertThat(alarm.text()).contains("passed their check");
            assertThat(alarm.causes().toString()).contains("The share of the answers with feedback went from");
            assertThat(DriftJson.alarm(alarm).path("doubt").isNull()).isTrue();
            alarms++;
        }
        assertThat(alarms).isEqualTo(10);
    }

    /** Level 1 %, no smallest size: two measures are wrong together no more often than one. */
    @Test
    void bothTogetherHoldTheLevelOfOne() {
        int looks = 400;
        int wrong = 0;
        for (int look = 0; look < looks; look++) {
            Traffic traffic = new Traffic(1000 + look);
            traffic.add(35, 0.98, 0.3, 0.8, 0);
            List<Series> series = new ArrayList<>();
            new SeriesCollector(DriftSettings.ofDefaults(), null, traffic.today(), series, new ArrayList<>()).collect();
            wrong += series.stream().anyMatch(each -> each.subject().equals(QUALITY) && each.p() < 0.01) ? 1 : 0;
        }
        assertThat((double) wrong / looks).isLessThanOrEqualTo(0.01 + 3 * Math.sqrt(0.01 * 0.99 / looks));
    }

    /** @param share of the requests, {@code useful} of these, each from its day on that many days ago; checks pass 98 % */
    private void fill(int changedDaysAgo, double[] share, double[] useful, Duration delay) {
        SplittableRandom random = new SplittableRandom(11);
        List<LedgerEntry> entries = new ArrayList<>();
        for (int day = 49; day >= 0; day--) {
            int window = day < changedDaysAgo ? 1 : 0;
            for (int i = 0; i < 70; i++) {
                Instant at = NOW.minus(Duration.ofDays(day)).minus(Duration.ofMinutes(10L * i));
                String id = day + "-" + i;
                boolean isPassed = random.nextDouble() < 0.98;
                entries.add(LedgerRow.of(id, at)
                        .task("t")
                        .to("economy", "small")
                        .verify(isPassed ? "passed" : "failed")
                        .row());
                Instant said = at.plus(delay);
                boolean isSaid = random.nextDouble() < share[window];
                boolean isUseful = random.nextDouble() < useful[window];
                if (isSaid && said.isBefore(NOW)) {
                    entries.add(new FeedbackEntry(
                            "f" + id, id, said.toEpochMilli(), isUseful, null, null, null, null, null));
                }
            }
        }
        LedgerSettings settings = LedgerSettings.embedded(folder);
        try (Ledger ledger = Ledger.open(settings, System::nanoTime)) {
            ledger.write(entries);
        }
    }

    private DriftReport watched() throws Exception {
        try (LedgerReader reader = LedgerReader.open(LedgerSettings.embedded(folder))) {
            return DriftWatch.of(reader, NOW, null, List.of(), DriftSettings.ofDefaults());
        }
    }

    @Test
    void theLedgerTellsPeopleFromChecks() throws Exception {
        fill(7, new double[] {0, 0.8}, new double[] {0.7, 0.7}, Duration.ofHours(1));

        assertThat(watched().alarm(QUALITY)).isEmpty();
        assertThat(watched().watched())
                .filteredOn(each -> each.subject().equals(QUALITY))
                .singleElement()
                .satisfies(each -> assertThat(each.text()).contains("outputs passed their check in 9"));
    }

    @Test
    void aFallThatAsManySeeAsBeforeStandsWithoutDoubt() throws Exception {
        fill(9, new double[] {0.8, 0.8}, new double[] {0.9, 0.6}, Duration.ofHours(1));

        assertThat(watched().alarm(QUALITY)).hasValueSatisfying(alarm -> {
            assertThat(alarm.text()).contains("people found outputs useful in 6");
            assertThat(alarm.doubt()).isNull();
        });
    }

    /** Others may speak than before: nothing is taken back for that. */
    @Test
    void whereManyMoreSpeakTheAlarmSaysSoAndProvesNothing() throws Exception {
        fill(8, new double[] {0.2, 0.8}, new double[] {0.9, 0.6}, Duration.ofHours(1));

        RoutingPolicy policy = PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: test
                baseline: premium
                evidence: enforce
                providers:
                  p: { protocol: simulator }
                models:
                  small: { provider: p, price: { input: 0.1, output: 0.1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  t:
                    tier: economy
                    description: d
                    rationale: r
                    review: { qualityDrop: 0.05, minPerWeek: 100, onDrift: premium }
                """, "test");
        DriftReport report =
                new DriftResponse(policy, folder, LocalDate.ofInstant(NOW, ZoneOffset.UTC)).respond(watched());
        assertThat(report.alarm(QUALITY)).hasValueSatisfying(alarm -> {
            assertThat(alarm.actions())
                    .first()
                    .asString()
                    .startsWith("The policy says onDrift: premium, and nothing was revoked: The share of the answers");
            assertThat(alarm.doubt()).contains("share of the answers with feedback went from");
            assertThat(alarm.causes())
                    .first()
                    .asString()
                    .contains("share of the answers with feedback went from", "other people");
        });
    }
}
