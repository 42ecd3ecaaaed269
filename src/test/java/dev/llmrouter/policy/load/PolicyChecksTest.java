package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Secret;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a check of a policy says beside its faults, which have tests of their own for each part of the file. */
class PolicyChecksTest {
    @Test
    void findsNothingWrongWithTheSample() {
        assertThat(Sample.check(Sample.POLICY).problems()).isEmpty();
    }

    @Test
    void reportsAllProblemsSortedByPosition() {
        String text = with("owner: team", "ownr: team")
                .replace("tier: economy", "tier: econmy")
                .replace("baseline: premium", "baseline: nothing");
        List<Problem> problems = Sample.check(text).problems();
        assertThat(problems).isSorted().hasSizeGreaterThanOrEqualTo(3);
        assertThat(problems).extracting(Problem::path).contains("ownr", "baseline", "tasks.triage.tier");
    }

    @Test
    void refusesAnAliasWithoutFollowingIt() {
        PolicyCheck check = Sample.check(with("owner: team", "owner: *a"));
        assertThat(check.problems()).extracting(Problem::message).anyMatch(m -> m.contains("uses the alias *a"));
        assertThat(check.isUsable()).isFalse();
    }

    @Test
    void aTimeThatFeedbackIsWaitedForIsUsedWhereFeedbackScores() {
        String general = "evidence: collect\ncollect: { perDay: 5, scorer: %s, feedbackWithin: %s }";
        assertThat(withCollect(general.formatted("feedback", "7d")).problems())
                .extracting(Problem::path)
                .doesNotContain("collect.feedbackWithin");
        assertThat(withCollect(general.formatted("exact", "12h")).problems()).anySatisfy(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.path()).isEqualTo("collect.feedbackWithin");
            assertThat(problem.message()).contains("is not used: feedback scores no task");
        });
        for (String allowed : List.of("1s", "30d")) {
            assertThat(withCollect(general.formatted("feedback", allowed)).isUsable())
                    .isTrue();
        }
        for (String wrong : List.of("999ms", "31d", "7")) {
            assertThat(withCollect(general.formatted("feedback", wrong)).problems())
                    .anySatisfy(problem -> assertThat(problem.message())
                            .contains("is '" + wrong + "'; allowed: a duration from 1s to 30d"));
        }
        String own = with("evidence: warn", "evidence: collect")
                .replace(
                        "tier: economy",
                        "tier: economy\n    collect: { perDay: 5, scorer: exact, feedbackWithin: 2d }");
        assertThat(Sample.check(own).problems())
                .extracting(Problem::path)
                .contains("tasks.triage.collect.feedbackWithin");
    }

    private static PolicyCheck withCollect(String yaml) {
        return Sample.check(with("evidence: warn", yaml));
    }

    @Test
    void warnsOfAStepThatIsNotAvailable() {
        PolicyCheck check = Sample.loader()
                .availableSteps(EnumSet.of(ClassifierSettings.Step.EXPLICIT, ClassifierSettings.Step.RULES))
                .build()
                .check(Sample.POLICY + "classifier: { chain: [rules, learned] }\n", "p");
        assertThat(check.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.path()).isEqualTo("classifier.chain[1]");
        });
    }

    @Test
    void warnsOfAStepLlmThatIsNotLastOrNeverActedOn() {
        String llm = "llm: { model: small }";
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [llm, rules], " + llm + " }\n")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("asked last wherever it stands"));
        assertThat(Sample.check(with("context: 32000", "context: 32000\n    capabilities: [logprobs]")
                                + "classifier: { chain: [rules, llm], llm: { model: small, confidence: logprobs } }\n")
                        .problems())
                .isEmpty();
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [rules, llm], minConfidence: 0.91, " + llm
                                + " }\n")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("classifier.minConfidence"));
        assertThat(Sample.check(Sample.POLICY
                                + "classifier: { chain: [rules, llm], minConfidence: 0.95, llm: { model: small,"
                                + " minConfidence: 0.9 } }\n")
                        .problems())
                .isEmpty();
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [rules, llm], minConfidence: 0.9, " + llm
                                + " }\n")
                        .problems())
                .isEmpty();
    }

    @Test
    void passesExpressionsToTheChecker() {
        String text = with("{ keywords: [advise] }", "{ simple: \"${bad\" }");
        PolicyCheck check = Sample.loader()
                .expressions((language, expression) -> language + " cannot read it")
                .build()
                .check(text, "p");
        assertThat(check.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("rules[1].when.simple does not compile: simple cannot read it"));
    }

    @Test
    void takesThePriceDateOfTheFileWhereAPriceHasNone() {
        String text = Sample.POLICY.replace(", asOf: 2026-07-02", "") + "priceDate: 2026-08-01\n";
        PolicyCheck check = Sample.check(text);
        assertThat(check.problems()).isEmpty();
        assertThat(check.orThrow().model("large").orElseThrow().price())
                .isNotNull()
                .extracting(Price::asOf)
                .isEqualTo(java.time.LocalDate.of(2026, 8, 1));
    }

    @Test
    void acceptsAPriceThatIsSaidToBeUnknown() {
        String text = with("price: { input: 2, cachedInput: 1, output: 8, asOf: 2026-07-02 }", "price: unknown");
        assertThat(Sample.check(text).problems()).isEmpty();
        assertThat(Sample.check(text).orThrow().model("large").orElseThrow().price())
                .isNull();
    }

    @Test
    void saysThatTheSimulatorStandsInInsteadOfMissingKeys() {
        String text = with("evidence: warn", "evidence: warn\nsimulation: without-keys")
                .replace("env:KEY", "env:NONE");
        assertThat(Sample.check(text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.path()).isEqualTo("simulation");
        });
    }

    @Test
    void keepsWhatTheFileSays() {
        RoutingPolicy policy = Sample.check(
                        Sample.POLICY
                                + "limits: { bodySize: 2MB, depth: 32 }\n"
                                + "classifier: { chain: [rules, llm], minConfidence: 0.7, llm: { model: small, timeout: 500ms } }\n")
                .orThrow();
        assertThat(policy.limits()).isEqualTo(new Limits(2_000_000, 32, 2_000));
        assertThat(policy.classifier().minConfidence()).isEqualTo(0.7);
        assertThat(policy.classifier().llm()).isNotNull();
        assertThat(policy.models().keySet()).containsExactly("small", "large");
        assertThat(policy.rules().get(1).line()).isEqualTo(42);
        assertThat(policy.hash()).matches("[0-9a-f]{12}").isEqualTo(PolicyLoader.hash(policyText()));
        assertThat(policy.providerOf(policy.model("large").orElseThrow()).apiKey())
                .isEqualTo(Secret.of("sk-abcdef0123456789"));
    }

    private static String policyText() {
        return Sample.POLICY
                + "limits: { bodySize: 2MB, depth: 32 }\n"
                + "classifier: { chain: [rules, llm], minConfidence: 0.7, llm: { model: small, timeout: 500ms } }\n";
    }
}
