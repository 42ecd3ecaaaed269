package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.DaySums;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates of false alarms and delays of true ones, by simulation; seeds are fixed. */
@Tag("simulation")
class DriftRatesTest {
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");
    private static final DriftSettings SETTINGS = DriftSettings.ofDefaults();

    private static List<Series> series(List<DaySums> days) {
        List<Series> series = new ArrayList<>();
        List<DaySums> lately =
                days.stream().filter(day -> day.daysAgo() < SETTINGS.days()).toList();
        new SeriesCollector(SETTINGS, null, lately, series, new ArrayList<>()).collect();
        new DeclineCollector(null, series).collect(days);
        return series;
    }

    /** Minimum sizes would hide false alarms, so that here the error level alone decides. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aYearOfDailyLooksWithoutAChangeKeepsTheBudget(boolean isLumpy) {
        int years = 100;
        int withFalseAlarm = 0;
        for (int year = 0; year < years; year++) {
            SimulatedDays days = new SimulatedDays(year, 60, isLumpy).add(34 + 365, 0.92, 1);
            boolean isAlarm = false;
            for (int day = 34; day < days.size() && !isAlarm; day++) {
                List<Series> series = series(days.asOf(day));
                double level = SETTINGS.level(series.size());
                isAlarm = series.stream().anyMatch(each -> each.p() < level);
            }
            withFalseAlarm += isAlarm ? 1 : 0;
        }
        double budget = SETTINGS.falseAlarmsPerYear();
        double error = Math.sqrt(budget * (1 - budget) / years);
        assertThat((double) withFalseAlarm / years).isLessThanOrEqualTo(budget + 2 * error);
    }

    /** On one day a month, on one now and then, or on two days every 40, most requests are others, worse and dearer. */
    @ParameterizedTest
    @EnumSource(Lumps.class)
    void whatComesInLumpsIsNoDrift(Lumps lumps) {
        int years = 20;
        int withFalseAlarm = 0;
        for (int year = 0; year < years; year++) {
            SimulatedDays days = new SimulatedDays(year, 60, false);
            Random random = new Random(year);
            int came = -100;
            for (int day = 0; day < 34 + 365; day++) {
                boolean comes = day - came >= 14 && random.nextDouble() < lumps.perDay;
                came = comes || (lumps == Lumps.MONTHLY && day % 30 == 0) ? day : came;
                if (day - came < lumps.days) {
                    days.addDay(lumps.requests, 0.80, 1.8);
                } else {
                    days.add(1, 0.92, 1);
                }
            }
            boolean isAlarm = false;
            for (int day = 34; day < days.size() && !isAlarm; day++) {
                isAlarm = !DriftWatch.judge(days.asOf(day), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                        .alarms()
                        .isEmpty();
            }
            withFalseAlarm += isAlarm ? 1 : 0;
        }
        assertThat(withFalseAlarm).isLessThanOrEqualTo(1);
    }

    private enum Lumps {
        MONTHLY(1, 3000, 0),
        NOW_AND_THEN(1, 3000, 1 / 14.0),
        CALLER(2, 360, 1 / 40.0);

        private final int days;
        private final int requests;
        private final double perDay;

        Lumps(int days, int requests, double perDay) {
            this.days = days;
            this.requests = requests;
            this.perDay = perDay;
        }
    }

    /** As where nobody ever complains. */
    @Test
    void aSeriesThatNeverVariesIsSteadyWithAnErrorLevelThatIsANumber() {
        SimulatedDays days = new SimulatedDays(1, 60, false).add(35, 1, 1);
        assertThat(series(days.asOf(34)))
                .allSatisfy(each -> assertThat(each.p()).isBetween(0.0, 1.0))
                .filteredOn(each -> each.subject().kind() == Kind.QUALITY)
                .singleElement()
                .satisfies(each -> assertThat(each.p()).isEqualTo(1));
    }

    /** The tests themselves are not just too strict to ever alarm: at 1 % each is wrong about 1 % of the time. */
    @Test
    void everyTestHoldsItsLevelAndUsesIt() {
        int looks = 2000;
        int[] wrong = new int[Kind.values().length];
        for (int look = 0; look < looks; look++) {
            for (Series each :
                    series(new SimulatedDays(look, 60, false).add(35, 0.92, 1).asOf(34))) {
                wrong[each.subject().kind().ordinal()] += each.p() < 0.01 ? 1 : 0;
            }
        }
        double error = Math.sqrt(0.01 * 0.99 / looks);
        for (Kind kind :
                List.of(Kind.QUALITY, Kind.FAILURES, Kind.COST, Kind.CORRECTIONS, Kind.LATENCY, Kind.CONFIDENCE)) {
            assertThat(wrong[kind.ordinal()] / (double) looks).as(kind.key()).isLessThanOrEqualTo(0.01 + 3 * error);
            assertThat(wrong[kind.ordinal()]).as(kind.key()).isGreaterThan(looks / 1000);
        }
    }

    private static int medianDelay(Kind kind, int perDay, double quality, double cost) {
        int[] delays = IntStream.range(0, 40)
                .map(seed -> {
                    SimulatedDays days = new SimulatedDays(seed, perDay, true)
                            .add(40, 0.92, 1)
                            .add(28, quality, cost);
                    for (int day = 40; day < days.size(); day++) {
                        boolean isFound = DriftWatch.judge(
                                        days.asOf(day), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                                .alarms()
                                .stream()
                                .anyMatch(alarm -> alarm.subject().kind() == kind);
                        if (isFound) {
                            return day - 39;
                        }
                    }
                    return 99;
                })
                .sorted()
                .toArray();
        return delays[20];
    }

    @Test
    void aChangeOfTheStatedSizeIsFoundWithinAFewDays() {
        assertThat(medianDelay(Kind.QUALITY, 100, 0.92 - 0.10, 1)).isLessThanOrEqualTo(6);
        assertThat(medianDelay(Kind.QUALITY, 600, 0.92 - 0.055, 1)).isLessThanOrEqualTo(8);
        assertThat(medianDelay(Kind.COST, 200, 0.92, 1.3)).isLessThanOrEqualTo(8);
        assertThat(medianDelay(Kind.COST, 100, 0.92, 2)).isLessThanOrEqualTo(5);
    }

    /** A point a week: from one week to the next that is nothing. */
    @Test
    void whatCreepsIsFoundAgainstAQuarterAgo() {
        List<Integer> found = new ArrayList<>();
        for (int seed = 0; seed < 30; seed++) {
            SimulatedDays days = new SimulatedDays(seed, 100, true).add(DeclineCollector.DAYS, 0.92, 1);
            int day = days.size();
            boolean isFound = false;
            for (int week = 1; week <= 20 && !isFound; week++) {
                days.add(7, 0.92 - 0.01 * week, 1);
                isFound = DriftWatch.judge(
                                days.asOf(days.size() - 1), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                        .alarms()
                        .stream()
                        .anyMatch(alarm -> alarm.subject().kind() == Kind.DECLINE);
            }
            found.add(isFound ? (days.size() - day) / 7 : 99);
        }
        found.sort(null);
        assertThat(found.get(15)).as("weeks, %s", found).isLessThanOrEqualTo(8);
    }

    @Test
    void aDeclineSaysBothTimesAndNeedsEnoughOfBoth() {
        SimulatedDays days = new SimulatedDays(7, 100, false)
                .add(28, 0.92, 1)
                .add(35, 0.87, 1)
                .add(28, 0.82, 1);
        DriftReport report = DriftWatch.judge(days.asOf(90), List.of(), List.of(), NOW, null, List.of(), SETTINGS);
        assertThat(report.alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.subject().id()).isEqualTo("decline/colour/cheap");
            assertThat(alarm.since()).isBetween("2026-07-30", "2026-09-04");
            assertThat(alarm.text())
                    .contains("in the last 28 days", "a quarter before (the 28 days that ended 63 days ago)")
                    .doesNotContain("about since");
        });
        assertThat(DriftWatch.judge(days.asOf(62), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                        .watched())
                .noneMatch(each -> each.subject().kind() == Kind.DECLINE);
    }

    /** The days of the first fall would make days differ so much that the second one is no news for weeks. */
    @Test
    void aRelapseIsNoticedAsSoonAsAFirstFall() {
        RoutingPolicy policy =
                PolicyLoader.builder(Clock.fixed(NOW, ZoneOffset.UTC)).build().load("""
                        version: 1
                        owner: Ada
                        baseline: premium
                        providers:
                          p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: x }
                        models:
                          small: { provider: p, price: unknown }
                          large: { provider: p, price: unknown }
                        tiers:
                          cheap: { models: [small] }
                          premium: { models: [large] }
                        tasks:
                          colour: { tier: cheap, description: Names colours., rationale: Simple., margin: 0.05 }
                        """, "policy.yaml");
        List<Integer> found = new ArrayList<>();
        int unanswered = 0;
        for (int run = 0; run < 12; run++) {
            SimulatedDays days = new SimulatedDays(300 + run, 100, false)
                    .add(40, 0.95, 1)
                    .add(8, 0.85, 1)
                    .add(10, 0.95, 1);
            int relapse = days.size();
            int day = 99;
            for (int i = 1; i <= 14 && day == 99; i++) {
                days.add(1, 0.85, 1);
                int last = days.size() - 1;
                LocalDate today = LocalDate.ofInstant(NOW, ZoneOffset.UTC);
                AnsweredDrift first =
                        new AnsweredDrift("colour", today.minusDays(last - 40), today.minusDays(last - 48));
                day = isQualityAlarm(days, policy, List.of(first)) ? days.size() - relapse : 99;
                unanswered += isQualityAlarm(days, policy, List.of()) ? 1 : 0;
                assertThat(isQualityAlarm(
                                days, policy, List.of(new AnsweredDrift("other", first.since(), first.accepted()))))
                        .isEqualTo(isQualityAlarm(days, policy, List.of()));
            }
            found.add(day);
        }
        found.sort(null);
        assertThat(found.get(6)).as("days, %s", found).isLessThanOrEqualTo(7);
        assertThat(unanswered)
                .as("looks that find it in spite of the first fall")
                .isZero();
    }

    private static boolean isQualityAlarm(SimulatedDays days, RoutingPolicy policy, List<AnsweredDrift> answered) {
        return DriftWatch.judge(days.asOf(days.size() - 1), List.of(), List.of(), NOW, policy, answered, SETTINGS)
                .alarms()
                .stream()
                .anyMatch(alarm -> alarm.subject().kind() == Kind.QUALITY);
    }

    /** A fall that was mended and proven anew does not date the next one: evidence of between them is older than that. */
    @Test
    void aDeclineIsDatedByTheDayThatSplitsTheQuarterBest() {
        SimulatedDays days = new SimulatedDays(11, 100, false)
                .add(40, 0.95, 1)
                .add(6, 0.85, 1)
                .add(25, 0.95, 1)
                .add(20, 0.82, 1);
        assertThat(DriftWatch.judge(days.asOf(90), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                        .alarms())
                .filteredOn(alarm -> alarm.subject().kind() == Kind.DECLINE)
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.since()).isBetween("2026-09-09", "2026-09-13"));
    }

    @Test
    void whatIsSmallerThanTheStatedSizeIsNoAlarmHoweverCertain() {
        SimulatedDays days = new SimulatedDays(5, 4000, false).add(28, 0.92, 1).add(7, 0.89, 1.15);
        DriftReport report = DriftWatch.judge(days.asOf(34), List.of(), List.of(), NOW, null, List.of(), SETTINGS);
        assertThat(report.alarms()).isEmpty();
        assertThat(report.watched())
                .filteredOn(each -> each.subject().kind() == Kind.QUALITY)
                .singleElement()
                .satisfies(each -> assertThat(each.state()).isEqualTo(Watched.State.UNCERTAIN));
    }

    @Test
    void tooFewRequestsAreNotJudgedAndThatIsSaid() {
        SimulatedDays days = new SimulatedDays(5, 10, false).add(28, 0.92, 1).add(7, 0.1, 9);
        DriftReport report = DriftWatch.judge(days.asOf(34), List.of(), List.of(), NOW, null, List.of(), SETTINGS);
        assertThat(report.alarms()).isEmpty();
        assertThat(report.watched()).isNotEmpty().allSatisfy(each -> {
            assertThat(each.state()).isEqualTo(Watched.State.NOT_JUDGED);
            assertThat(each.text()).contains("70 requests", "100 are needed");
        });
    }

    @Test
    void improvementRaisesNoAlarmOfQuality() {
        SimulatedDays days = new SimulatedDays(5, 300, false).add(28, 0.70, 1).add(7, 0.95, 1);
        assertThat(DriftWatch.judge(days.asOf(34), List.of(), List.of(), NOW, null, List.of(), SETTINGS)
                        .alarms())
                .isEmpty();
    }
}
