package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.asked;
import static dev.llmrouter.record.ledger.LedgerEntries.feedback;
import static dev.llmrouter.record.ledger.LedgerEntries.judged;
import static dev.llmrouter.record.ledger.LedgerEntries.of;
import static dev.llmrouter.record.ledger.LedgerEntries.pair;
import static dev.llmrouter.record.ledger.LedgerEntries.scoredBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pairs of answers to one input, what they cost, and what was said of them. */
@Tag("once")
class LedgerPairsTest extends LedgerOnAnyDatabase {
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

    /** Quick answers would be tested without the slow ones. */
    @Test
    void whatHasBegunIsUnderWayUntilItsPairComes() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    new PairBegunEntry("a", 10, "sum", "small"),
                    new PairBegunEntry("b", 20, "sum", "small"),
                    new PairBegunEntry("c", 5, "sum", "other")));
            assertThat(underWaySince(0)).hasValue(10);
            assertThat(underWaySince(10)).as("waited for no longer").hasValue(20);
            ledger.write(List.of(
                    pair("a", 10, false, 1.0, 1L),
                    new PairBegunEntry("d", 40, "sum", "small"),
                    pair("d", 40, false, 1.0, 1L)));
            assertThat(underWaySince(0)).hasValue(20);
            ledger.write(List.of(pair("b", 20, false, null, null)));
            assertThat(underWaySince(0)).isEmpty();
            ledger.write(List.of(new PairBegunEntry("b", 20, "sum", "small")));
            assertThat(underWaySince(0)).as("it came again, from the spool").isEmpty();
            ledger.write(List.of(new PairBegunEntry("e", 50, "sum", "small")));
            ledger.write(List.of(new PairBegunEntry("f", 50 + 86_400_001, "sum", "small")));
            assertThat(underWaySince(0))
                    .as("of a day before, by a process that was killed")
                    .hasValue(50 + 86_400_001);
            assertThat(ledger.isWriting()).isTrue();
        }
    }

    private OptionalLong underWaySince(long afterMillis) throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            return reader.pairs().underWaySince("sum", "small", afterMillis);
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
            Map<String, Judged> before = feedbackOfPairs();
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
            assertThat(feedbackOfPairs()).isEqualTo(before);
        }
    }

    /** It scores the pair, and was said to be of a request that nobody knows. */
    @Test
    void feedbackOnAPairWhoseRequestIsGoneIsOfAKnownRequest() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(
                    of("of a pair", 10, "premium", 5L, null, false),
                    scoredBy("of a pair", "feedback"),
                    scoredBy("of a judge", "judge:x")));
            assertThat(ledger.forget(1_000)).isEqualTo(1);

            assertThat(ledger.take(feedback("1", "of a pair", false))).isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(feedback("2", "of nothing", false))).isEqualTo(Ledger.Taken.UNKNOWN);
            assertThat(ledger.take(feedback("3", "of a judge", false)))
                    .as("no score, and no request")
                    .isEqualTo(Ledger.Taken.UNKNOWN);
        }
        assertThat(feedbackOfPairs()).containsKey("of a pair").doesNotContainKey("of nothing");
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.feedbackForUnknownRequests(0, 5_000)).isEqualTo(2);
        }
    }

    private Map<String, Judged> feedbackOfPairs() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            return reader.pairs().feedback("sum", "small", 0);
        }
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
}
