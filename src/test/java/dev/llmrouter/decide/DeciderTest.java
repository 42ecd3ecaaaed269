package dev.llmrouter.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);

    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] now = {0};
    private final DeploymentHealth health = new DeploymentHealth(() -> now[0]);

    private Decider decider(String evidence, String economy, String task) {
        return decider(evidence, economy, task, Evidence.NONE);
    }

    private Decider decider(String evidence, String economy, String task, Evidence proof) {
        return decider(evidence, economy, task, proof, CLOCK);
    }

    private Decider deciderWithPremium(String premium, String economy) {
        return decider("enforce", economy, "", Evidence.NONE, CLOCK, premium);
    }

    private Decider decider(String evidence, String economy, String task, Evidence proof, Clock clock) {
        return decider(evidence, economy, task, proof, clock, "large");
    }

    private Decider decider(String evidence, String economy, String task, Evidence proof, Clock clock, String premium) {
        String models = economy.contains("models:") ? "" : ", models: [small, other]";
        String text = """
                version: 1
                owner: test
                baseline: premium
                evidence: %s
                providers:
                  p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                models:
                  small: { provider: p, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  other: { provider: p, context: 1000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  large: { provider: p, context: 100000, capabilities: [vision, reasoning, logprobs, multiple-choices], price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { timeout: 60s %s %s }
                  premium: { models: [%s] }
                tasks:
                  sum: { tier: economy, description: d, rationale: r %s }
                """.formatted(evidence, models, economy, premium, task);
        return new Decider(
                PolicyLoader.builder(CLOCK).build().load(text, "test"),
                health,
                (t, input) -> null,
                Difficulty.NONE,
                proof,
                (request, target) -> List.of(),
                clock,
                random::nextDouble);
    }

    private static RoutingRequest request(String model, double confidence, ChatRequest chat) {
        Input input = new Input(chat, new Describer().describe(chat), null, Set.of(), Map.of(), null);
        Classification sum = new Classification("sum", confidence, Classification.Source.RULE, "r", List.of());
        return new RoutingRequest("id", input, sum, Wish.of(model, null), null);
    }

    private static RoutingRequest request(double confidence) {
        return request("auto", confidence, ChatRequest.ofText("Hello"));
    }

    private static ChatRequest image() {
        return new ChatRequest(
                Dialect.Name.OPENAI,
                null,
                "auto",
                false,
                false,
                List.of(new ChatMessage(
                        Role.USER, List.of(new Part.Image("https://example.org/a.png", null, null, null)), null)),
                List.of(),
                null,
                null,
                null,
                Sampling.ofDefaults(),
                null,
                Map.of());
    }

    @ParameterizedTest
    @CsvSource({"enforce, premium", "collect, premium", "warn, economy", "off, economy"})
    void aCheaperTierNeedsEvidenceAsThePolicySays(String evidence, String tier) throws Exception {
        assertThat(decider(evidence, "", "").decide(request(1)).tier()).isEqualTo(tier);
    }

    @Test
    void evidenceOrAWaiverThatHoldsOpensTheCheaperTier() throws Exception {
        String waiver = ", waiver: { reason: pilot, by: me, until: %s }";

        assertThat(decider("enforce", "", "", (task, model, today) -> proven(today))
                        .decide(request(1))
                        .tier())
                .isEqualTo("economy");
        assertThat(decider("enforce", "", waiver.formatted("2026-11-24"))
                        .decide(request(1))
                        .tier())
                .isEqualTo("economy");
        assertThat(decider("enforce", "", waiver.formatted("2026-11-23"))
                        .decide(request(1))
                        .tier())
                .isEqualTo("premium");
    }

    private static EvidenceFinding proven(LocalDate today) {
        LocalDate until = LocalDate.parse("2026-12-01");
        return new EvidenceFinding(
                today.isAfter(until) ? EvidenceState.EXPIRED : EvidenceState.VALID, "e1", until, List.of());
    }

    private static final Evidence ONLY_SMALL = (task, model, today) -> model.equals("small")
            ? proven(today)
            : new EvidenceFinding(EvidenceState.INVALID, "e1", null, List.of("model 'other' was not accepted: loss"));

    @Test
    void oneProvenModelOpensTheTierAndTheOthersAreLeftOut() throws Exception {
        Decision decision = decider("enforce", ", canary: { model: large, percent: 100 }", "", ONLY_SMALL)
                .decide(request(1));

        assertThat(decision.tier()).isEqualTo("economy");
        assertThat(decision.candidates())
                .extracting(c -> c.model().name())
                .contains("small")
                .doesNotContain("other");
        assertThat(decision.evidence().state()).isEqualTo(EvidenceState.VALID);
        assertThat(decision.evidence().id()).isEqualTo("e1");
        assertThat(decision.evidence().until()).isEqualTo("2026-12-01");
        assertThat(decision.reasons())
                .anyMatch(reason -> reason.text().contains("'other' is left out")
                        && reason.text().contains("was not accepted: loss"));
    }

    /** It was told to prove what was proven, and the same data give the same. */
    @Test
    void aNetLossIsToldAsOneAndNotAsUnproven() throws Exception {
        Evidence loss = (task, model, today) -> new EvidenceFinding(
                EvidenceState.INVALID, "e1", null, List.of("of model '" + model + "' " + EvidenceFinding.NET_LOSS));

        assertThat(decider("enforce", "", "", loss).decide(request(1)).reasons())
                .anyMatch(reason -> reason.text()
                                .startsWith(
                                        "tier 'economy' is good enough for task 'sum', but costs more than it saves")
                        && reason.text().contains("errorCost")
                        && !reason.text().contains("To prove it"));
        assertThat(decider("warn", "", "", loss).decide(request(1)).reasons())
                .anyMatch(reason -> reason.text().contains("costs more than it saves")
                        && !reason.text().contains("unproven"));
    }

    @Test
    void aCanaryWithoutEvidenceGetsNoTraffic() throws Exception {
        String canary = ", models: [small], canary: { model: other, percent: 100 }";
        Decision enforced = decider("collect", canary, "", ONLY_SMALL).decide(request(1));
        Decision warned = decider("warn", canary, "", ONLY_SMALL).decide(request(1));

        assertThat(enforced.candidates()).extracting(c -> c.model().name()).containsExactly("small");
        assertThat(enforced.reasons()).anyMatch(reason -> reason.text().contains("canary 'other' is left out"));
        assertThat(warned.candidates()).extracting(c -> c.model().name()).containsExactly("other", "small");
        assertThat(warned.reasons()).anyMatch(reason -> reason.text().contains("canary 'other' is unproven"));
        assertThat(warned.evidence().state()).isEqualTo(EvidenceState.INVALID);
        Decision notDrawn =
                decider("warn", canary.replace("100", "0.0001"), "", ONLY_SMALL).decide(request(1));
        assertThat(notDrawn.evidence().state()).isEqualTo(EvidenceState.VALID);
    }

    /** Its answers in a batch counted as proven, and as those of a member. */
    @Test
    void aCanaryThatAnsweredInABatchIsAsUnprovenAsOneThatIsCalled() throws Exception {
        Decider decider = decider("warn", ", models: [small], canary: { model: other, percent: 50 }", "", ONLY_SMALL);
        Decision canary = decider.answered(request(1), "economy", "other", null);
        Decision member = decider.answered(request(1), "economy", "small", null);

        assertThat(canary.evidence().state()).isEqualTo(EvidenceState.INVALID);
        assertThat(canary.reasons()).anyMatch(reason -> reason.text().equals("drawn for canary 'other'"));
        assertThat(member.evidence().state()).isEqualTo(EvidenceState.VALID);
        assertThat(member.reasons()).noneMatch(reason -> reason.code().equals("canary"));
    }

    @Test
    void aStickyConversationIsDrawnForTheCanaryAsAWhole() throws Exception {
        Decider decider = decider("off", ", sticky: conversation, canary: { model: large, percent: 20 }", "");
        int canary = 0;
        for (int i = 0; i < 2000; i++) {
            RoutingRequest conversation = request("auto", 1, ChatRequest.ofText("Conversation " + i));
            String first =
                    decider.decide(conversation).candidates().get(0).model().name();
            canary += first.equals("large") ? 1 : 0;
            assertThat(decider.decide(conversation).candidates().get(0).model().name())
                    .isEqualTo(first);
        }
        // four standard deviations of a binomial share
        assertThat(canary / 2000.0).isBetween(0.164, 0.236);
    }

    @ParameterizedTest
    @CsvSource({
        "enforce, small, premium, missing",
        "warn, small, economy, missing",
        "off, small, economy, missing",
        "enforce, none, premium, not-needed",
        "enforce, tier:economy, economy, not-needed",
        "enforce, model:small, economy, not-needed"
    })
    void everyDecisionSaysWhatItsEvidenceIsWorth(String mode, String how, String tier, String state) throws Exception {
        RoutingRequest request = how.equals("none")
                ? request(0.1)
                : request(
                        how.startsWith("tier:") ? how : how.startsWith("model:") ? "small" : "auto",
                        1,
                        ChatRequest.ofText("Hi"));
        Decision decision = decider(mode, "", "").decide(request);

        assertThat(decision.tier()).isEqualTo(tier);
        assertThat(decision.evidence().state().key()).isEqualTo(state);
        JsonNode json = DecisionJson.of(decision).get("evidence");
        assertThat(json.get("state").textValue()).isEqualTo(state);
        assertThat(json.get("id").isNull()).isTrue();
        assertThat(json.get("until").isNull()).isTrue();
    }

    @Test
    void theReasonSaysWhatToDo() throws Exception {
        Decision decision = decider("enforce", "", "").decide(request(1));

        assertThat(decision.reasons())
                .anyMatch(reason -> reason.text().contains("validate --policy FILE --data FILE --accept --by NAME"));
    }

    @Test
    void evidenceExpiresByTheClockWhenTheDecisionIsMade() throws Exception {
        Instant[] time = {Instant.parse("2026-12-01T23:59:00Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time[0];
            }
        };
        Decider decider = decider("enforce", "", "", (task, model, today) -> proven(today), clock);

        assertThat(decider.decide(request(1)).evidence().state()).isEqualTo(EvidenceState.VALID);
        time[0] = Instant.parse("2026-12-02T00:00:00Z");
        Decision later = decider.decide(request(1));
        assertThat(later.tier()).isEqualTo("premium");
        assertThat(later.evidence().state()).isEqualTo(EvidenceState.EXPIRED);
    }

    @Test
    void aWaiverIsSaidToBeOne() throws Exception {
        Decision decision = decider("enforce", "", ", waiver: { reason: pilot, by: me, until: 2026-11-24 }")
                .decide(request(1));

        assertThat(decision.evidence().state()).isEqualTo(EvidenceState.WAIVED);
        assertThat(decision.evidence().until()).isEqualTo("2026-11-24");
        assertThat(decision.candidates()).hasSize(2);
    }

    /** The decision said that evidence is not there, and nothing of the leave that had just run out. */
    @Test
    void aWaiverThatHasEndedIsNamedInTheReason() throws Exception {
        String ended = ", waiver: { reason: pilot, by: Ada, until: 2026-11-23 }";
        String said = "(evidence is not there; the waiver of Ada ended on 2026-11-23)";

        assertThat(decider("enforce", "", ended).decide(request(1)).reasons())
                .anyMatch(reason -> reason.text().contains(said + ": tier 'premium' serves it"));
        assertThat(decider("warn", "", ended).decide(request(1)).reasons())
                .anyMatch(reason -> reason.text().contains(said + ": its quality is unproven"));
        assertThat(decider("enforce", "", ended, ONLY_SMALL).decide(request(1)).reasons())
                .anyMatch(reason -> reason.text().contains("'other' is left out")
                        && reason.text().contains("the waiver of Ada ended on 2026-11-23. To prove it"));
        assertThat(decider("off", "", ended).decide(request(1)).reasons())
                .noneMatch(reason -> reason.text().contains("waiver"));
        assertThat(decider("enforce", "", "").decide(request(1)).reasons())
                .noneMatch(reason -> reason.text().contains("waiver"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "large, small;, models: [small]",
                "large, small;, models: [other]",
                "large;, models: [large], canary: { model: small, percent: 50 }"
            })
    void aCheapModelThatTheBaselineFailsOverToMakesNoProofUnnecessary(String premium, String economy) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(deciderWithPremium(premium, economy)
                            .decide(request(1))
                            .candidates()
                            .get(0)
                            .model()
                            .name())
                    .isEqualTo("large");
        }
    }

    @Test
    void theModelThatQualityIsMeasuredAgainstNeedsNoProofAndOpensNothing() throws Exception {
        String both = ", models: [large, small]";

        assertThat(decider("enforce", both, "", ONLY_SMALL).decide(request(1)).candidates())
                .extracting(c -> c.model().name())
                .containsExactly("large", "small");
        assertThat(decider("enforce", both, "").decide(request(1)).tier()).isEqualTo("premium");
    }

    @Test
    void unsureMeansTheBaselineTier() throws Exception {
        assertThat(decider("off", "", "").decide(request(0.79)).tier()).isEqualTo("premium");
        assertThat(decider("off", "", "").decide(request(0.8)).tier()).isEqualTo("economy");
    }

    @Test
    void whatTheCheaperTierCannotTakeIsLiftedAndTheReasonSaysWhy() throws Exception {
        Decision decision = decider("off", "", "").decide(request("auto", 1, image()));

        assertThat(decision.tier()).isEqualTo("premium");
        assertThat(decision.reasons()).anyMatch(reason -> reason.text().contains("cannot do vision"));
    }

    private static ChatRequest wants(@Nullable Integer n, @Nullable Boolean logprobs, @Nullable String effort) {
        ChatRequest plain = ChatRequest.ofText("Hello");
        return new ChatRequest(
                Dialect.Name.OPENAI,
                null,
                "auto",
                false,
                false,
                plain.messages(),
                List.of(),
                null,
                null,
                null,
                new Sampling(null, null, null, null, List.of(), null, n, null, null, logprobs, null, effort),
                null,
                Map.of());
    }

    @Test
    void reasoningLogprobsAndMoreThanOneChoiceGoToAModelThatCan() throws Exception {
        Decider decider = decider("off", "", "");

        assertThat(decider.decide(request("auto", 1, wants(1, false, "none"))).tier())
                .isEqualTo("economy");
        for (ChatRequest chat : List.of(wants(2, null, null), wants(null, true, null), wants(null, null, "high"))) {
            assertThat(decider.decide(request("auto", 1, chat)).tier()).isEqualTo("premium");
            assertThatThrownBy(() -> decider.decide(request("small", 1, chat)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("cannot do");
        }
    }

    @Test
    void aTierThatTheCallerNamesIsNeverLeftInSilence() {
        assertThatThrownBy(() -> decider("off", "", "").decide(request("tier:economy", 1, image())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cannot do vision");
        assertThatThrownBy(() -> decider("off", "", "")
                        .decide(request("small", 1, ChatRequest.ofText("lorem ipsum ".repeat(5000)))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("context of 1,000 tokens");
    }

    @Test
    void aModelThatRestsIsPassedOverUntilItsTimeIsOver() throws Exception {
        Decider decider = decider("off", "", "");
        Candidate first = decider.decide(request(1)).candidates().get(0);
        health.coolDown(first, java.time.Duration.ofSeconds(10), "rate limit");

        assertThat(decider.decide(request(1)).candidates())
                .extracting(c -> c.model().name())
                .containsExactly("other");
        now[0] = 10_000_000_000L;
        assertThat(decider.decide(request(1)).candidates())
                .extracting(c -> c.model().name())
                .containsExactly("small", "other");
    }

    @Test
    void whereOnlyAKeyFailsNobodyIsToldToWait() throws Exception {
        Decider decider = decider("off", "", "");
        for (Candidate one : decider.decide(request(1)).candidates()) {
            health.outOfService(one, java.time.Duration.ofSeconds(600), "key refused");
        }

        assertThatThrownBy(() -> decider.decide(request(1))).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.error().retryAfter()).isNull();
            assertThat(refused.error().shouldRetry()).isFalse();
            assertThat(refused.error().status()).isEqualTo(503);
        });
    }

    @Test
    void weightsAndCanariesGetTheirShares() throws Exception {
        Decider weighted = decider(
                "off",
                ", strategy: least-cost, canary: { model: large, percent: 10 }, shadow: { model: large, percent: 25 }",
                "");
        Map<String, Integer> counts = new HashMap<>();
        int shadows = 0;
        for (int i = 0; i < 4000; i++) {
            Decision decision = weighted.decide(request(1));
            counts.merge(decision.candidates().get(0).model().name(), 1, Integer::sum);
            shadows += decision.shadow() == null ? 0 : 1;
        }

        // four standard deviations of a binomial share
        assertThat(counts.getOrDefault("large", 0) / 4000.0).isBetween(0.081, 0.119);
        assertThat(shadows / 4000.0).isBetween(0.222, 0.278);
        assertThat(counts.getOrDefault("small", 0) + counts.getOrDefault("large", 0))
                .isEqualTo(4000);
    }

    /** Issue 13, C1. */
    @Test
    void aKeyThatIsLimitedToTasksDoesNotReachTheBaselineByTextThatNobodyRecognises() throws Exception {
        AccessKey tasks = new AccessKey("k", "0a".repeat(32), Set.of("sum"), Set.of(), Set.of(), false);
        Decider decider = decider("off", "", "");

        assertThat(decider.decide(with(request(1), tasks, request(1).classification()))
                        .tier())
                .isEqualTo("economy");
        for (Classification unsure : List.of(
                new Classification(null, 0, Classification.Source.DEFAULT, null, List.of()),
                new Classification("sum", 0.1, Classification.Source.RULE, "r", List.of()))) {
            assertThatThrownBy(() -> decider.decide(with(request(1), tasks, unsure)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("limited to tasks")
                    .hasMessageContaining("x-llm-task: sum");
        }
    }

    /** Issue 13, C1. */
    @Test
    void aKeyThatIsLimitedToTiersIsNotEscalatedBeyondThem() throws Exception {
        AccessKey economy = new AccessKey("k", "0a".repeat(32), Set.of(), Set.of("economy"), Set.of(), false);
        Decider decider = decider("off", "", "");
        RoutingRequest request = with(request(1), economy, request(1).classification());
        Decision first = decider.decide(request);

        assertThat(decider.mayUse(request, "premium")).isFalse();
        assertThatThrownBy(() -> decider.escalate(request, first, "unusable"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tier 'premium'");
    }

    private static RoutingRequest with(RoutingRequest of, AccessKey key, Classification classification) {
        return new RoutingRequest(of.id(), of.input(), classification, of.wish(), key);
    }
}
