package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.DAY;
import static dev.llmrouter.record.ledger.LedgerEntries.HOUR;
import static dev.llmrouter.record.ledger.LedgerEntries.TRAFFIC_DAYS;
import static dev.llmrouter.record.ledger.LedgerEntries.judged;
import static dev.llmrouter.record.ledger.LedgerEntries.of;
import static dev.llmrouter.record.ledger.LedgerEntries.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums by minute, hour and day equal the requests that they are of, whatever comes in whatever order. */
@Tag("once")
class LedgerRollupsTest extends LedgerOnAnyDatabase {
    /** Requests twice, feedback before its request, days after it and more than once, judges, and a new start now and then. */
    private void randomTraffic(RandomGenerator random) throws Exception {
        int requests = 1_500;
        int feedback = 0;
        List<LedgerEntry> batch = new ArrayList<>();
        Ledger ledger = open();
        try {
            for (int i = 0; i < 4_000; i++) {
                String id = "r" + random.nextInt(requests);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        String corrected = random.nextInt(4) == 0 ? "ab" : null;
                        batch.add(new FeedbackEntry(
                                "f" + (random.nextInt(8) == 0 ? random.nextInt(feedback + 1) : feedback++),
                                id,
                                random.nextLong(9 * DAY),
                                random.nextBoolean(),
                                null,
                                null,
                                corrected,
                                "x",
                                null));
                    }
                    case 1 -> {
                        if (random.nextInt(5) == 0) {
                            batch.add(judged(id, random.nextInt(4) == 0 ? null : random.nextLong(1L << 40)));
                        }
                    }
                    default -> batch.add(random(random, id));
                }
                if (batch.size() > random.nextInt(1_200)) {
                    ledger.write(batch);
                    batch = new ArrayList<>();
                    if (random.nextInt(5) == 0) {
                        ledger.close();
                        ledger = open();
                    }
                }
            }
            ledger.write(batch);
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).isZero();
        } finally {
            ledger.close();
        }
    }

    private void rollupsEqualTheirRequests() throws Exception {
        long newest = count("SELECT MAX(bucket_ms) FROM llm_minute");
        assertThat(newest).isEqualTo(count("SELECT MAX(time_ms) / 60000 * 60000 FROM llm_request"));
        long keptSince = newest - RollupTable.MINUTES_KEPT_MILLIS;
        assertThat(count("SELECT MIN(bucket_ms) FROM llm_minute")).isGreaterThanOrEqualTo(keptSince);
        assertThat(count("SELECT MIN(bucket_ms) FROM llm_task_minute")).isGreaterThanOrEqualTo(keptSince);
        for (RollupTable table : RollupTable.values()) {
            assertThat(differences(table, table.isOfMinutes() ? keptSince : 0))
                    .as(table.table())
                    .isZero();
        }
        // said once more, without the SQL that the roll-ups are filled from
        for (String table : List.of("llm_hour", "llm_day", "llm_task_hour", "llm_task_day")) {
            for (String money : List.of("cost", "classifier")) {
                String column = money.equals("cost") ? "cost_pico_usd" : money + "_cost_pico_usd";
                assertThat(count("SELECT SUM(" + money + "_micro_usd) FROM " + table))
                        .isEqualTo(count("SELECT SUM(" + column + " / 1000000) FROM llm_request"));
                assertThat(count("SELECT SUM(" + money + "_rest_pico_usd) FROM " + table))
                        .isEqualTo(count("SELECT SUM(" + column + " % 1000000) FROM llm_request"));
            }
            assertThat(count("SELECT SUM(requests) FROM " + table))
                    .isEqualTo(count("SELECT COUNT(*) FROM llm_request"));
            assertThat(count("SELECT SUM(answered) FROM " + table))
                    .isEqualTo(count("SELECT COUNT(DISTINCT f.request_id) FROM llm_feedback f"
                            + " JOIN llm_request r ON r.request_id = f.request_id"))
                    .isPositive();
        }
    }

    private record Read(
            Set<DestinationSums> destinations, Set<TrafficFlow> flows, List<TrafficSlot> slots, List<DaySums> days) {}

    private List<Read> reads(List<LedgerFilter> filters) throws Exception {
        List<Read> all = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings())) {
            for (LedgerFilter filter : filters) {
                all.add(new Read(
                        Set.copyOf(reader.destinations(filter)),
                        Set.copyOf(reader.traffic().flows(filter)),
                        reader.traffic().slots(filter, 5),
                        reader.days()
                                .sums(new LedgerFilter(
                                        filter.fromMillis() - 1, filter.toMillis(), filter.task(), filter.caller()))));
            }
            assertThat(reader.traffic().callers(LedgerFilter.between(0, 9 * DAY)))
                    .containsExactly("team-0", "team-1", "team-2");
        }
        return all;
    }

    /** One that is its own row of the sums by hour, with values at the limits. */
    private static RequestEntry odd(RandomGenerator random, String id) {
        List<Double> confidences =
                new ArrayList<>(List.of(0.0, 1.0, 0.0000005, 0.1234565, 0.1234575, 0.5000005, 2.5, -0.1234565));
        confidences.add(null);
        confidences.add(random.nextDouble());
        List<Long> numbers = new ArrayList<>(List.of(0L, 1L, 999_999L, 1_000_000L, 1_000_001L, Long.MAX_VALUE));
        numbers.add(null);
        numbers.add(random.nextLong(1L << 50));
        List<Long> tokens = new ArrayList<>(List.of(0L, 1L, random.nextLong(1L << 40)));
        tokens.add(null);
        List<Long> durations =
                List.of(0L, 1L, 19L, 20L, 159_799L, 159_800L, random.nextLong(400_000), random.nextLong(2_000));
        List<String> verdicts = new ArrayList<>(List.of("passed", "failed", "escalated"));
        verdicts.add(null);
        return new RequestEntry(
                id,
                random.nextLong(HOUR),
                random.nextBoolean() ? null : "team ü",
                random.nextInt(5) == 0 ? "embeddings" : "openai",
                random.nextInt(5) == 0 ? null : "",
                random.nextInt(3) == 0 ? null : random.nextInt(4) == 0 ? "rule" : "learned",
                any(random, confidences),
                null,
                random.nextBoolean() ? null : "economy",
                random.nextBoolean() ? null : "small",
                random.nextBoolean() ? null : "local",
                any(random, tokens),
                any(random, tokens),
                any(random, tokens),
                any(random, tokens),
                any(random, tokens),
                random.nextBoolean(),
                any(random, numbers),
                any(random, numbers),
                null,
                null,
                null,
                any(random, numbers),
                "[]",
                "[]",
                id,
                null,
                null,
                any(random, verdicts),
                random.nextInt(4) == 0 ? "error" : "ok",
                null,
                false,
                false,
                random.nextInt(3) == 0,
                1,
                null,
                any(random, durations),
                null);
    }

    private static <T> T any(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** New requests are added up from their entries, all others by SQL; both must say the same of every single one. */
    @Test
    void whatANewRequestAddsEqualsWhatIsReadOfItToTheLastDigit() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        List<LedgerEntry> batch = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            batch.add(odd(random, "r" + i));
        }
        List<LedgerEntry> early =
                List.of(new FeedbackEntry("f", "r7", 1, false, null, 7, "ab", "x", null), judged("r8", 77L));
        try (Ledger ledger = open()) {
            ledger.write(early);
            ledger.write(batch);
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).isZero();
        }
        assertThat(count("SELECT COUNT(*) FROM llm_hour WHERE requests = 1")).isEqualTo(2_000);
        assertThat(count("SELECT COUNT(*) FROM llm_hour WHERE answered = 1 OR judge_rest_pico_usd = 77"))
                .isEqualTo(2);
        assertThat(differences(RollupTable.HOURS, 0)).isZero();
        assertThat(differences(RollupTable.MINUTES, 0)).isZero();
    }

    /** The seeds are fixed. */
    @Test
    void rollupsAndWhatIsReadFromThemEqualTheRequestsToTheLastPicoUsd() throws Exception {
        RandomGenerator random = new SplittableRandom(20261126);
        randomTraffic(random);
        rollupsEqualTheirRequests();

        List<LedgerFilter> filters = new ArrayList<>(List.of(
                LedgerFilter.between(0, TRAFFIC_DAYS * DAY - 1),
                LedgerFilter.between(DAY, DAY + 5 * HOUR - 1),
                LedgerFilter.between(7, 2 * DAY + 11),
                new LedgerFilter(0, 3 * DAY - 1, LedgerFilter.UNCLASSIFIED, null),
                new LedgerFilter(5, 3 * DAY - 1, LedgerFilter.EMBEDDINGS, null),
                LedgerFilter.between(9, 3)));
        long newest = count("SELECT MAX(bucket_ms) FROM llm_minute") + 60_000;
        for (long minutes : List.of(60L, 95L, 150L, 200L)) {
            long from = newest - minutes * 60_000;
            filters.add(LedgerFilter.between(from, newest - 1));
            filters.add(new LedgerFilter(from, newest - 1, null, "team-1"));
            filters.add(LedgerFilter.between(from + 17, newest - 30_000));
        }
        for (int i = 0; i < 30; i++) {
            long from = random.nextLong(TRAFFIC_DAYS * DAY);
            filters.add(new LedgerFilter(
                    from,
                    from + random.nextLong(TRAFFIC_DAYS * DAY),
                    random.nextBoolean() ? null : "task-1",
                    random.nextBoolean() ? null : "team-1"));
        }
        List<Read> fromRollups = reads(filters);
        for (RollupTable table : RollupTable.values()) {
            execute("DROP TABLE " + table.table());
        }
        assertThat(reads(filters)).isEqualTo(fromRollups);
    }

    @Test
    void aLedgerOfBeforeTheRollupsGetsThem() throws Exception {
        randomTraffic(new SplittableRandom(7));
        backTo(4);
        open().close();
        rollupsEqualTheirRequests();
        assertThat(count("SELECT COUNT(*) FROM llm_feedback WHERE NOT request_known"))
                .isEqualTo(count("SELECT COUNT(*) FROM llm_feedback f WHERE NOT EXISTS"
                        + " (SELECT 1 FROM llm_request r WHERE r.request_id = f.request_id)"))
                .isPositive();
    }

    @Test
    void aLedgerOfBeforeLatenciesGetsThemAndIsReadBeforeThat() throws Exception {
        randomTraffic(new SplittableRandom(9));
        List<LedgerFilter> filters =
                List.of(LedgerFilter.between(0, TRAFFIC_DAYS * DAY - 1), LedgerFilter.between(DAY + 5, 3 * DAY + 11));
        List<Read> now = reads(filters);
        backTo(7);
        List<Read> before = reads(filters);
        assertThat(before)
                .extracting(Read::flows)
                .isEqualTo(now.stream().map(Read::flows).toList());
        assertThat(before.get(0).destinations())
                .extracting(DestinationSums::latency)
                .containsOnlyNulls();
        open().close();
        rollupsEqualTheirRequests();
        assertThat(reads(filters)).isEqualTo(now);
    }

    @Test
    void aLedgerOfBeforeTheMinutesByTaskGetsThemAndIsReadBeforeThat() throws Exception {
        randomTraffic(new SplittableRandom(10));
        long end = count("SELECT MAX(bucket_ms) FROM llm_minute") + 60_000;
        List<LedgerFilter> filters = List.of(
                LedgerFilter.between(end - HOUR, end - 1),
                new LedgerFilter(end - HOUR, end - 1, "task-1", null),
                new LedgerFilter(end - HOUR, end - 1, null, "team-1"));
        List<Read> now = reads(filters);
        backTo(8);
        assertThat(reads(filters)).isEqualTo(now);
        open().close();
        rollupsEqualTheirRequests();
        assertThat(reads(filters)).isEqualTo(now);
    }

    @Test
    void rollupsOutliveTheirRequestsAndGoInTheirOwnTime() throws Exception {
        randomTraffic(new SplittableRandom(8));
        LedgerFilter whole = LedgerFilter.between(0, TRAFFIC_DAYS * DAY - 1);
        List<Read> before = reads(List.of(whole));
        try (Ledger ledger = open()) {
            assertThat(ledger.forget(3 * DAY)).isPositive();
            ledger.take(new FeedbackEntry("late", "r1", 20 * DAY, true, null, null, null, "x", null));
            assertThat(count("SELECT COUNT(*) FROM llm_request WHERE time_ms < " + 3 * DAY))
                    .isZero();
            Read after = reads(List.of(whole)).get(0);
            assertThat(after.flows()).isEqualTo(before.get(0).flows());
            assertThat(after.slots()).isEqualTo(before.get(0).slots());
            try (LedgerReader reader = LedgerReader.open(settings())) {
                assertThat(reader.oldestMillis().orElseThrow()).isLessThan(HOUR);
            }

            assertThat(ledger.forgetRollups(3 * DAY)).isPositive();
            assertThat(count("SELECT MIN(bucket_ms) FROM llm_day")).isEqualTo(3 * DAY);
            assertThat(count("SELECT MIN(bucket_ms) FROM llm_hour")).isEqualTo(3 * DAY);
            assertThat(count("SELECT SUM(requests) FROM llm_day")).isEqualTo(count("SELECT COUNT(*) FROM llm_request"));
            assertThat(count("SELECT SUM(requests) FROM llm_task_day"))
                    .isEqualTo(count("SELECT COUNT(*) FROM llm_request"));
        }
    }

    /** Requests go by the hour, sums by the day: a day would count what its hours know no more. */
    @Test
    void sumsByHourAndByDayBeginTogether() throws Exception {
        long noon = 2 * DAY + 12 * HOUR;
        LedgerFilter all = LedgerFilter.between(0, 9 * DAY);
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("before", DAY, "economy", 1L, null, false),
                    of("morning", noon - 2 * HOUR, "economy", 1L, null, false),
                    of("evening", noon + 10 * HOUR, "economy", 1L, null, false)));
            assertThat(ledger.forget(noon)).isEqualTo(2);
            assertThat(ledger.forgetRollups(noon)).isPositive();
            try (LedgerReader reader = LedgerReader.open(settings())) {
                long oldest = reader.oldestMillis().orElseThrow();
                assertThat(oldest).isEqualTo(noon - 2 * HOUR);
                assertThat(requests(reader, LedgerFilter.between(oldest, 9 * DAY)))
                        .isEqualTo(requests(reader, all))
                        .isEqualTo(2);
                assertThat(reader.rowsSinceMillis()).hasValue(noon + 10 * HOUR);
            }

            assertThat(ledger.forgetRollups(3 * DAY)).isPositive();
            assertThat(ledger.forgetRollups(3 * DAY)).isZero();
            for (String table : List.of("llm_hour", "llm_day", "llm_task_hour", "llm_task_day")) {
                assertThat(count("SELECT COUNT(*) FROM " + table)).as(table).isZero();
            }
        }
    }

    /** As an earlier version did: by the hour, and where nobody had said how long requests are kept. */
    private void forgetSumsAlone(long before) throws Exception {
        for (RollupTable table : RollupTable.values()) {
            if (!table.isOfMinutes()) {
                execute("DELETE FROM " + table.table() + " WHERE bucket_ms <= " + (before - table.length()));
            }
        }
        execute("DELETE FROM llm_model_version WHERE last_ms < " + before);
    }

    private boolean lacksSums() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            return reader.lacksSums();
        }
    }

    /** Its requests were in no figure, for ever. */
    @Test
    void sumsThatWentBeforeTheirRequestsAreMadeAnewAtTheNextOpening() throws Exception {
        randomTraffic(new SplittableRandom(12));
        List<LedgerFilter> filters =
                List.of(LedgerFilter.between(0, TRAFFIC_DAYS * DAY - 1), LedgerFilter.between(DAY + 5, 3 * DAY + 11));
        List<Read> before = reads(filters);
        long versions = count("SELECT SUM(requests) FROM llm_model_version");
        assertThat(lacksSums()).isFalse();

        forgetSumsAlone(3 * DAY + 12 * HOUR + 7);
        execute("DELETE FROM llm_model_version WHERE task = 'task-1'");
        assertThat(lacksSums()).isTrue();
        assertThat(reads(filters)).isNotEqualTo(before);
        assertThat(count("SELECT SUM(requests) FROM llm_model_version")).isLessThan(versions);

        open().close();
        rollupsEqualTheirRequests();
        assertThat(reads(filters)).isEqualTo(before);
        assertThat(count("SELECT SUM(requests) FROM llm_model_version")).isEqualTo(versions);
        assertThat(lacksSums()).isFalse();
    }

    /** Its hour has a sum, which is not of the others in it. */
    @Test
    void aRequestThatWaitedForItsDatabaseHidesNoSumThatIsGone() throws Exception {
        randomTraffic(new SplittableRandom(13));
        try (Ledger ledger = open()) {
            forgetSumsAlone(3 * DAY);
            ledger.write(List.of(of("late", DAY + 5 * HOUR, "economy", 1L, null, false)));
        }
        open().close();
        rollupsEqualTheirRequests();
    }

    /** An earlier version deleted by the hour, and then nobody wanted sums to be deleted any more. */
    @Test
    void aDayCountsWhatItsHoursStillKnow() throws Exception {
        long noon = 2 * DAY + 12 * HOUR;
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("before", DAY, "economy", 1L, null, false),
                    of("morning", noon - 2 * HOUR, "economy", 1L, null, false),
                    of("evening", noon + 10 * HOUR, "economy", 1L, null, false)));
            assertThat(ledger.forget(noon)).isEqualTo(2);
        }
        forgetSumsAlone(noon);
        assertThat(count("SELECT SUM(requests) FROM llm_day")).isEqualTo(2);
        assertThat(lacksSums()).isTrue();

        open().close();
        assertThat(lacksSums()).isFalse();
        for (RollupTable table :
                List.of(RollupTable.HOURS, RollupTable.DAYS, RollupTable.TASK_HOURS, RollupTable.TASK_DAYS)) {
            assertThat(differences(table, 0)).as(table.table()).isZero();
        }
    }

    @Test
    void feedbackOnARequestWhoseSumsAreGoneChangesNoSum() throws Exception {
        List<String> tables = List.of("llm_hour", "llm_day", "llm_task_hour", "llm_task_day");
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("old", 10, "economy", 1L, "passed", false), of("new", 5 * DAY, "economy", 1L, "passed", false)));
            assertThat(ledger.forgetRollups(3 * DAY)).isPositive();
            ledger.take(new FeedbackEntry("1", "old", 5 * DAY, false, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("2", "new", 5 * DAY, false, null, null, null, "x", null));
            for (String table : tables) {
                assertThat(count("SELECT MIN(bucket_ms) FROM " + table))
                        .as(table)
                        .isEqualTo(5 * DAY);
                assertThat(count("SELECT SUM(answered) FROM " + table))
                        .as(table)
                        .isEqualTo(1);
            }

            ledger.write(List.of(of("late", DAY, "economy", 1L, null, false)));
            for (String table : tables) {
                assertThat(count("SELECT SUM(requests) FROM " + table))
                        .as("a request that waited for its database, " + table)
                        .isEqualTo(2);
            }

            assertThat(ledger.forgetRollups(9 * DAY)).isPositive();
            ledger.take(new FeedbackEntry("3", "new", 5 * DAY, true, null, null, null, "y", null));
            for (String table : tables) {
                assertThat(count("SELECT COUNT(*) FROM " + table)).as(table).isZero();
            }
        }
    }

    /** By task, tier and model: counts, and money in USD. */
    private static Map<List<String>, List<Object>> money(List<RoutedSums> sums) {
        Map<List<String>, List<Object>> all = new TreeMap<>(Comparator.comparing(String::valueOf));
        for (RoutedSums each : sums) {
            all.merge(
                    List.of(each.task(), each.tier(), each.model()),
                    List.of(
                            each.requests(),
                            each.costUsd(),
                            each.unknownCosts(),
                            each.judged(),
                            each.useful(),
                            each.comparable(),
                            each.servedUsd(),
                            each.premiumUsd()),
                    LedgerRollupsTest::plus);
        }
        all.replaceAll((way, values) -> values.stream()
                .<Object>map(value -> value instanceof BigDecimal usd ? usd.stripTrailingZeros() : value)
                .toList());
        return all;
    }

    private static List<Object> plus(List<Object> one, List<Object> other) {
        List<Object> sum = new ArrayList<>();
        for (int i = 0; i < one.size(); i++) {
            sum.add(
                    one.get(i) instanceof BigDecimal usd
                            ? usd.add((BigDecimal) other.get(i))
                            : (Object) ((Long) one.get(i) + (Long) other.get(i)));
        }
        return sum;
    }

    @Test
    void sumsSayOfRoutingWhatTheRowsSaid() throws Exception {
        randomTraffic(new SplittableRandom(11));
        LedgerFilter whole = LedgerFilter.between(0, TRAFFIC_DAYS * DAY - 1);
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.rowsSinceMillis()).isEmpty();
            List<RoutedSums> earlier = reader.earlier().ways(whole).stream()
                    .map(LedgerEarlier.Way::sums)
                    .filter(each -> each.requests() > 0)
                    .toList();
            assertThat(money(earlier)).isEqualTo(money(reader.routing().sums(whole, List.of(10))));
        }
        try (Ledger ledger = open()) {
            assertThat(ledger.forget(3 * DAY)).isPositive();
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.rowsSinceMillis().orElseThrow())
                    .isBetween(3 * DAY, 3 * DAY + HOUR)
                    .matches(millis -> millis % HOUR == 0);

            LedgerFilter within = LedgerFilter.between(DAY + HOUR / 2, 4 * DAY);
            LedgerFilter reached = reader.inWholeHours(within);
            assertThat(reached).isEqualTo(LedgerFilter.between(DAY, 4 * DAY));
            assertThat(reader.inWholeHours(LedgerFilter.between(4 * DAY + 7, 5 * DAY)))
                    .isEqualTo(LedgerFilter.between(4 * DAY + 7, 5 * DAY));
            assertThat(requests(reader, reached))
                    .isEqualTo(requests(reader, LedgerFilter.between(DAY + HOUR, 4 * DAY))
                            + requests(reader, LedgerFilter.between(DAY, DAY + HOUR - 1)))
                    .isGreaterThan(requests(reader, within));
        }
    }

    private static long requests(LedgerReader reader, LedgerFilter filter) throws Exception {
        return reader.destinations(filter).stream()
                .mapToLong(DestinationSums::requests)
                .sum();
    }
}
