package dev.llmrouter.record.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger does on every database. */
abstract class LedgerContract {
    final AtomicLong nanos = new AtomicLong();

    @TempDir
    Path folder;

    abstract LedgerSettings settings() throws Exception;

    final Ledger open() throws Exception {
        return Ledger.open(settings(), nanos::get);
    }

    static RequestEntry request(String id, @Nullable Long cost) {
        return request(id, cost, true);
    }

    private static RequestEntry request(String id, @Nullable Long cost, boolean simulated) {
        return new RequestEntry(
                id,
                1_000,
                "team",
                "openai",
                "summary",
                "rule",
                0.9,
                "words",
                "economy",
                "small",
                "local",
                10L,
                2L,
                0L,
                5L,
                1L,
                false,
                cost,
                null,
                null,
                null,
                null,
                null,
                "[]",
                "[]",
                "abc",
                null,
                null,
                "passed",
                "ok",
                null,
                false,
                simulated,
                false,
                12,
                null,
                34,
                simulated ? "small" : "small-2026");
    }

    static FeedbackEntry feedback(String id, String request, boolean useful) {
        return new FeedbackEntry(id, request, 2_000, useful, 0.5, 7, "ab", "alice", null);
    }

    final long count(String sql) throws Exception {
        LedgerSettings at = settings();
        String url = at.isEmbedded() ? "jdbc:sqlite:" + at.file() : at.url();
        try (Connection connection = DriverManager.getConnection(url, at.user(), at.password());
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            long value = row.getLong(1);
            return row.wasNull() ? -1 : value;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Test
    void keepsPairsAndChangesOfRoutesOnceEachAndReadsThemInTheOrderOfTime() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    pair("b", 20, true, 0.5, 2_000_000_000_000L),
                    pair("a", 10, false, null, null),
                    pair("a", 30, false, 1.0, 7L)));
            ledger.write(List.of(
                    new RouteChangeEntry("x", 15, "sum", "small", true, "Ada", null, null, null),
                    new RouteChangeEntry("y", 17, "sum", "small", false, "Ada", null, null, null),
                    new RouteChangeEntry("y", 99, "sum", "small", false, "Ada", null, null, null),
                    new RouteChangeEntry("z", 18, "sum", "small", false, "Ada", "another", "p/small", "p/large")));
            assertThat(ledger.isWriting()).isTrue();
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            LedgerPairs pairs = reader.pairs();
            assertThat(pairs.of("sum", "small", 0))
                    .containsExactly(pair("a", 10, false, null, null), pair("b", 20, true, 0.5, 2_000_000_000_000L));
            assertThat(pairs.of("sum", "small", 10)).extracting(PairEntry::id).containsExactly("b");
            assertThat(pairs.of("sum", "other", 0)).isEmpty();
            assertThat(pairs.spent("sum", 0))
                    .as("one of unknown cost counts as much as the other")
                    .isEqualByComparingTo("4");
            assertThat(pairs.spent("sum", 21)).isEqualByComparingTo("0");
            assertThat(pairs.closedMillis(pair("a", 10, false, null, null)))
                    .as("of any definition, or of this one")
                    .hasValue(17);
        }
    }

    private static PairEntry pair(String id, long time, boolean served, @Nullable Double score, @Nullable Long cost) {
        return new PairEntry(
                id,
                time,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                "exact",
                served,
                score,
                score,
                cost,
                0L,
                0.25,
                "input of " + id,
                served,
                "1 against 2");
    }

    @Test
    void keepsEveryColumnAndUnknownIsNotZero() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L), request("b", null)));
        }

        assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(2);
        assertThat(count("SELECT cost_pico_usd FROM llm_request WHERE request_id = 'a'"))
                .isEqualTo(7);
        assertThat(count("SELECT COUNT(*) FROM llm_request WHERE request_id = 'b' AND cost_pico_usd IS NULL"
                        + " AND baseline_cost_pico_usd IS NULL AND simulated AND NOT shadow AND verify = 'passed'"
                        + " AND duration_ms = 34 AND reasoning_tokens = 1 AND confidence > 0.8 AND caller = 'team'"))
                .isEqualTo(1);
    }

    @Test
    void ignoresAnIdThatItKnowsAndKeepsTheOthersOfTheBatch() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L)));
            ledger.write(List.of(request("a", 8L), request("b", 9L), request("b", 10L)));
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(16);
    }

    @Test
    void feedbackIsRecordedOnceAndKeptForUnknownRequests() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L)));
            ledger.expect("soon");

            assertThat(ledger.take(feedback("1", "a", true))).isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(feedback("2", "a", true))).isEqualTo(Ledger.Taken.DUPLICATE);
            assertThat(ledger.take(new FeedbackEntry("3", "a", 3_000, false, null, null, null, "alice", null)))
                    .isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(new FeedbackEntry("4", "a", 4_000, true, 0.5, 7, "ab", "alice", null)))
                    .isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(feedback("5", "nowhere", true))).isEqualTo(Ledger.Taken.UNKNOWN);
            assertThat(ledger.take(feedback("6", "nowhere", true))).isEqualTo(Ledger.Taken.DUPLICATE);
            assertThat(ledger.take(feedback("7", "soon", true))).isEqualTo(Ledger.Taken.RECORDED);
        }

        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(5);
    }

    @Test
    void feedbackThatIsSentTwiceWhileTheDatabaseIsAwayIsKeptOnce() throws Exception {
        open().close();
        awayTakes(feedback("1", "a", true), feedback("2", "a", true), feedback("3", "b", true));
        open().close();
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(2);

        awayTakes(feedback("4", "a", true), feedback("5", "b", false), feedback("6", "b", true));
        open().close();
        assertThat(count("SELECT COUNT(*) FROM llm_feedback"))
                .as("what was said before it was away counts, and a change of mind is none")
                .isEqualTo(4);
    }

    private void awayTakes(FeedbackEntry... all) {
        LedgerSettings away = new LedgerSettings(folder, "jdbc:postgresql://127.0.0.1:1/postgres", "postgres", "x");
        try (Ledger ledger = Ledger.open(away, nanos::get)) {
            for (FeedbackEntry each : all) {
                assertThat(ledger.take(each)).isEqualTo(Ledger.Taken.RECORDED);
            }
        }
    }

    @Test
    void opensWhatItWroteBefore() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
        }
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("b", 2L)));
            assertThat(ledger.isWriting()).isTrue();
        }

        assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(2);
    }

    static RequestEntry of(
            String id, long time, String tier, @Nullable Long cost, @Nullable String verify, boolean shadow) {
        return by(null, id, time, tier, cost, verify, shadow);
    }

    private static RequestEntry by(
            @Nullable String caller,
            String id,
            long time,
            String tier,
            @Nullable Long cost,
            @Nullable String verify,
            boolean shadow) {
        return new RequestEntry(
                id, time, caller, "openai", "summary", "rule", 0.9, null, tier, "small", "local", 1L, 0L, 0L, 1L, 0L,
                false, cost, 3L, null, null, null, null, "[]", "[]", "abc", null, null, verify, "ok", null, false,
                false, shadow, 1, null, 1, null);
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
                            new CanarySums("sum", "abc", false, 3, 3, 3, 1, 2, new BigDecimal("2E-10")),
                            new CanarySums("sum", "abc", true, 3, 3, 3, 1, 3, new BigDecimal("3E-10")));
            assertThat(reader.canaries().of(LedgerFilter.between(0, 50), "economy", "t_ny", List.of("sum")))
                    .isEmpty();
        }
    }

    /** A call that was refused, or never made, costs nothing: as answers they would make any model a cheap one. */
    @Test
    void onlyAnswersSayWhatAnAnswerCosts() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    asked("answered", 1.0, 12L, "1 against 2"),
                    asked("before V12", 0.0, 14L, null),
                    asked("of a model without a fee", 1.0, 0L, "1 against 2"),
                    asked("refused", 0.0, 0L, "1 against 2"),
                    asked("rate limited", null, 0L, "1 against 2"),
                    asked("broke off", 0.0, 3L, PairEntry.UNANSWERED),
                    asked("at other prices", 1.0, 12L, "9 against 2"),
                    asked("not known", null, null, "1 against 2")));
            for (String id : List.of(
                    "answered",
                    "before V12",
                    "of a model without a fee",
                    "refused",
                    "rate limited",
                    "broke off",
                    "at other prices",
                    "not known")) {
                ledger.write(List.of(of(id, 10, "premium", 100L, null, false)));
            }
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            PairCosts costs =
                    reader.pairs().costs(asked("", null, null, null), BigDecimal.ONE, "1 against 2"::equals, 0);
            assertThat(costs).isEqualTo(new PairCosts(3, new BigDecimal("2.6E-11"), new BigDecimal("3E-10"), 1, 0));
            assertThat(reader.pairs().spent("sum", 0))
                    .as("what is not known is the mean of what was paid: 41 in four")
                    .isEqualByComparingTo("0.000000000051");
        }
    }

    /** A request at half price beside a shadow at the full one: a candidate that saves 40 % seemed to save nothing. */
    @Test
    void whatABatchAnsweredIsComparedAtThePriceOfBatches() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    asked("alone", 1.0, 12L, null),
                    asked("batched", 1.0, 12L, null),
                    LedgerRow.at("alone", 10).cost(20L, 100L).row(),
                    LedgerRow.at("batched", 10)
                            .cost(10L, 100L)
                            .reasons("[{\"code\":\"batch\",\"text\":\"answered in a batch\"}]")
                            .row()));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.pairs().costs(asked("", null, null, null), new BigDecimal("0.5"), any -> true, 0))
                    .usingRecursiveComparison()
                    .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                    .isEqualTo(new PairCosts(2, new BigDecimal("1.8E-11"), new BigDecimal("3E-11"), 0, 0));
        }
    }

    /** A candidate that is dearer than the baseline was so no more when the requests were deleted, and its route opened. */
    @Test
    void whatRequestsCostOutlivesThemInTheirPairs() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    asked("alone", 1.0, 12L, null),
                    asked("batched", 1.0, 12L, null),
                    asked("of unknown cost", 1.0, 12L, null),
                    asked("of no request", 1.0, 12L, null),
                    asked("a free answer to no request", 1.0, 0L, null),
                    asked("not metered", 1.0, null, null),
                    LedgerRow.at("alone", 10)
                            .cost(20L, 100L)
                            .classifier(null, 3L)
                            .row(),
                    LedgerRow.at("batched", 10)
                            .cost(10L, 100L)
                            .reasons("[{\"code\":\"batch\",\"text\":\"answered in a batch\"}]")
                            .row(),
                    LedgerRow.at("of unknown cost", 10).cost(null, null).row(),
                    LedgerRow.at("not metered", 10).cost(20L, 100L).row()));
            PairCosts before = costsInBatches();
            assertThat(before)
                    .usingRecursiveComparison()
                    .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                    .isEqualTo(new PairCosts(2, new BigDecimal("1.8E-11"), new BigDecimal("2.7E-11"), 0, 3));
            assertThat(ledger.forget(11)).isEqualTo(4);
            assertThat(costsInBatches()).isEqualTo(before);
        }
        execute(
                "ALTER TABLE llm_pair DROP COLUMN baseline_cost_pico_usd",
                "ALTER TABLE llm_pair DROP COLUMN baseline_batched");
        assertThat(costsInBatches().unknown()).as("of an earlier version").isEqualTo(5);
    }

    private PairCosts costsInBatches() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            return reader.pairs().costs(asked("", null, null, null), new BigDecimal("0.5"), any -> true, 0);
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

    static PairEntry asked(String id, @Nullable Double score, @Nullable Long cost, @Nullable String prices) {
        return new PairEntry(
                id,
                10,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                "exact",
                false,
                score,
                score == null ? null : Double.valueOf(1),
                cost,
                cost == null ? null : Long.valueOf(0),
                0.25,
                null,
                false,
                prices);
    }

    /** What a judge of collected evidence cost is part of what the task cost. */
    @Test
    void judgesAreCostsOfTheRequestThatTheyJudged() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("a", 10, "premium", 5L, null, false),
                    of("shadow", 10, "economy", 2L, null, true),
                    of("b", 11, "premium", 7L, null, false),
                    judged("a", 32L),
                    judged("b", null),
                    judged("gone", 1_000L)));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            DestinationSums premium = reader.destinations(LedgerFilter.between(0, 50)).stream()
                    .filter(sums -> "premium".equals(sums.tier()))
                    .findFirst()
                    .orElseThrow();
            assertThat(premium.costUsd()).isEqualByComparingTo("0.000000000044");
            assertThat(premium.unknownCosts()).isEqualTo(1);
            assertThat(premium.comparableCostUsd()).isEqualByComparingTo("0.000000000012");
        }
    }

    @Test
    void aJudgeIsPaidForWhoseShadowCostWhatNobodyKnows() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("a", 10, "premium", 5L, null, false),
                    of("b", 11, "premium", 7L, null, false),
                    judged("a", 32L),
                    new PairEntry(
                            "b", 11, "summary", "def", "small", "p/small", "large", "p/large", "judge:x", false, 1.0,
                            1.0, null, 150L, null, null, null, null)));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.routing().extras(LedgerFilter.between(0, 50)))
                    .extracting(RoutingExtras::comparingUsd)
                    .singleElement(InstanceOfAssertFactories.BIG_DECIMAL)
                    .isEqualByComparingTo("0.000000000182");
        }
    }

    private static PairEntry judged(String request, @Nullable Long judgeCost) {
        return new PairEntry(
                request, 10, "summary", "def", "small", "p/small", "large", "p/large", "judge:x", false, 1.0, 1.0,
                judgeCost, judgeCost, null, null, null, null);
    }

    @Test
    void readsALedgerThatIsOlderThanPairs() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(of("a", 10, "premium", 5L, null, false)));
        }
        try (Connection connection = LedgerConnections.connect(settings());
                Statement statement = connection.createStatement()) {
            for (RollupTable table : RollupTable.values()) {
                statement.execute("DROP TABLE " + table.table());
            }
            statement.execute("DROP TABLE llm_pair");
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.destinations(LedgerFilter.between(0, 50)))
                    .extracting(DestinationSums::costUsd)
                    .containsExactly(new BigDecimal("0.000000000005"));
        }
    }

    @Test
    void forgetsWhatIsOlderAndNothingElse() throws Exception {
        try (Ledger ledger = open()) {
            List<RequestEntry> old = new ArrayList<>();
            for (int i = 0; i < 1_203; i++) {
                old.add(of("old-" + i, i, "economy", 1L, null, false));
            }
            ledger.write(old);
            ledger.write(List.of(of("kept", 2_000, "economy", 7L, null, false)));
            ledger.take(new FeedbackEntry("1", "old-1", 5_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("2", "kept", 1_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("3", "nowhere", 1_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("4", "soon", 3_000, true, null, null, null, "x", null));

            assertThat(ledger.forget(2_000)).isEqualTo(1_205);
            assertThat(ledger.forget(2_000)).isZero();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(7);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback WHERE feedback_id IN ('2', '4')"))
                .isEqualTo(2);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(2);
    }

    /** It was deleted with its request, and pairs of the past lost their scores: what was rejected began anew. */
    @Test
    void feedbackThatScoresAPairStaysWithThePair() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("of a pair", 10, "premium", 5L, null, false),
                    of("of a judge", 10, "premium", 5L, null, false),
                    of("of none", 10, "premium", 5L, null, false),
                    scoredBy("of a pair", "feedback"),
                    scoredBy("of a judge", "judge:x p/x"),
                    scoredBy("of no request", "feedback"),
                    feedback("1", "of a pair", false),
                    feedback("2", "of a judge", false),
                    feedback("3", "of none", false),
                    feedback("4", "of no request", true),
                    feedback("5", "of nothing", true)));
            Map<String, Judged> before = judged();
            assertThat(before).containsOnlyKeys("of a pair", "of a judge", "of no request");

            assertThat(ledger.forget(5_000))
                    .as("three requests, three of feedback")
                    .isEqualTo(6);
            assertThat(ledger.forget(5_000)).isZero();

            assertThat(count("SELECT COUNT(*) FROM llm_request")).isZero();
            assertThat(count("SELECT COUNT(*) FROM llm_feedback WHERE feedback_id IN ('1', '4')"))
                    .isEqualTo(2);
            assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(2);
            before.remove("of a judge");
            assertThat(judged()).isEqualTo(before);
        }
    }

    private Map<String, Judged> judged() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            return reader.pairs().feedback("sum", "small", 0);
        }
    }

    private static PairEntry scoredBy(String request, String scorer) {
        return new PairEntry(
                request,
                10,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                scorer,
                false,
                1.0,
                1.0,
                12L,
                0L,
                0.25,
                null,
                false,
                "1 against 2");
    }

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

    private static final long HOUR = RollupTable.HOURS.length();
    private static final long DAY = RollupTable.DAYS.length();
    private static final int TRAFFIC_DAYS = 5;

    /** Each request once, also where it comes twice, within a batch or later; the times of the earliest and the latest. */
    @Test
    void keepsUnderWhichNamesModelsAnswered() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("simulated", 1L), of("c", 10, "economy", 1L, null, false)));
            ledger.write(List.of(request("a", 1L, false), request("b", 1L, false), request("a", 1L, false)));
            ledger.write(List.of(request("b", 1L, false), request("d", 1L, false)));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.days().versions())
                    .containsExactly(
                            new ModelVersion("summary", "economy", "small", "local", "small-2026", 1_000, 1_000, 3));
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
                .collect(Collectors.groupingBy(LedgerContract::shown, Collectors.counting()));
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

    private static RequestEntry random(RandomGenerator random, String id) {
        String tier = List.of("economy", "premium").get(random.nextInt(2));
        return new RequestEntry(
                id,
                random.nextInt(4) == 0
                        ? TRAFFIC_DAYS * DAY - 1 - random.nextLong(4 * HOUR)
                        : random.nextLong(TRAFFIC_DAYS * DAY),
                random.nextInt(4) == 0 ? null : "team-" + random.nextInt(3),
                random.nextInt(10) == 0 ? "embeddings" : "openai",
                random.nextInt(5) == 0 ? null : "task-" + random.nextInt(3),
                random.nextBoolean() ? "rule" : "learned",
                random.nextDouble(),
                null,
                random.nextInt(20) == 0 ? null : tier,
                random.nextInt(20) == 0 ? null : "model-" + random.nextInt(3),
                "local",
                random.nextInt(9) == 0 ? null : random.nextLong(2_000),
                0L,
                0L,
                random.nextInt(9) == 0 ? null : random.nextLong(500),
                0L,
                false,
                random.nextInt(7) == 0 ? null : random.nextLong(Long.MAX_VALUE / 1000),
                random.nextInt(7) == 0 ? null : random.nextLong(Long.MAX_VALUE / 1000),
                null,
                null,
                null,
                random.nextInt(3) == 0 ? random.nextLong(1_000_000_000) : null,
                "[]",
                "[]",
                "policy-" + random.nextInt(2),
                null,
                null,
                List.of("passed", "failed", "escalated", "")
                                .get(random.nextInt(4))
                                .isEmpty()
                        ? null
                        : List.of("passed", "failed", "escalated").get(random.nextInt(3)),
                random.nextInt(10) == 0 ? "error" : "ok",
                null,
                false,
                false,
                random.nextInt(10) == 0,
                1,
                null,
                random.nextLong(random.nextBoolean() ? 5_000 : 120_000),
                random.nextInt(3) == 0 ? null : "version-" + random.nextInt(2));
    }

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

    private long differences(RollupTable table, long sinceMillis) throws Exception {
        String keys = "bucket_ms / " + table.length() + " * " + table.length() + ", " + String.join(", ", table.keys());
        String fresh = "SELECT " + keys + ", SUM(" + String.join("), SUM(", LedgerContribution.MEASURES) + ") FROM ("
                + LedgerContribution.sql("r.time_ms >= " + sinceMillis) + ") c GROUP BY " + keys;
        String kept = "SELECT bucket_ms, " + String.join(", ", table.keys()) + ", "
                + String.join(", ", LedgerContribution.MEASURES) + " FROM " + table.table()
                + " WHERE requests <> 0 AND bucket_ms >= " + sinceMillis;
        return count("SELECT COUNT(*) FROM (" + fresh + " EXCEPT " + kept + ") a")
                + count("SELECT COUNT(*) FROM (" + kept + " EXCEPT " + fresh + ") b");
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

    private void execute(String... all) throws Exception {
        try (Connection connection = LedgerConnections.connect(settings());
                Statement statement = connection.createStatement()) {
            for (String sql : all) {
                statement.execute(sql);
            }
        }
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

    /** Fails where a reader that does nothing holds a state of the database. */
    abstract void assertThatNoReaderHoldsAState() throws Exception;

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
        execute(
                "DROP TABLE llm_task_minute",
                "DROP TABLE llm_minute",
                "DROP TABLE llm_task_day",
                "DROP TABLE llm_task_hour",
                "DROP TABLE llm_day",
                "DROP TABLE llm_hour",
                "DROP INDEX llm_feedback_unknown",
                "ALTER TABLE llm_feedback DROP COLUMN request_known",
                "ALTER TABLE llm_pair DROP COLUMN probability",
                "ALTER TABLE llm_pair DROP COLUMN input_hash",
                "ALTER TABLE llm_pair DROP COLUMN judged",
                "ALTER TABLE llm_pair DROP COLUMN prices",
                "ALTER TABLE llm_pair DROP COLUMN baseline_cost_pico_usd",
                "ALTER TABLE llm_pair DROP COLUMN baseline_batched",
                "ALTER TABLE llm_route_change DROP COLUMN definition",
                "ALTER TABLE llm_route_change DROP COLUMN candidate_version",
                "ALTER TABLE llm_route_change DROP COLUMN baseline_version",
                "ALTER TABLE llm_request DROP COLUMN response_model",
                "DROP TABLE llm_model_version",
                "DELETE FROM llm_router_schema_history WHERE version IN ('5', '6', '7', '8', '9', '10', '11', '12', '13')");
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
        execute(
                "DROP TABLE llm_task_minute",
                "DROP TABLE llm_minute",
                "DROP TABLE llm_task_day",
                "DROP TABLE llm_task_hour",
                "ALTER TABLE llm_pair DROP COLUMN input_hash",
                "ALTER TABLE llm_pair DROP COLUMN judged",
                "ALTER TABLE llm_pair DROP COLUMN prices",
                "ALTER TABLE llm_pair DROP COLUMN baseline_cost_pico_usd",
                "ALTER TABLE llm_pair DROP COLUMN baseline_batched",
                "ALTER TABLE llm_route_change DROP COLUMN definition",
                "ALTER TABLE llm_route_change DROP COLUMN candidate_version",
                "ALTER TABLE llm_route_change DROP COLUMN baseline_version",
                "DELETE FROM llm_router_schema_history WHERE version IN ('8', '9', '10', '11', '12', '13')");
        for (String column : LatencyBins.COLUMNS) {
            execute("ALTER TABLE llm_hour DROP COLUMN " + column, "ALTER TABLE llm_day DROP COLUMN " + column);
        }
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
        execute(
                "DROP TABLE llm_task_minute",
                "ALTER TABLE llm_pair DROP COLUMN input_hash",
                "ALTER TABLE llm_pair DROP COLUMN judged",
                "ALTER TABLE llm_pair DROP COLUMN prices",
                "ALTER TABLE llm_pair DROP COLUMN baseline_cost_pico_usd",
                "ALTER TABLE llm_pair DROP COLUMN baseline_batched",
                "ALTER TABLE llm_route_change DROP COLUMN definition",
                "ALTER TABLE llm_route_change DROP COLUMN candidate_version",
                "ALTER TABLE llm_route_change DROP COLUMN baseline_version",
                "DELETE FROM llm_router_schema_history WHERE version IN ('9', '10', '11', '12', '13')");
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
                    LedgerContract::plus);
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
