package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.DAY;
import static dev.llmrouter.record.ledger.LedgerEntries.HOUR;
import static dev.llmrouter.record.ledger.LedgerEntries.TRAFFIC_DAYS;
import static dev.llmrouter.record.ledger.LedgerEntries.by;
import static dev.llmrouter.record.ledger.LedgerEntries.feedback;
import static dev.llmrouter.record.ledger.LedgerEntries.of;
import static dev.llmrouter.record.ledger.LedgerEntries.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read of the ledger, and that each read sees one state of it. */
@Tag("once")
class LedgerReaderTest extends LedgerOnAnyDatabase {
    @Test
    void readsSumsThatNeitherRoundNorOverflow() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("a", 10, "economy", Long.MAX_VALUE, "passed", false),
                    of("b", 11, "economy", Long.MAX_VALUE, "failed", false),
                    of("c", 12, "economy", null, null, false),
                    of("d", 13, "economy", 5L, "passed", true),
                    of("e", 14, "premium", 1L, "passed", false),
                    of("late", 99, "economy", 1L, null, false)));
            ledger.take(new FeedbackEntry("1", "a", 20, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("2", "a", 21, false, null, null, null, "y", null));
            ledger.take(new FeedbackEntry("3", "c", 22, true, null, null, null, null, null));
            ledger.take(new FeedbackEntry("4", "nowhere", 22, true, null, null, null, null, null));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.oldestMillis()).hasValue(10);
            assertThat(reader.feedbackForUnknownRequests(0, 50)).isEqualTo(1);
            assertThat(reader.destinations(LedgerFilter.between(0, 50)))
                    .containsExactlyInAnyOrder(
                            new DestinationSums(
                                    "summary",
                                    "economy",
                                    3,
                                    0,
                                    new BigDecimal("18446744.073709551619"),
                                    new BigDecimal("0.000000000005"),
                                    1,
                                    true,
                                    new BigDecimal("0.000000000009"),
                                    2,
                                    new BigDecimal("18446744.073709551614"),
                                    new BigDecimal("0.000000000006"),
                                    3,
                                    1,
                                    fast(3)),
                            new DestinationSums(
                                    "summary",
                                    "premium",
                                    1,
                                    0,
                                    new BigDecimal("0.000000000001"),
                                    BigDecimal.ZERO,
                                    0,
                                    true,
                                    new BigDecimal("0.000000000003"),
                                    1,
                                    new BigDecimal("0.000000000001"),
                                    new BigDecimal("0.000000000003"),
                                    1,
                                    1,
                                    fast(1)));
        }
    }

    private static LatencyBins fast(long answers) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(LatencyBins.SIZE, 0L));
        counts.set(0, answers);
        return new LatencyBins(counts);
    }

    @Test
    void addsUpDayByDay() throws Exception {
        long day = 86_400_000;
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("a", 3 * day, "economy", 100L, "passed", false),
                    of("b", 3 * day - 5, "economy", 400L, "failed", false),
                    of("c", 3 * day - 6, "economy", null, "escalated", false),
                    of("shadow", 3 * day - 7, "economy", 5L, "passed", true),
                    of("before", 2 * day, "economy", 0L, null, false),
                    of("old", 1, "economy", 1L, null, false)));
            ledger.take(new FeedbackEntry("1", "b", 20, false, null, 9, "ab", "x", null));
            ledger.take(new FeedbackEntry("2", "b", 21, true, null, null, null, "y", null));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            LedgerFilter filter = LedgerFilter.between(day, 3 * day);
            List<DaySums> days = reader.days().sums(filter);
            assertThat(days).extracting(DaySums::daysAgo).containsExactly(0, 1);
            DaySums latest = days.get(0);
            assertThat(latest.requests()).isEqualTo(3);
            assertThat(latest.costUsd()).isEqualTo(500e-12);
            assertThat(latest.logCost().n()).isEqualTo(2);
            assertThat(Math.exp(latest.logCost().mean())).isBetween(199.99, 200.01);
            assertThat(latest.logCost().spread()).isBetween(0.9608, 0.9610);
            assertThat(List.of(latest.judged(), latest.useful(), latest.answered(), latest.corrected()))
                    .containsExactly(3L, 3L, 1L, 1L);
            assertThat(latest.logMillis()).isEqualTo(new Moments(3, 0, 0));
            assertThat(latest.learned()).isEqualTo(Moments.NONE);
            assertThat(List.of(latest.counted(), latest.escalated())).containsExactly(3L, 1L);
            assertThat(latest.outputTokens()).isEqualTo(3);
            assertThat(days.get(1).logCost().n()).isZero();
            assertThat(reader.days().models(filter))
                    .containsExactly(
                            new DayModel(0, "summary", "economy", "small", "abc", 3),
                            new DayModel(1, "summary", "economy", "small", "abc", 1));
        }
    }

    /** By chance drawn or not, of the same task, policy and time; escalated outputs are whose they were. */
    @Test
    void canariesAreReadBesideTheOthersOfTheirTier() throws Exception {
        String drawn = "[{\"code\":\"canary\",\"text\":\"drawn for canary 'tiny'\"}]";
        String ok =
                "[{\"n\":1,\"model\":\"tiny\",\"provider\":\"p\",\"outcome\":\"ok\"},{\"n\":2,\"model\":\"large\"}]";
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    LedgerRow.at("early", 1).verify("failed").row(),
                    LedgerRow.at("a", 2)
                            .to("economy", "tiny")
                            .reasons(drawn)
                            .verify("passed")
                            .row(),
                    LedgerRow.at("b", 3).verify("failed").row(),
                    LedgerRow.at("c", 4).cost(null, null).row(),
                    LedgerRow.at("d", 5)
                            .to("premium", "large")
                            .reasons(drawn)
                            .attempts(ok)
                            .verify("escalated")
                            .row(),
                    LedgerRow.at("nobody", 5) // the baseline was down when it was asked for this
                            .to("premium", null)
                            .reasons("[{\"code\":\"escalation\",\"text\":\"\"}]")
                            .row(),
                    LedgerRow.at("from elsewhere", 5)
                            .task("sort")
                            .to("premium", "large")
                            .reasons("[{\"code\":\"escalation\",\"text\":\"\"}]")
                            .verify("escalated")
                            .row(),
                    LedgerRow.at("other task", 5).task("sort").verify("failed").row(),
                    LedgerRow.at("e", 6)
                            .to("economy", "tiny")
                            .reasons(drawn)
                            .verify("passed")
                            .row(),
                    LedgerRow.at("late", 7).verify("failed").row(),
                    feedback("f", "e", false),
                    feedback("g", "c", true)));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.canaries().of(LedgerFilter.between(0, 50), "economy", "tiny", List.of("sum")))
                    .containsExactly(
                            new CanarySums("sum", "abc", false, 3, 3, 3, 3, 1, 2, new BigDecimal("2E-10")),
                            new CanarySums("sum", "abc", true, 3, 3, 3, 3, 1, 3, new BigDecimal("3E-10")));
            assertThat(reader.canaries().of(LedgerFilter.between(0, 50), "economy", "t_ny", List.of("sum")))
                    .isEmpty();
        }
    }

    /** Whoever answers at last: the request belongs to who was drawn, and who was asked first has answered it or not. */
    @Test
    void whatACanaryLeavesToOthersStaysInItsHalf() throws Exception {
        String drawn = "[{\"code\":\"canary\",\"text\":\"drawn for canary 'tiny'\"}]";
        String late = "[{\"n\":1,\"model\":\"%s\",\"outcome\":\"headers-timeout\"},"
                + "{\"n\":2,\"model\":\"%s\",\"outcome\":\"ok\"}]";
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    LedgerRow.at("a", 1)
                            .to("economy", "tiny")
                            .reasons(drawn)
                            .verify("passed")
                            .row(),
                    LedgerRow.at("b", 2).verify("passed").row(),
                    LedgerRow.at("c", 3)
                            .reasons(drawn)
                            .attempts(late.formatted("tiny", "small"))
                            .cost(null, null)
                            .verify("passed")
                            .row(),
                    LedgerRow.at("d", 4)
                            .attempts(late.formatted("small", "small")) // asked again, and answered
                            .verify("passed")
                            .row(),
                    LedgerRow.at("e", 5)
                            .attempts(late.formatted("small", "other"))
                            .verify("failed")
                            .row(),
                    LedgerRow.at("f", 6).outcome("failed").row(),
                    LedgerRow.at("g", 7).reasons(drawn).outcome("failed").row()));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.canaries().of(LedgerFilter.between(0, 50), "economy", "tiny", List.of("sum")))
                    .containsExactly(
                            new CanarySums("sum", "abc", false, 4, 2, 3, 3, 2, 4, new BigDecimal("4E-10")),
                            new CanarySums("sum", "abc", true, 3, 1, 2, 2, 2, 2, new BigDecimal("2E-10")));
        }
    }

    /** Nobody judges what was not answered, and no time is known of it. */
    @Test
    void whatNobodyGotAnAnswerToIsCounted() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    LedgerRow.at("a", 1).row(),
                    LedgerRow.at("b", 2).outcome("failed").row(),
                    LedgerRow.at("c", 3).to("economy", null).outcome("failed").row(),
                    LedgerRow.at("d", 4).outcome("unusable").verify("failed").row(),
                    LedgerRow.at("e", 5).shadow(true).outcome("failed").row()));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            LedgerFilter all = LedgerFilter.between(0, 50);
            assertThat(reader.destinations(all)).singleElement().satisfies(sums -> {
                assertThat(sums.requests()).isEqualTo(4);
                assertThat(sums.failed()).isEqualTo(3);
            });
            assertThat(reader.routing().sums(all, List.of()))
                    .extracting(RoutedSums::failed)
                    .containsExactly(1L, 2L);
            assertThat(reader.earlier().ways(all))
                    .extracting(way -> way.sums().failed())
                    .containsExactly(1L, 2L);
            LedgerFilter day = LedgerDays.latest(Instant.ofEpochMilli(50), 1);
            assertThat(reader.days().sums(day)).singleElement().satisfies(sums -> {
                assertThat(sums.requests()).isEqualTo(4);
                assertThat(sums.failed()).isEqualTo(3);
            });
        }
    }

    /** It was hours in the making, and taken over in a millisecond: neither is a latency. */
    @Test
    void whatABatchAnsweredHasNoLatency() throws Exception {
        String batch = "[{\"code\":\"task\",\"text\":\"t\"},{\"code\":\"batch\",\"text\":\"answered in a batch\"}]";
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    LedgerRow.at("called", 10).took(700).row(),
                    LedgerRow.at("batched", 11).took(2).reasons(batch).row()));
            ledger.write(List.of(
                    new FeedbackEntry(
                            "f", "batched", 12, true, null, null, null, null, null), // it is read again for this
                    LedgerRow.at("later", 13).took(3).reasons(batch).row()));
        }
        for (RollupTable table : RollupTable.values()) {
            assertThat(differences(table, 0)).as(table.table()).isZero();
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.destinations(LedgerFilter.between(0, 60_000)))
                    .singleElement()
                    .satisfies(sums -> {
                        assertThat(sums.requests()).isEqualTo(3);
                        LatencyBins latency = Objects.requireNonNull(sums.latency());
                        assertThat(latency.n()).isEqualTo(1);
                        assertThat(latency.millis(1).orElseThrow()).isGreaterThan(500);
                    });
            assertThat(reader.traffic().recent(LedgerFilter.between(0, 60_000), 5))
                    .extracting(RecentRequest::durationMillis)
                    .containsExactly(null, null, 700L);
        }
    }

    /** Those of a rare task or caller are looked for by the hours that have them: the same rows, in the same order. */
    @Test
    void findsTheLatestRequestsOfATaskAndACaller() throws Exception {
        SplittableRandom random = new SplittableRandom(41);
        List<RequestEntry> requests = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            requests.add(random(random, "r" + i));
        }
        try (Ledger ledger = open()) {
            ledger.write(requests);
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            for (int i = 0; i < 60; i++) {
                long from = random.nextLong(TRAFFIC_DAYS * DAY);
                long to = from + random.nextLong(2 * DAY);
                String task = List.of(
                                "task-0", "task-2", LedgerFilter.UNCLASSIFIED, "task-none", LedgerFilter.EMBEDDINGS)
                        .get(random.nextInt(5));
                LedgerFilter filter = new LedgerFilter(
                        from, to, i % 3 == 0 ? null : task, i % 4 == 0 ? null : "team-" + random.nextInt(3));
                int most = 1 + random.nextInt(20);
                assertThat(reader.traffic().recent(filter, most))
                        .as("%s, %s", filter, most)
                        .extracting(RecentRequest::id)
                        .containsExactlyElementsOf(latest(requests, filter, most));
            }
        }
    }

    private static List<String> latest(List<RequestEntry> requests, LedgerFilter filter, int most) {
        return requests.stream()
                .filter(each -> !each.shadow()
                        && each.timeMillis() >= filter.fromMillis()
                        && each.timeMillis() <= filter.toMillis()
                        && (filter.caller() == null || filter.caller().equals(each.caller()))
                        && (filter.task() == null || filter.task().equals(shown(each))))
                .sorted(Comparator.comparingLong(RequestEntry::timeMillis)
                        .reversed()
                        .thenComparing(RequestEntry::id))
                .limit(most)
                .map(RequestEntry::id)
                .toList();
    }

    private static String shown(RequestEntry request) {
        if (request.dialect().equals("embeddings")) {
            return LedgerFilter.EMBEDDINGS;
        }
        return request.task() == null ? LedgerFilter.UNCLASSIFIED : request.task();
    }

    /** Vectors are shown as a task of their own, and are of no other, whatever their requests name. */
    @Test
    void whatIsFilteredByTaskIsWhatIsShownOfIt() throws Exception {
        SplittableRandom random = new SplittableRandom(43);
        List<RequestEntry> requests = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            requests.add(random(random, "r" + i));
        }
        try (Ledger ledger = open()) {
            ledger.write(requests);
        }
        Map<String, Long> expected = requests.stream()
                .filter(each -> !each.shadow())
                .collect(Collectors.groupingBy(LedgerReaderTest::shown, Collectors.counting()));
        assertThat(expected).containsKeys(LedgerFilter.UNCLASSIFIED, LedgerFilter.EMBEDDINGS, "task-1");
        try (LedgerReader reader = LedgerReader.open(settings())) {
            for (Map.Entry<String, Long> task : expected.entrySet()) {
                for (long from : List.of(0L, 1L)) { // from roll-ups, and row by row at the edge
                    LedgerFilter filter = new LedgerFilter(from, TRAFFIC_DAYS * DAY - 1, task.getKey(), null);
                    List<TrafficFlow> flows = reader.traffic().flows(filter);
                    assertThat(flows).extracting(TrafficFlow::task).containsOnly(task.getKey());
                    assertThat(flows.stream().mapToLong(TrafficFlow::requests).sum())
                            .isEqualTo(task.getValue());
                    assertThat(reader.destinations(filter).stream()
                                    .mapToLong(DestinationSums::requests)
                                    .sum())
                            .isEqualTo(task.getValue());
                }
            }
        }
    }

    private interface Reading {
        Object from(LedgerReader reader, LedgerFilter filter) throws Exception;
    }

    /** Does something before each statement. */
    private static Connection hooked(Connection connection, Callable<?> hook) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        hook.call();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** What is written between two statements of a read, and the minutes that are deleted then, does not change it. */
    @Test
    void aReadOfMoreThanOneStatementSeesOneState() throws Exception {
        Map<String, Reading> readings = new LinkedHashMap<>();
        readings.put("destinations", LedgerReader::destinations);
        readings.put("flows", (reader, filter) -> reader.traffic().flows(filter));
        readings.put("slots", (reader, filter) -> reader.traffic().slots(filter, 90));
        readings.put("callers", (reader, filter) -> reader.traffic().callers(filter));
        readings.put(
                "recent",
                (reader, filter) -> reader.traffic()
                        .recent(new LedgerFilter(filter.fromMillis(), filter.toMillis(), "summary", null), 200));
        readings.put("days", (reader, filter) -> reader.days().sums(filter));
        readings.put("models", (reader, filter) -> reader.days().models(filter));
        readings.put("extras", (reader, filter) -> reader.routing().extras(filter));
        readings.put("shadows", (reader, filter) -> reader.routing().otherShadowsUsd(filter));
        readings.put("oldest", (reader, filter) -> reader.oldestMillis());
        AtomicInteger statements = new AtomicInteger(-1_000);
        List<LedgerEntry> meanwhile = new ArrayList<>();
        try (Ledger ledger = open();
                Connection connection = LedgerConnections.connectToRead(settings(), LedgerConnections.READ_MILLIS);
                LedgerReader reader = new LedgerReader(settings(), hooked(connection, () -> {
                    if (statements.incrementAndGet() == 2) {
                        ledger.write(meanwhile);
                    }
                    return null;
                }))) {
            long end = 100 * DAY;
            for (Map.Entry<String, Reading> reading : readings.entrySet()) {
                String name = reading.getKey();
                end += DAY;
                List<LedgerEntry> before = new ArrayList<>();
                for (int minute = 0; minute < 100; minute++) {
                    before.add(by(
                            "team-" + minute % 3, name + minute, end - minute * 60_000L, "economy", 5L, null, false));
                }
                ledger.write(before);
                LedgerFilter filter = LedgerFilter.between(end - 95 * 60_000, end - 5 * 60_000 - 1);
                Object expected = reading.getValue().from(reader, filter);
                meanwhile.clear();
                meanwhile.add(of(name + "-newest", end + 4 * HOUR, "economy", 5L, null, false));
                meanwhile.add(by("new", name + "-late", end - HOUR / 2, "premium", 5L, "passed", false));
                meanwhile.add(of(name + "-shadow", end - HOUR / 2, "premium", 9L, null, true));
                meanwhile.add(of(name + "-oldest", 200 * DAY - end, "economy", 5L, null, false));
                meanwhile.add(new PairEntry(
                        name + "50",
                        end,
                        "summary",
                        "def",
                        "small",
                        "p/small",
                        "large",
                        "p/large",
                        "judge:x",
                        false,
                        1.0,
                        1.0,
                        7L,
                        7L,
                        null,
                        null,
                        null,
                        null));
                statements.set(0);
                assertThat(reading.getValue().from(reader, filter)).as(name).isEqualTo(expected);
                assertThat(statements).as(name).hasValueGreaterThanOrEqualTo(2);
                assertThatNoReaderHoldsAState();
                statements.set(-1_000);
                assertThat(reading.getValue().from(reader, filter)).as(name).isNotEqualTo(expected);
            }
            assertThat(ledger.isWriting()).isTrue();
        }
    }

    @Test
    void aReadThatFailsHoldsNothing() throws Exception {
        AtomicInteger statements = new AtomicInteger();
        try (Ledger ledger = open();
                Connection connection = LedgerConnections.connectToRead(settings(), LedgerConnections.READ_MILLIS);
                LedgerReader reader = new LedgerReader(settings(), hooked(connection, () -> {
                    if (statements.incrementAndGet() == 2) {
                        throw new SQLException("broken on purpose");
                    }
                    return null;
                }))) {
            ledger.write(List.of(of("a", 10, "economy", 5L, null, false)));
            assertThatThrownBy(() -> reader.destinations(LedgerFilter.between(0, 50)))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("broken on purpose");
            ledger.write(List.of(of("b", 10, "economy", 5L, null, false)));
            assertThatNoReaderHoldsAState();
            assertThat(reader.destinations(LedgerFilter.between(0, 50)))
                    .extracting(DestinationSums::requests)
                    .containsExactly(2L);
        }
    }

    /** Fails where a reader that does nothing holds a state of the database. */
    private void assertThatNoReaderHoldsAState() throws Exception {
        assertThat(count(database.heldStates())).isZero();
    }
}
