package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.EvidenceRevocation;
import dev.llmrouter.evaluate.Look;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PairEntry;
import dev.llmrouter.record.ledger.RouteChangeEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("once")
class CollectedCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private int next;

    @BeforeEach
    void writePolicy() throws Exception {
        Files.writeString(policy(), """
                version: 1
                owner: test
                baseline: premium
                evidence: collect
                collect: { perDay: 5.00, scorer: "judge:referee" }
                providers:
                  p: { protocol: openai, baseUrl: "http://localhost:1" }
                models:
                  small: { provider: p, price: { input: 0.1, output: 0.1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  referee: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  tickets: { tier: economy, description: Sort., rationale: Simple., margin: 0.05 }
                rules:
                  - { id: sort, when: { keywords: [sort] }, task: tickets }
                """);
    }

    private Path policy() {
        return folder.resolve("policy.yaml");
    }

    private int run(String... more) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(
                "--policy",
                policy().toString(),
                "--data",
                folder.resolve("data").toString()));
        all.addAll(List.of(more));
        return new CommandLine(new CollectedCommand(CLOCK, Map.of()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private PairQuestion question() throws Exception {
        RoutingPolicy policy = PolicyFile.loadWithoutSecrets(policy(), CLOCK);
        return PairQuestion.of(policy, policy.task("tickets").orElseThrow(), "small", false, null)
                .orElseThrow();
    }

    /** @param lost how many of the pairs only the baseline gets right */
    private List<LedgerEntry> pairs(int n, int lost, boolean served) throws Exception {
        return pairs(n, lost, served, NOW);
    }

    private List<LedgerEntry> pairs(int n, int lost, boolean served, Instant at) throws Exception {
        List<LedgerEntry> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double candidate = i % Math.max(1, n / Math.max(1, lost)) == 1 && lost > 0 ? 0 : 1;
            next++;
            all.add(question()
                    .entry(
                            "r" + next,
                            at.toEpochMilli() - 100_000 + next,
                            served,
                            candidate,
                            1.0,
                            2_000_000_000L,
                            0L,
                            0.1));
        }
        return all;
    }

    /** With the request of each pair that the baseline served, which cost more than the candidate's call. */
    private void keep(List<LedgerEntry> entries) {
        List<LedgerEntry> all = new ArrayList<>(entries);
        for (LedgerEntry entry : entries) {
            if (entry instanceof PairEntry pair && !pair.served()) {
                all.add(request(pair.requestId(), pair.timeMillis(), 3_000));
            }
        }
        keepAlone(all);
    }

    private void keepAlone(List<LedgerEntry> entries) {
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder.resolve("data")), System::nanoTime)) {
            ledger.write(entries);
        }
    }

    private JsonNode route() throws Exception {
        assertThat(run("--json")).isZero();
        return new ObjectMapper().readTree(out.toString()).at("/routes/0");
    }

    @Test
    void showsWhereEachRouteStandsAndDrawsItsPath() throws Exception {
        keep(pairs(60, 0, false));
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("collecting");
        assertThat(route.at("/before/n").intValue()).isEqualTo(60);
        assertThat(route.at("/before/low").doubleValue()).isBetween(-0.2, -0.05);
        assertThat(route.get("spent_today_usd").decimalValue()).isEqualByComparingTo("0.12");
        assertThat(route.get("sampled").isNull()).isTrue();

        Path page = folder.resolve("page.html");
        assertThat(run("--html", page.toString())).isZero();
        assertThat(out.toString())
                .contains("60 pairs by judge:referee p/referee")
                .contains("Not settled yet");
        assertThat(Files.readString(page))
                .contains("<svg")
                .contains("class=\"bound\"")
                .contains("tickets");
    }

    @Test
    void pairsOfAnOpenRouteAreWeightedByTheirProbability() throws Exception {
        keep(pairs(100, 5, true));

        JsonNode sampled = route().get("sampled");

        assertThat(sampled.get("n").intValue()).isEqualTo(100);
        assertThat(sampled.get("represented").doubleValue()).isCloseTo(1000, within(1e-6));
        assertThat(sampled.get("difference").doubleValue()).isCloseTo(-0.05, within(0.005));
        assertThat(sampled.get("low").doubleValue()).isBetween(-0.12, -0.07);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("weighted by sampling: -5.0 points", "100 pairs for 1,000 requests");
    }

    private void feedback(int from, int to, boolean useful, long later) {
        List<LedgerEntry> all = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            all.add(new FeedbackEntry(
                    "f" + i + useful, "r" + i, NOW.toEpochMilli() + later + i, useful, null, null, null, "Bob", null));
        }
        keep(all);
    }

    /** Issue 6, item 10: feedback comes late, is about the answer that was served, and joins its pair. */
    @Test
    void feedbackScoresAPairWhenItComesAndWhatIsNotKnownCountsAgainstTheCandidate() throws Exception {
        Files.writeString(
                policy(),
                Files.readString(policy())
                        .replace("scorer: \"judge:referee\"", "scorer: feedback, feedbackWithin: 60s"));
        List<LedgerEntry> pairs = new ArrayList<>(pairs(40, 0, false)); // both said the same
        for (int i = 41; i <= 60; i++) {
            next++;
            pairs.add(question().entry("r" + i, NOW.toEpochMilli() - 100_000 + i, false, 0.0, 1.0, 1L, 0L, 0.1));
        }
        keep(pairs);
        JsonNode waiting = route();
        assertThat(waiting.at("/before/n").intValue()).isZero();
        assertThat(waiting.get("unscored").intValue()).isEqualTo(60);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("60 pairs got no feedback in time.");

        feedback(1, 40, true, -50_000); // half a minute
        assertThat(route().at("/before/n").intValue()).isEqualTo(40);
        assertThat(route().at("/before/difference").doubleValue()).isZero();
        feedback(41, 50, false, -50_000); // the baseline was wrong there, so nothing is lost by another answer
        assertThat(route().at("/before/n").intValue()).isEqualTo(50);
        assertThat(route().at("/before/difference").doubleValue()).isZero();
        feedback(51, 60, true, -50_000); // the baseline was right, and the candidate said something else
        JsonNode all = route();
        assertThat(all.at("/before/n").intValue()).isEqualTo(60);
        assertThat(all.at("/before/difference").doubleValue()).isCloseTo(-10 / 60.0, within(1e-9));
        assertThat(all.get("unscored").intValue()).isZero();

        feedback(1, 60, false, -45_000);
        assertThat(route()).as("the first feedback counts").isEqualTo(all);
    }

    /**
     * Whoever complains does so at once, whoever is content says so days later: by what was known the first pairs were all complaints, which
     * are about both answers and show no loss, and they opened the route of a model that is worse.
     */
    @Test
    void feedbackCountsWhenTheTimeForItIsOverWhateverItSays() throws Exception {
        Files.writeString(
                policy(), Files.readString(policy()).replace("scorer: \"judge:referee\"", "scorer: feedback"));
        Instant week = NOW.minus(Duration.ofDays(7));
        long before = -Duration.ofDays(7).toMillis();
        keep(pairs(60, 0, false, week.plusSeconds(100))); // 1 to 60: their time is over in some milliseconds
        feedback(1, 60, false, before + 1_000);
        JsonNode waiting = route();
        assertThat(waiting.at("/before/n").intValue()).isZero();
        assertThat(waiting.get("waiting").intValue()).isEqualTo(60);
        assertThat(waiting.get("unscored").intValue()).isZero();
        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains("60 more pairs wait for feedback: each counts 7 days after it was compared")
                .doesNotContain("got no feedback");

        keep(pairs(40, 0, false, week)); // 61 to 100: a hundred seconds older
        feedback(61, 70, true, before - 200_000); // before it was compared
        feedback(71, 80, true, -105_000); // in the last seconds
        feedback(81, 100, false, -99_000); // a second too late
        JsonNode route = route();
        assertThat(route.at("/before/n").intValue()).isEqualTo(20);
        assertThat(route.get("unscored").intValue()).isEqualTo(20);
        assertThat(route.get("waiting").intValue()).isEqualTo(60);
        feedback(61, 100, false, -90_000);
        assertThat(route()).as("later feedback changes nothing").isEqualTo(route);
    }

    /** An answer of the candidate that people reject, and that differs from the baseline's, is taken for a loss. */
    @Test
    void feedbackWatchesAnOpenRoute() throws Exception {
        Files.writeString(
                policy(),
                Files.readString(policy())
                        .replace("scorer: \"judge:referee\"", "scorer: feedback, feedbackWithin: 60s"));
        keep(pairs(100, 50, true)); // half of them said something else
        feedback(1, 100, false, -50_000);
        JsonNode route = route();
        assertThat(route.at("/since/n").intValue()).isEqualTo(100);
        assertThat(route.at("/since/difference").doubleValue()).isCloseTo(-0.5, within(1e-9));
    }

    private PairEntry judged(@Nullable Double score) throws Exception {
        next++;
        return question()
                .entry("r" + next, NOW.toEpochMilli() - 100_000 + next, false, score, score, 1L, 1L, 0.1)
                .judged(true);
    }

    /** Equal answers are ties without a judge: who says nothing of the others would open any route. */
    @Test
    void aJudgeWithoutAVerdictOpensNoRoute() throws Exception {
        List<LedgerEntry> pairs = new ArrayList<>(pairs(160, 0, false));
        for (int i = 0; i < 16; i++) {
            pairs.add(judged(null));
        }
        keep(pairs);
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("undecided");
        assertThat(route.at("/judge/decided").intValue()).isZero();
        assertThat(route.at("/judge/undecided").intValue()).isEqualTo(16);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("no verdict on 16 of 16 pairs whose answers differ", "Name another judge");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(folder.resolve("evidence/tickets.json")).doesNotExist();

        List<LedgerEntry> decided = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            decided.add(judged(0.5));
        }
        keep(decided);
        assertThat(route().get("status").textValue())
                .as("a quarter may be left undecided")
                .isEqualTo("ready");
    }

    /** They do not say whether a judge was asked; one who was asked had a price. */
    @Test
    void pairsOfEarlierVersionsCountByWhatTheJudgeCost() throws Exception {
        List<LedgerEntry> pairs = new ArrayList<>(pairs(160, 0, false));
        for (int i = 0; i < 16; i++) {
            next++;
            pairs.add(
                    question().entry("r" + next, NOW.toEpochMilli() - 100_000 + next, false, null, null, 2L, 1L, 0.1));
        }
        keep(pairs);
        assertThat(route().get("status").textValue()).isEqualTo("undecided");
        List<LedgerEntry> decided = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            next++;
            decided.add(
                    question().entry("r" + next, NOW.toEpochMilli() - 100_000 + next, false, 0.5, 0.5, 2L, 1L, 0.1));
        }
        decided.add(judged(null));
        decided.add(judged(0.5));
        decided.add(judged(0.5));
        decided.add(judged(0.5));
        keep(decided);
        assertThat(route().get("status").textValue()).isEqualTo("ready");
    }

    @Test
    void aRepeatedInputIsUndecidedOnce() throws Exception {
        List<LedgerEntry> pairs = new ArrayList<>(pairs(160, 0, false));
        for (int i = 0; i < 16; i++) {
            pairs.add(judged(null).ofInput("the same"));
        }
        keep(pairs);
        assertThat(route().at("/judge/undecided").intValue()).isEqualTo(1);
        assertThat(route().get("status").textValue()).isEqualTo("ready");
    }

    @Test
    void aNamedPersonOpensARouteThatIsReadyAndNoOther() throws Exception {
        keep(pairs(60, 0, false));
        assertThat(run("--accept")).isEqualTo(2);
        assertThat(err.toString()).contains("--by NAME");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(folder.resolve("evidence/tickets.json")).doesNotExist();

        keep(pairs(100, 0, false));
        assertThat(route().get("status").textValue()).isEqualTo("ready");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isZero();

        Proof proof = EvidenceFile.read(folder.resolve("evidence/tickets.json"))
                .proof("small")
                .orElseThrow();
        assertThat(proof.by()).isEqualTo("Ada Lovelace");
        assertThat(proof.method()).isEqualTo("e-process on live traffic");
        assertThat(proof.n()).isEqualTo(160);
        assertThat(proof.low()).isBetween(-0.05, 0.0);
        RoutingPolicy policy = PolicyFile.loadWithoutSecrets(policy(), CLOCK);
        assertThat(EvidenceCheck.read(folder.resolve("evidence"))
                        .finding(
                                policy,
                                policy.task("tickets").orElseThrow(),
                                List.of("small"),
                                LocalDate.of(2026, 11, 26))
                        .state())
                .isEqualTo(EvidenceCheck.State.VALID);
        assertThat(route().get("status").textValue()).isEqualTo("open");

        EvidenceRevocation.revoke(folder.resolve("evidence"), "tickets", LocalDate.of(2026, 11, 27), "quality fell");
        keep(pairs(20, 0, false));
        assertThat(run("--accept", "--by", "Ada Lovelace"))
                .as("no pair of before the day is over counts")
                .isEqualTo(1);
        keep(List.of(new RouteChangeEntry(
                "c", NOW.toEpochMilli() - 100_000 + next, "tickets", "small", false, "x", null, null, null)));
        keep(pairs(180, 0, false));
        assertThat(run("--accept", "--by", "Ada Lovelace")).isZero();
        assertThat(EvidenceFile.read(folder.resolve("evidence/tickets.json"))
                        .proof("small")
                        .orElseThrow()
                        .looks())
                .extracting(Look::n)
                .as("no look is forgotten")
                .containsExactly(160, 180);
        keep(pairs(200, 60, true));
        assertThat(route().get("status").textValue()).isEqualTo("worse");
    }

    /** The candidate's call cost 2,000 micro-USD a pair. @param microUsd of the baseline's answer */
    private List<LedgerEntry> requests(int from, int to, long microUsd) {
        List<LedgerEntry> all = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            all.add(request("r" + i, NOW.toEpochMilli() - 200_000 + i, microUsd));
        }
        return all;
    }

    private static LedgerEntry request(String id, long millis, long microUsd) {
        return LedgerRow.at(id, millis)
                .task("tickets")
                .to("premium", "large")
                .provider("p")
                .tokens(1, 1)
                .cost(microUsd * 1_000_000, microUsd * 1_000_000)
                .classifier(null, 500_000L)
                .row();
    }

    @Test
    void aCandidateThatCostsAsMuchAsTheBaselineIsNoSaving() throws Exception {
        keepAlone(pairs(160, 0, false));
        keepAlone(requests(1, 29, 1_000));
        assertThat(route().get("status").textValue()).as("too few to tell").isEqualTo("collecting");
        assertThat(route().at("/costs/unknown").intValue()).isEqualTo(131);
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(out.toString())
                .contains("not known of 131 pairs: the route waits for 30 of which both are")
                .doesNotContain("too old");
        keepAlone(requests(30, 160, 1_000));
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("net-loss");
        assertThat(route.at("/costs/n").intValue()).isEqualTo(160);
        assertThat(route.at("/costs/candidate_usd").decimalValue()).isEqualByComparingTo("0.32");
        assertThat(route.at("/costs/baseline_usd").decimalValue())
                .as("without the classification")
                .isEqualByComparingTo("0.15992");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(out.toString()).contains("saves nothing", "$0.002 on average");

        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder.resolve("data")), System::nanoTime)) {
            assertThat(ledger.forget(NOW.toEpochMilli())).isEqualTo(160);
        }
        assertThat(route()).as("whatever keep-days deletes").isEqualTo(route);
    }

    @Test
    void aCandidateThatCostsNothingIsNotDearerThanABaselineOfUnknownCost() throws Exception {
        List<LedgerEntry> free = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            free.add(judged(1.0));
        }
        keepAlone(free);
        assertThat(route().get("status").textValue()).isEqualTo("ready");
    }

    /** A provider that limits its rate made a model that costs as much as the baseline a tenth of it. */
    @Test
    void callsThatGaveNoAnswerMakeAnswersNoCheaper() throws Exception {
        keepAlone(pairs(160, 0, false));
        List<LedgerEntry> limited = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            next++;
            limited.add(
                    question().entry("r" + next, NOW.toEpochMilli() - 100_000 + next, false, null, null, 0L, 0L, 0.1));
        }
        keepAlone(limited);
        keepAlone(requests(1, 560, 1_000));
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("net-loss");
        assertThat(route.at("/costs/n").intValue()).isEqualTo(160);
    }

    /** A dear model that was cheap, or the other way round. */
    @Test
    void whatAnswersCostAtOtherPricesSaysNothingOfToday() throws Exception {
        keepAlone(pairs(160, 0, false).stream()
                .map(pair -> (LedgerEntry) ((PairEntry) pair).atPrices("other ones"))
                .toList());
        keepAlone(requests(1, 160, 9_000)); // much dearer than the candidate, then
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("collecting");
        assertThat(route.at("/costs/n").intValue()).isZero();
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(out.toString()).contains("160 pairs were made at other prices");
        keepAlone(pairs(40, 0, false));
        keepAlone(requests(161, 200, 1_000));
        assertThat(route().get("status").textValue()).isEqualTo("net-loss");
    }

    @Test
    void aRouteOfAnotherTaskOrModelUnderTheSameNamesClosesNothing() throws Exception {
        keep(pairs(160, 0, false));
        keep(List.of(new RouteChangeEntry(
                "c", NOW.toEpochMilli(), "tickets", "small", false, "x", "another", "p/small", "p/large")));
        assertThat(route().get("status").textValue()).isEqualTo("ready");
        assertThat(route().get("was_closed").booleanValue()).isFalse();
        keep(List.of(question().change("d", NOW.toEpochMilli(), false, "x")));
        assertThat(route().get("status").textValue()).isEqualTo("collecting");
    }

    @Test
    void aCandidateThatCostsLessIsOpened() throws Exception {
        keepAlone(pairs(160, 0, false));
        keepAlone(requests(1, 160, 3_000));
        assertThat(run("--accept", "--by", "Ada Lovelace")).isZero();
    }

    /** One of its calls broke off: what it cost is not known, and is not nothing. */
    @Test
    void aPairOfUnknownCostStaysInTheBudget() throws Exception {
        keep(pairs(60, 0, false));
        keep(List.of(question().entry("lost", NOW.toEpochMilli(), false, null, null, null, null, 0.1)));
        assertThat(route().get("spent_today_usd").decimalValue()).isEqualByComparingTo("0.122");
    }

    /** Whenever somebody accepts them: a model that was not compared for long is not proven. */
    @Test
    void oldPairsProveNothingAndYoungerOnesForSoMuchLess() throws Exception {
        keep(pairs(200, 0, false, NOW.minus(Duration.ofDays(400))));
        assertThat(route().get("status").textValue()).isEqualTo("collecting");
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Not settled anew: what earlier pairs showed held until");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);

        keep(pairs(30, 0, false, NOW.minus(Duration.ofDays(60))));
        keep(pairs(29, 0, false));
        assertThat(run("--accept", "--by", "Ada Lovelace"))
                .as("59 do not show it at 5 points")
                .isEqualTo(1);
        keep(pairs(70, 0, false, NOW.minus(Duration.ofDays(61))));
        assertThat(run("--accept", "--by", "Ada Lovelace")).isZero();
        assertThat(EvidenceFile.read(folder.resolve("evidence/tickets.json"))
                        .proof("small")
                        .orElseThrow()
                        .expires())
                .isEqualTo("2026-12-26");
    }

    @Test
    void theSameModelUnderAnotherNameJudgesNothing() throws Exception {
        keep(pairs(1, 0, false));
        Files.writeString(
                policy(),
                Files.readString(policy()).replace("referee: { provider: p,", "referee: { provider: p, id: small,"));
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("collects no evidence");
        assertThat(PolicyLoader.builder(CLOCK)
                        .build()
                        .check(Files.readString(policy()), "policy.yaml")
                        .text())
                .contains("would judge itself")
                .doesNotContain("is in no tier");
    }

    @Test
    void whatWasSeenOfAnotherModelOrBeforeAClosingDoesNotCount() throws Exception {
        keep(pairs(160, 0, false));
        Files.writeString(policy(), Files.readString(policy()).replace("small: {", "small: { id: small-2,"));
        JsonNode route = route();
        assertThat(route.at("/before/n").intValue()).isZero();
        assertThat(route.get("outdated").intValue()).isEqualTo(160);

        Files.writeString(policy(), Files.readString(policy()).replace(" id: small-2,", ""));
        assertThat(route().get("status").textValue()).isEqualTo("ready");
        keep(List.of(new RouteChangeEntry("c", NOW.toEpochMilli(), "tickets", "small", false, "x", null, null, null)));
        assertThat(route().get("status").textValue()).isEqualTo("collecting");
        assertThat(route().get("was_closed").booleanValue()).isTrue();
    }

    @Test
    void repeatsOfAnInputCountOnce() throws Exception {
        keep(pairs(160, 0, false).stream()
                .map(PairEntry.class::cast)
                .<LedgerEntry>map(pair -> pair.ofInput("the same"))
                .toList());
        assertThat(route().get("status").textValue()).isEqualTo("collecting");
        assertThat(route().at("/before/n").intValue()).isOne();
        assertThat(route().get("repeated").intValue()).isEqualTo(159);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("159 pairs repeat an input");
    }

    /** Complaints alone, say, or a check that no answer passes: both are wrong in every pair. */
    @Test
    void aCandidateAsGoodAsABaselineThatIsNeverRightProvesNothing() throws Exception {
        Files.writeString(policy(), Files.readString(policy()).replace("\"judge:referee\"", "exact"));
        keep(pairs(160, 0, false).stream()
                .map(PairEntry.class::cast)
                .<LedgerEntry>map(pair -> pair.scored(0, 0))
                .toList());
        assertThat(route().get("status").textValue()).isEqualTo("not-usable");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isEqualTo(1);
        assertThat(out.toString()).contains("right in 0 % only: that proves nothing");
        assertThat(folder.resolve("evidence/tickets.json")).doesNotExist();
    }

    @Test
    void aBaselineThatSeldomWinsBeforeAJudgeIsTheCandidatesMerit() throws Exception {
        keep(pairs(160, 0, false).stream()
                .map(PairEntry.class::cast)
                .<LedgerEntry>map(pair -> pair.scored(1, 0))
                .toList());
        assertThat(route().get("status").textValue()).isEqualTo("ready");
        assertThat(run("--accept", "--by", "Ada Lovelace")).isZero();
    }

    @Test
    void somebodyBeginsARejectedCollectionAnew() throws Exception {
        keep(pairs(200, 100, false));
        assertThat(route().get("status").textValue()).isEqualTo("rejected");
        assertThat(run("--anew", "--by", "Ada Lovelace")).isEqualTo(2);
        assertThat(run("--anew", "--task", "tickets")).isEqualTo(2);
        assertThat(run("--anew", "--accept", "--task", "tickets", "--by", "Ada Lovelace"))
                .isEqualTo(2);
        assertThat(run("--anew", "--task", "others", "--by", "Ada Lovelace")).isEqualTo(2);
        assertThat(err.toString()).contains("--task others: the policy has no such task; it has tickets");
        assertThat(route().get("status").textValue()).isEqualTo("rejected");
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("When it has been mended: collected --anew --task tickets --by NAME");

        assertThat(run("--anew", "--task", "tickets", "--by", "Ada Lovelace"))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains("the collection for model 'small' begins anew");
        JsonNode route = route();
        assertThat(route.get("status").textValue()).isEqualTo("collecting");
        assertThat(route.at("/before/n").intValue()).isZero();
        assertThat(route.get("was_closed").booleanValue()).isTrue();
    }

    /** Its quality falls by half after the route was opened: bounds of early and late looks exclude each other. */
    @Test
    void boundsEncloseWhatWasSeenAfterAChange() throws Exception {
        keep(pairs(400, 0, true));
        keep(pairs(400, 200, true));
        JsonNode since = route().get("since");
        assertThat(since.get("difference").doubleValue())
                .isBetween(since.get("low").doubleValue(), since.get("high").doubleValue());
    }

    @Test
    void saysThatThereIsNoLedger() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("there is no ledger");
    }
}
