package dev.llmrouter.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a caller who names what there is not is told. */
class WishTest {
    private static final RoutingPolicy POLICY = PolicyLoader.builder(Clock.systemUTC())
            .build()
            .check("""
                    version: 1
                    owner: test
                    baseline: premium
                    evidence: off
                    providers:
                      p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                    models:
                      mini: { provider: p, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                      large: { provider: p, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                    tiers:
                      economy: { models: [mini] }
                      premium: { models: [large] }
                    tasks:
                      billing: { tier: economy, description: d, rationale: r }
                      payroll: { tier: premium, description: d, rationale: r }
                    """, "policy.yaml")
            .orThrow();

    private static AccessKey key(Set<String> tasks, Set<String> tiers, Set<String> models) {
        return new AccessKey("app", "0".repeat(64), tasks, tiers, models, false);
    }

    @Test
    void whoseKeyIsLimitedIsToldOfNothingElse() {
        Wish model = Wish.of("nonesuch", null);
        assertThat(model.unknownIn(POLICY, null)).endsWith("one of: mini, large");
        assertThat(model.unknownIn(POLICY, key(Set.of(), Set.of(), Set.of("mini"))))
                .endsWith("one of: mini");
        assertThat(model.unknownIn(POLICY, key(Set.of(), Set.of("economy"), Set.of())))
                .endsWith("one of: mini");
        assertThat(Wish.of("tier:nonesuch", null).unknownIn(POLICY, key(Set.of(), Set.of("economy"), Set.of())))
                .endsWith("Tiers: economy");
        assertThat(Wish.of("task:nonesuch", null).unknownIn(POLICY, key(Set.of("billing"), Set.of(), Set.of())))
                .endsWith("Tasks: billing");
    }
}
