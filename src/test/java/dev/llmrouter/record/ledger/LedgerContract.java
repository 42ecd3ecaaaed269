package dev.llmrouter.record.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
        return new RequestEntry(
                id, 1_000, "team", "openai", "summary", "rule", 0.9, "words", "economy", "small", "local", 10L, 2L, 0L,
                5L, 1L, false, cost, null, null, null, null, null, "[]", "[]", "abc", null, null, "passed", "ok", null,
                false, true, false, 12, null, 34);
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
                    new RouteChangeEntry("x", 15, "sum", "small", true, "Ada"),
                    new RouteChangeEntry("y", 17, "sum", "small", false, "Ada"),
                    new RouteChangeEntry("y", 99, "sum", "small", false, "Ada")));
            assertThat(ledger.isWriting()).isTrue();
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            LedgerPairs pairs = reader.pairs();
            assertThat(pairs.of("sum", "small", 0))
                    .containsExactly(pair("a", 10, false, null, null), pair("b", 20, true, 0.5, 2_000_000_000_000L));
            assertThat(pairs.of("sum", "small", 10)).extracting(PairEntry::id).containsExactly("b");
            assertThat(pairs.of("sum", "other", 0)).isEmpty();
            assertThat(pairs.spent("sum", 0)).isEqualByComparingTo("2");
            assertThat(pairs.spent("sum", 21)).isEqualByComparingTo("0");
            assertThat(pairs.closedMillis("sum", "small")).hasValue(17);
            assertThat(pairs.closedMillis("sum", "other")).isEmpty();
        }
    }

    private static PairEntry pair(String id, long time, boolean served, @Nullable Double score, @Nullable Long cost) {
        return new PairEntry(
                id, time, "sum", "def", "small", "p/small", "large", "p/large", "exact", served, score, score, cost, 0L,
                0.25);
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
        return new RequestEntry(
                id, time, null, "openai", "summary", "rule", 0.9, null, tier, "small", "local", 1L, 0L, 0L, 1L, 0L,
                false, cost, 3L, null, null, null, null, "[]", "[]", "abc", null, null, verify, "ok", null, false,
                false, shadow, 1, null, 1);
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

    private static PairEntry judged(String request, @Nullable Long judgeCost) {
        return new PairEntry(
                request, 10, "summary", "def", "small", "p/small", "large", "p/large", "judge:x", false, 1.0, 1.0,
                judgeCost, judgeCost, null);
    }

    @Test
    void readsALedgerThatIsOlderThanPairs() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(of("a", 10, "premium", 5L, null, false)));
        }
        try (Connection connection = LedgerConnections.connect(settings());
                Statement statement = connection.createStatement()) {
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
                                    1,
                                    new BigDecimal("0.000000000009"),
                                    2,
                                    new BigDecimal("18446744.073709551614"),
                                    new BigDecimal("0.000000000006"),
                                    3,
                                    1),
                            new DestinationSums(
                                    "summary",
                                    "premium",
                                    1,
                                    new BigDecimal("0.000000000001"),
                                    0,
                                    new BigDecimal("0.000000000003"),
                                    1,
                                    new BigDecimal("0.000000000001"),
                                    new BigDecimal("0.000000000003"),
                                    1,
                                    1));
        }
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
}
