package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The policies that documentation shows. */
class ExamplePolicyTest {
    private static final Map<String, String> KEYS = Map.of("OPENAI_API_KEY", "sk-one", "ANTHROPIC_API_KEY", "sk-two");

    private static PolicyCheck example(Map<String, String> environment) throws IOException {
        return PolicyLoader.builder(Sample.CLOCK)
                .placeholders(Placeholders.ofEnvironment(environment))
                .build()
                .check(Files.readString(Path.of("examples/policy.yaml")), "examples/policy.yaml");
    }

    @Test
    void hasNoErrorsWithoutAnyKey() throws IOException {
        PolicyCheck check = example(Map.of());
        assertThat(check.hasErrors()).as(check.text()).isFalse();
        assertThat(check.problems()).extracting(Problem::path).contains("simulation");
    }

    @Test
    void hasNoErrorsWithItsKeys() throws IOException {
        PolicyCheck check = example(KEYS);
        assertThat(check.hasErrors()).as(check.text()).isFalse();
        assertThat(check.problems()).extracting(Problem::path).doesNotContain("simulation");
    }

    @Test
    void saysWhichProviderIsLeftOutWhenOnlyOneKeyIsSet() throws IOException {
        PolicyCheck check = example(Map.of("OPENAI_API_KEY", "sk-one"));
        assertThat(check.isUsable()).isTrue();
        assertThat(check.problems())
                .filteredOn(problem -> problem.path().startsWith("providers."))
                .extracting(Problem::path)
                .containsExactly("providers.anthropic.apiKey");
    }

    @Test
    void holdsTheUsualTasksOnTiersWithSeveralProviders() throws IOException {
        RoutingPolicy policy = example(KEYS).orThrow();
        assertThat(policy.tasks().values().stream().collect(Collectors.toMap(Task::name, Task::tier)))
                .isEqualTo(Map.of(
                        "classification", "economy",
                        "extraction", "economy",
                        "short-summary", "economy",
                        "generation", "economy",
                        "analysis", "premium"));
        assertThat(policy.evidence()).isEqualTo(EvidenceMode.WARN);
        for (Tier tier : policy.tiers().values()) {
            Set<String> providers = tier.models().stream()
                    .map(member -> policy.model(member.model()).orElseThrow().provider())
                    .collect(Collectors.toSet());
            assertThat(providers).as(tier.name()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    /** The shape that the documentation of the format began with: compact, without dates of prices, of which lint warns. */
    @Test
    void theCompactShapeLoads() {
        PolicyCheck check = PolicyLoader.builder(Sample.CLOCK)
                .placeholders(Placeholders.ofEnvironment(KEYS))
                .build()
                .check(COMPACT, "compact.yaml");
        assertThat(check.isUsable()).as(check.text()).isTrue();
        assertThat(check.problems())
                .filteredOn(problem -> problem.severity() == Severity.ERROR)
                .extracting(Problem::path)
                .containsExactly("models.claude-sonnet.price", "models.gpt-4o.price");
        assertThat(check.problems())
                .filteredOn(problem -> problem.severity() == Severity.WARNING)
                .extracting(Problem::path)
                .contains("models.gpt-4o-mini.price.asOf", "models.claude-haiku.price.asOf");
        RoutingPolicy policy = check.orThrow();
        Task triage = policy.task("support-triage").orElseThrow();
        assertThat(triage.premiumWhen()).hasSize(2);
        assertThat(triage.verify()).isNotNull().satisfies(verify -> {
            assertThat(verify.oneOf()).containsExactly("billing", "technical", "general");
            assertThat(verify.onFailure()).isEqualTo(Verify.OnFailure.ESCALATE);
        });
        assertThat(triage.review()).isNotNull();
        assertThat(policy.classifier().chain()).hasSize(4);
        assertThat(policy.rules()).extracting(Rule::id).containsExactly("ticket-queue", "summarise");
    }

    private static final String COMPACT = """
            version: 1
            owner: integration-platform
            baseline: premium
            evidence: enforce
            providers:
              openai:    { protocol: openai, baseUrl: https://api.openai.com/v1, apiKey: "{{env:OPENAI_API_KEY}}" }
              anthropic: { protocol: anthropic, baseUrl: https://api.anthropic.com, apiKey: "{{env:ANTHROPIC_API_KEY}}" }
            models:
              gpt-4o-mini: { provider: openai, context: 128000, capabilities: [tools, vision, json-schema],
                             price: { input: 0.15, cachedInput: 0.075, output: 0.60 } }
              claude-haiku: { provider: anthropic, price: { input: 1, output: 5 } }
              claude-sonnet: { provider: anthropic }
              gpt-4o: { provider: openai }
            tiers:
              economy: { models: [gpt-4o-mini, claude-haiku], strategy: failover, timeout: 20s }
              premium: { models: [claude-sonnet, gpt-4o],     strategy: failover, timeout: 120s }
            tasks:
              support-triage:
                tier: economy
                description: Which queue does a support ticket belong to?
                rationale: Pattern matching on short text.
                examples: examples/support-triage.jsonl
                margin: 0.03
                errorCost: 4.00
                premiumWhen: [ { tokensOver: 2000 }, { languageNotIn: [en, de] } ]
                verify: { oneOf: [billing, technical, general], onFailure: escalate }
                review: { qualityDrop: 0.02, costRise: 0.25, minPerWeek: 200 }
              short-summary: { tier: economy, description: Short., rationale: Short input. }
            rules:
              - { id: ticket-queue, when: { simple: "${header.JMSDestination} contains 'tickets'" }, task: support-triage }
              - { id: summarise,    when: { keywords: [summarise, "tl;dr"], tokensUnder: 1500 },       task: short-summary }
            classifier: { chain: [explicit, rules, learned, llm], minConfidence: 0.8, llm: { model: gpt-4o-mini, timeout: 2s } }
            """;
}
