package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.cli.CollectedCommand;
import dev.llmrouter.evaluate.EvidenceRevocation;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PairEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Evidence that accumulates: a running gateway compares, opens a route and closes it again. */
@Tag("once")
class CollectTest extends CollectSetup {
    @Test
    void opensTheRouteOfAModelThatAgreesAndClosesItWhenItNoLongerDoes() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            assertThat(served(gateway)).isEqualTo("premium");
            awaitServed(gateway, "economy");

            Awaitility.await()
                    .atMost(WITHIN) // the page shows what the last look at the ledger found
                    .untilAsserted(() -> assertThat(gateway.get("/").body())
                            .contains("Evidence from live traffic")
                            .contains("tickets: small against large <span class=\"tag good\">open</span>")
                            .contains("<meter", "of $5.00", "<polyline class=\"ideal\"", "<polyline class=\"bound\"")
                            .doesNotContain("secretword"));
            Proof opened = proof();
            assertThat(opened.by()).isEqualTo("Ada (collect)");
            assertThat(opened.method()).isEqualTo("e-process on live traffic");
            assertThat(opened.n()).isBetween(30, pairs().size());
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isEqualTo(1);
                assertThat(pair.costPicoUsd()).isPositive();
                assertThat(pair.prices()).isEqualTo("0.1/-/-/-/0.1/- against 1/-/-/-/1/-");
            });

            answers.put("small", "something else");
            awaitServed(gateway, "premium");
            assertThat(proof().acceptance()).isEqualTo("failed");
            assertThat(proof().settledAt()).matches("[1-9][0-9]*");
            String closed =
                    "losed on " + proof().accepted() + " at pair " + proof().settledAt() + ": shown to be worse";
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(gateway.get("/").body()).contains("C" + closed));
            assertThat(gateway.get("/policy").body()).contains("c" + closed);
            StringWriter out = new StringWriter();
            assertThat(new CommandLine(new CollectedCommand(Clock.systemUTC(), Map.of()))
                            .setOut(new PrintWriter(out))
                            .execute(
                                    "--policy",
                                    folder.resolve("policy.yaml").toString(),
                                    "--data",
                                    folder.resolve("data").toString()))
                    .isZero();
            assertThat(out.toString()).contains("C" + closed, "Since then: ");
            assertThat(pairs()).anySatisfy(pair -> assertThat(pair.served()).isTrue());
        }
        try (RunningGateway again = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            answers.put("small", "same");
            for (int i = 0; i < 60; i++) {
                assertThat(served(again))
                        .as("a route that was closed waits for a person")
                        .isEqualTo("premium");
            }
        }
        for (String file : List.of("ledger.db", "ledger.db-wal")) {
            Path path = folder.resolve("data").resolve(file);
            if (Files.exists(path)) {
                assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
                        .doesNotContain("secretword")
                        .doesNotContain("something else");
            }
        }
    }

    @Test
    void aRouteWhoseEvidenceIsRevokedWaitsForAPersonAndNewPairs() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitServed(gateway, "economy");
            EvidenceRevocation.revoke(
                    folder.resolve("evidence"), "tickets", LocalDate.parse(proof().accepted()), "quality fell");
            awaitServed(gateway, "premium");
            for (int i = 0; i < 60; i++) {
                assertThat(served(gateway)).isEqualTo("premium");
            }
            Thread.sleep(600); // three looks at the ledger
            assertThat(served(gateway)).isEqualTo("premium");
            assertThat(proof().acceptance()).isEqualTo("drift");
            assertThat(gateway.get("/").body()).contains("closed");
        }
        try (LedgerReader reader = LedgerReader.open(LedgerSettings.embedded(folder.resolve("data")))) {
            assertThat(reader.pairs().closedMillis(pairs().get(0))).isPresent();
        }
    }

    /** After thirty pairs nobody knows yet whether it is good enough: collecting that stopped there said nothing, for ever. */
    @Test
    void aCandidateWhoseAnswersAreDearerIsFollowedUntilThatCanBeSaid() throws Exception {
        priceOfSmall = "0.9"; // an answer of 60 tokens costs 55, one of the baseline 12
        written = 60;
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            Awaitility.await().atMost(WITHIN).untilAsserted(() -> {
                assertThat(served(gateway)).isEqualTo("premium");
                assertThat(gateway.get("/").body()).contains("it saves nothing");
            });
        }
    }

    /** The answers of a batch start all their comparisons within seconds, at a provider that answers callers as well. */
    @Test
    void ofABurstAFewAreComparedAtATime() throws Exception {
        answers.put("small", "slow");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            awaitPairs(gateway);
            burst(gateway, 40);
            Awaitility.await().atMost(WITHIN).until(() -> pairs().size() >= 43);
            assertThat(slowAtOnce.get()).isBetween(2, 8);
            assertThat(pairs().stream().map(PairEntry::requestId)).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWaitsToBeComparedHoldsUpNoStop() throws Exception {
        answers.put("small", "slow");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            awaitPairs(gateway);
            Awaitility.await().atMost(WITHIN).until(() -> pairs().size() == calls("small"));
            int before = pairs().size();
            burst(gateway, 60);
            Awaitility.await().atMost(WITHIN).until(() -> calls("small") >= before + 8);
        }
        assertThat(pairs()).hasSizeBetween(8, 50).hasSize(calls("small"));
    }

    /** All shadows of a burst were paid for, and none was compared. */
    @Test
    void whileTheJudgeRestsWhatWaitsIsNotAsked() throws Exception {
        answers.put("small", "another answer");
        answers.put("referee", "broken");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: \"judge:referee\"")) {
            awaitPairs(gateway); // now it rests
            int before = calls("small");
            burst(gateway, 60);
            Thread.sleep(2_000); // ten looks
            assertThat(calls("small") - before).isLessThan(30);
        }
    }

    /** Two fit into it at a time, by what is set aside. Those that did not were left out, and with the first of them all that waited. */
    @Test
    void aBurstOfASmallBudgetIsComparedOneAfterTheOther() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 0.00025, scorer: exact")) {
            awaitPairs(gateway);
            burst(gateway, 30);
            Awaitility.await().atMost(WITHIN).until(() -> pairs().size() >= 33);
        }
    }

    private void burst(RunningGateway gateway, int many) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(many);
        try {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                all.add(callers.submit(() -> served(gateway)));
            }
            for (Future<String> one : all) {
                assertThat(one.get()).isEqualTo("premium");
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void oneInputHoweverOftenIsOneExample() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                int before = calls("small");
                served(gateway, 0);
                Thread.sleep(100);
                return before > 0 && calls("small") == before; // a look at the ledger has found it
            });
            int known = calls("small");
            for (int i = 0; i < 60; i++) {
                assertThat(served(gateway, 0)).isEqualTo("premium");
            }
            assertThat(calls("small")).as("asked in shadow").isEqualTo(known);
            awaitServed(gateway, "economy"); // other inputs prove it
        }
    }

    /** A task whose callers ask the same things again and again: they tell what an answer costs now, and are no new examples. */
    @Test
    void aTaskOfRecurringInputsOpensAfterAChangeOfPrice() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return gateway.get("/").body().contains(">passed<");
            });
        }
        int inputs = asked.get();
        priceOfSmall = "0.05";
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                int ticket = asked.incrementAndGet() % inputs + 1;
                return served(gateway, ticket).equals("economy");
            });
            assertThat(proof().n()).as("no input twice").isLessThanOrEqualTo(inputs);
        }
    }

    /** The process is killed between the evidence that closes a route and the row that says from when on pairs count. */
    @Test
    void aClosingWhoseRowWasLostIsWrittenDownAfterARestart() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitServed(gateway, "economy");
            answers.put("small", "something else");
            awaitServed(gateway, "premium");
        }
        assertThat(proof().acceptance()).isEqualTo("failed");
        try (Connection ledger = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("data").resolve("ledger.db"));
                Statement statement = ledger.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM llm_route_change WHERE NOT opened"))
                    .isOne();
        }
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            Awaitility.await().atMost(WITHIN).untilAsserted(() -> {
                try (LedgerReader reader = LedgerReader.open(LedgerSettings.embedded(folder.resolve("data")))) {
                    assertThat(reader.pairs().closedMillis(pairs().get(0))).isPresent();
                }
            });
            assertThat(served(gateway)).isEqualTo("premium");
        }
    }

    @Test
    void twoAnswersThatCallDifferentToolsAreNotTheSame() throws Exception {
        answers.put("large", "tool:lookup");
        answers.put("small", "tool:refund_all");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            awaitPairs(gateway);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isOne();
            });
        }
        answers.put("small", "tool:lookup");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            int before = pairs().size();
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                var now = pairs(); // more may come between two looks
                return now.size() > before
                        && Double.valueOf(1).equals(now.get(now.size() - 1).candidateScore());
            });
        }
    }

    @Test
    void theShadowsOutputIsCheckedAsTheOneThatIsServed() throws Exception {
        try (RunningGateway gateway =
                start("share: 100, perDay: 5, scorer: exact", ", verify: { json: true, onFailure: escalate }")) {
            awaitPairs(gateway);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isZero();
            });
        }
    }

    /** The first look came before there was a ledger, and nothing was compared until the second. */
    @Test
    void requestsAreComparedFromTheStart() throws Exception {
        lookMillis = 6_000;
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            for (int i = 0; i < 48; i++) {
                served(gateway);
                Thread.sleep(100);
            }
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(() -> pairs().size() >= 3); // they had gathered until the look after next
        }
    }

    /** What a caller of the open route would have had: no answer. Left out, they would open it by the rest. */
    @ParameterizedTest
    @ValueSource(strings = {"exact", "feedback", "judge:referee", "verify"})
    void aCandidateThatRefusesARequestLosesIt(String scorer) throws Exception {
        answers.put("small", "refused");
        String verify = scorer.equals("verify") ? ", verify: { minLength: 1 }" : "";
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: \"" + scorer + "\"", verify)) {
            awaitPairs(gateway);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isOne();
            });
        }
    }

    /** Its callers get errors, which no answer that is compared would show. */
    @Test
    void anOpenRouteWhoseModelBeginsToRefuseIsClosed() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitServed(gateway, "economy");
            answers.put("small", "refused");
            assertThat(status(gateway, "\"stream\":true,")).isEqualTo(400);
            answers.put("large", "refused");
            assertThat(status(gateway, "")).isEqualTo(400);
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(pairs())
                            .as("refused by both")
                            .anySatisfy(pair -> {
                                assertThat(pair.served()).isTrue();
                                assertThat(pair.candidateScore()).isNull();
                            }));
            answers.remove("large");
            Awaitility.await()
                    .atMost(WITHIN)
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(status(gateway, "")).isEqualTo(200));
            assertThat(served(gateway)).isEqualTo("premium");
            assertThat(proof().acceptance()).isEqualTo("failed");
            assertThat(pairs()).anySatisfy(pair -> {
                assertThat(pair.served()).isTrue();
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isOne();
            });
        }
    }

    /** Who gets no answer asks again. */
    @Test
    void aRequestThatIsTriedAgainIsLostOnce() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitServed(gateway, "economy");
            answers.put("small", "refused");
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.post("/v1/chat/completions", ASK.formatted(0))
                                .statusCode())
                        .isEqualTo(400);
            }
            assertThat(status(gateway, "")).isEqualTo(400);
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(lost()).isEqualTo(2));
            Thread.sleep(500);
            assertThat(lost()).isEqualTo(2);
        }
    }

    @Test
    void anOutputThatIsNotUsableIsLostOnceHoweverOftenItIsTried() throws Exception {
        answers.putAll(Map.of("small", "{}", "large", "{}"));
        try (RunningGateway gateway = start(
                "share: 100, perDay: 5, scorer: exact, open: at-once", ", verify: { json: true, onFailure: fail }")) {
            awaitServed(gateway, "economy");
            answers.put("small", "no object");
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.post("/v1/chat/completions", ASK.formatted(0))
                                .statusCode())
                        .isNotEqualTo(200);
            }
            assertThat(status(gateway, "")).isNotEqualTo(200);
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(lost()).isEqualTo(2));
            Thread.sleep(500);
            assertThat(lost()).isEqualTo(2);
        }
    }

    /** A fifth of these comparisons would take all of the day, if what is set aside for each were not given back. */
    @Test
    void whatIsSetAsideForAComparisonIsGivenBack() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 0.001, scorer: exact")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() >= 50;
            });
        }
    }

    @Test
    void anAnswerThatComesAfterTheTimeOfItsTierIsLost() throws Exception {
        ofEconomy = ", timeout: 1s";
        answers.put("small", "slow");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            awaitPairs(gateway);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isOne();
            });
        }
    }

    /** An hour of it would reject any candidate, until somebody begins anew. */
    @Test
    void aProviderThatHangsIsNotTakenForAModelThatIsTooSlow() throws Exception {
        ofSmall = ", timeouts: { headers: 300ms }";
        answers.put("small", "hanging");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(
                            () -> { // the first requests come before the first look
                                served(gateway);
                                return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() > 30;
                            });
            assertThat(pairs().stream().filter(pair -> pair.candidateScore() != null))
                    .hasSize(3)
                    .allSatisfy(pair -> assertThat(pair.candidateScore()).isZero());
            answers.put("small", "same");
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return pairs().stream().anyMatch(pair -> Double.valueOf(1).equals(pair.candidateScore()));
            });
        }
    }

    @Test
    void whatVerifyKeepsFromCallersCountsAgainstTheCandidateWhereFeedbackScores() throws Exception {
        answers.putAll(Map.of("small", "no object", "large", "{}"));
        try (RunningGateway gateway =
                start("share: 100, perDay: 5, scorer: feedback", ", verify: { json: true, onFailure: fail }")) {
            awaitPairs(gateway);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isZero();
                assertThat(pair.baselineScore()).isOne();
            });
        }
    }

    @Test
    void twoBlankAnswersAreNoAgreement() throws Exception {
        answers.putAll(Map.of("small", " ", "large", ""));
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            awaitPairs(gateway);
            assertThat(pairs())
                    .allSatisfy(pair -> assertThat(pair.candidateScore()).isNull());
        }
    }

    /** Both are behind one provider, whose breaker is for those that answer callers. */
    @Test
    void aCandidateThatFailsInShadowIsAskedOnceAndHarmsNoCaller() throws Exception {
        answers.put("small", "broken");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(
                            () -> { // the first requests come before the first look
                                assertThat(served(gateway)).isEqualTo("premium");
                                return asked.get() >= 40 && calls("small") > 0;
                            });
            assertThat(calls("small")).as("once for each request").isBetween(1, asked.get());
        }
    }

    /** Its failures would be counted the seldomer the more others answer for the baseline. */
    @Test
    void aFailureOfTheCandidateCountsWhoeverMakesUpForIt() throws Exception {
        members = "[large, referee], strategy: weighted";
        answers.putAll(Map.of("small", "{}", "large", "{}", "referee", "{}"));
        String verify = ", verify: { json: true, onFailure: escalate }";
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: verify, open: at-once", verify)) {
            awaitServed(gateway, "economy");
            int open = (int) pairs().stream().filter(PairEntry::served).count();
            answers.put("small", "no object");
            int asked = 6; // fewer than close the route
            for (int i = 0; i < asked; i++) {
                served(gateway);
            }
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(pairs().stream()
                                    .filter(pair ->
                                            pair.served() && Double.valueOf(0).equals(pair.candidateScore())))
                            .hasSize(asked));
            assertThat(open).isLessThan(pairs().size());
        }
    }

    @Test
    void aJudgeThatPrefersAPlaceSettlesNothingAndIsPaidFor() throws Exception {
        answers.put("small", "one thing");
        answers.put("referee", "{\"better\":\"A\"}");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: \"judge:referee\"")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                assertThat(served(gateway)).isEqualTo("premium");
                return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() >= 3;
            });
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isNull();
                assertThat(pair.baselineScore()).isNull();
                assertThat(pair.judged()).isTrue();
                // shadow: 12 tokens at $0.1 a million; judge: 12 at $2 for a control question, and twice that if it was
                // right
                assertThat(pair.costPicoUsd())
                        .isIn(12 * 100_000L + 12 * 2_000_000L, 12 * 100_000L + 3 * 12 * 2_000_000L);
            });
            assertThat(calls("referee")).isGreaterThanOrEqualTo(pairs().size());

            answers.put("referee", "{\"better\":\"tie\"}");
            int before = pairs().size();
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return pairs().size() >= before + 10;
            });
            assertThat(pairs())
                    .as("who finds all equal has not compared")
                    .allSatisfy(pair -> assertThat(pair.candidateScore()).isNull());

            answers.put("referee", "judge:tie");
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return pairs().stream().anyMatch(pair -> Double.valueOf(0.5).equals(pair.candidateScore()));
            });
        }
    }

    @Test
    void spendsNoMoreThanTheDaysBudgetAndOnlyOnTheShareThatIsStated() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 0.000001, scorer: exact")) {
            for (int i = 0; i < 30; i++) {
                served(gateway);
            }
            Awaitility.await().during(Duration.ofMillis(500)).atMost(WITHIN).until(() -> calls("small") == 0);
        }
        try (RunningGateway gateway = start("share: 50, perDay: 5, scorer: exact")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                served(gateway);
                return calls("small") > 0;
            });
            int before = calls("small");
            int large = calls("large");
            for (int i = 0; i < 100; i++) {
                served(gateway);
            }
            Awaitility.await().atMost(WITHIN).until(() -> calls("small") - before >= 25);
            assertThat(calls("large") - large).isEqualTo(100);
            assertThat(calls("small") - before).isLessThan(75);
        }
    }
}
