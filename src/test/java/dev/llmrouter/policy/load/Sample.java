package dev.llmrouter.policy.load;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** A small policy without a problem, for tests to change in one place. */
final class Sample {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);

    static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: warn
            providers:
              openai:
                protocol: openai
                baseUrl: https://api.example.com/v1
                apiKey: "{{env:KEY}}"
              local:
                protocol: openai
                baseUrl: http://localhost:8000/v1
            models:
              small:
                provider: local
                context: 32000
                price: { input: 0.1, cachedInput: 0.05, output: 0.4, asOf: 2026-07-02 }
              large:
                provider: openai
                context: 128000
                capabilities: [tools, json-schema]
                price: { input: 2, cachedInput: 1, output: 8, asOf: 2026-07-02 }
            tiers:
              economy:
                models: [small]
              premium:
                models: [large]
            tasks:
              triage:
                tier: economy
                description: Which queue?
                rationale: Short texts, few groups.
                margin: 0.05
              advice:
                tier: premium
                description: What should we do?
                rationale: Errors are dear.
            rules:
              - id: queue
                when: { keywords: [queue, ticket] }
                task: triage
              - id: advise
                when: { keywords: [advise] }
                task: advice
            """;

    static final Map<String, String> ENVIRONMENT = Map.of("KEY", "sk-abcdef0123456789", "ZERO", "", "MARGIN", "0.03");

    private Sample() {}

    static PolicyLoader.Builder loader() {
        return PolicyLoader.builder(CLOCK).placeholders(Placeholders.ofEnvironment(ENVIRONMENT));
    }

    /** The sample with one part of its text replaced, which must stand in it. */
    static String with(String part, String replacement) {
        if (!POLICY.contains(part)) {
            throw new IllegalArgumentException("not in the sample: " + part);
        }
        return POLICY.replace(part, replacement);
    }

    static PolicyCheck check(String text) {
        return loader().build().check(text, "policy.yaml");
    }
}
