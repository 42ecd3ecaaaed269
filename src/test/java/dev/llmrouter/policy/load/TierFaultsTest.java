package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in {@code tiers}. */
class TierFaultsTest {
    /** With a tier whose lines go through batches, and the price for it. */
    private static String batched(String batch) {
        return with("models: [small]", "models: [small]\n    batch: " + batch)
                .replace("output: 0.4,", "output: 0.4, batch: 0.5,");
    }

    private static Fault batched(String batch, Severity severity, String path, String message) {
        return new Fault(batched(batch), severity, "batch: {", path, message);
    }

    static Stream<Fault> faults() {
        return Stream.of(
                fault(
                        "models: [small]",
                        "models: [small]\n    batch: { within: 24h }",
                        ERROR,
                        "batch: {",
                        "tiers.economy.batch",
                        "model 'small' has no batch price"),
                batched("{ within: 100h }", UNUSABLE, "tiers.economy.batch.within", "from 1s to 72h"),
                new Fault(
                        batched("{ within: 24h }\n    shadow: { model: large, percent: 10 }"),
                        WARNING,
                        "shadow: {",
                        "tiers.economy.shadow",
                        "not for lines of files that the tier's batch answers"),
                batched("{ unanswered: drop }", UNUSABLE, "tiers.economy.batch.unanswered", "is 'drop'"),
                new Fault(
                        batched("{ within: 24h }")
                                .replace(
                                        "protocol: openai\n    baseUrl: http://l",
                                        "protocol: gemini\n    baseUrl: http://l"),
                        ERROR,
                        "batch: {",
                        "tiers.economy.batch",
                        "'gemini' has no batch API"),
                fault(
                        "models: [large]",
                        "models: [larg]",
                        UNUSABLE,
                        "[larg]",
                        "tiers.premium.models[0]",
                        "Did you mean 'large'?"),
                fault(
                        "models: [large]",
                        "models: []",
                        UNUSABLE,
                        "models: []",
                        "tiers.premium.models",
                        "names no model"),
                fault(
                        "models: [large]",
                        "models: [large, large]",
                        UNUSABLE,
                        "large, large",
                        "tiers.premium.models",
                        "twice"),
                fault(
                        "models: [large]",
                        "models: [large, small]",
                        WARNING,
                        "large, small",
                        "tiers.premium.models[1]",
                        "no fallback"),
                fault(
                        "models: [large]",
                        "strategy: weighted\n    models: [{ model: large, weight: 0 }]",
                        UNUSABLE,
                        "weight: 0",
                        "tiers.premium.models[0].weight",
                        "above 0"),
                fault(
                        "models: [large]",
                        "models: [{ model: large, weight: 3 }]",
                        WARNING,
                        "weight: 3",
                        "tiers.premium.models",
                        "does not look at"),
                fault(
                        "models: [large]",
                        "models: [large]\n    strategy: fallover",
                        UNUSABLE,
                        "fallover",
                        "tiers.premium.strategy",
                        "Did you mean 'failover'?"),
                fault(
                        "models: [large]",
                        "models: [large]\n    timeout: 2 min",
                        UNUSABLE,
                        "2 min",
                        "tiers.premium.timeout",
                        "Write a number with its unit"),
                fault(
                        "models: [large]",
                        "models: [large]\n    maxAttempts: 0",
                        UNUSABLE,
                        "maxAttempts",
                        "tiers.premium.maxAttempts",
                        "1 to 20"),
                fault(
                        "models: [large]",
                        "models: [large]\n    canary: { model: large, percent: 101 }",
                        UNUSABLE,
                        "101",
                        "tiers.premium.canary.percent",
                        "above 0 to 100"),
                fault(
                        "models: [large]",
                        "models: [large, small]\n    strategy: weighted",
                        WARNING,
                        "models: [large, small]",
                        "tiers.premium.models",
                        "give 'small' a share of the baseline's traffic, which costs less than 'large'"),
                fault(
                        "models: [large]",
                        "models: [large, small]\n    sticky: conversation",
                        WARNING,
                        "models: [large, small]",
                        "tiers.premium.models",
                        "Leave sticky out, with strategy: failover"),
                fault(
                        "models: [large]",
                        "models: [large]\n    canary: { model: small, percent: 10 }",
                        WARNING,
                        "canary",
                        "tiers.premium.canary",
                        "give 'small' a share of the baseline's traffic"),
                fault(
                        "models: [large]",
                        "models: [large]\n    shadow: { model: x, percent: 5 }",
                        UNUSABLE,
                        "shadow",
                        "tiers.premium.shadow.model",
                        "which does not exist"),
                fault(
                        "tasks:\n",
                        "  spare:\n    models: [small]\ntasks:\n",
                        WARNING,
                        "spare",
                        "tiers.spare",
                        "serves no task"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }

    /** "Remove it" would be the wrong advice for a tier whose only task has a mistyped tier. */
    @Test
    void whatADroppedEntryLeavesUnusedIsNotReported() {
        assertThat(Sample.check(Sample.POLICY.replace("tier: economy", "tier: econmy"))
                        .problems())
                .extracting(Problem::path)
                .containsExactly("tasks.triage.tier");
    }
}
