package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** A model under another name is the same model: it would judge itself. */
class SameModelTest {
    private final RoutingPolicy policy =
            PolicyLoader.builder(Clock.systemUTC()).build().load("""
            version: 1
            owner: team
            baseline: premium
            providers:
              one: { protocol: openai, baseUrl: "https://api.example/v1", apiKey: "{{env:ONE}}" }
              two: { protocol: openai-responses, baseUrl: "https://api.example/v1/", apiKey: "{{env:TWO}}" }
              far: { protocol: openai, baseUrl: "https://other.example/v1", apiKey: "{{env:FAR}}" }
              here: { protocol: openai, endpoint: "direct:here" }
              also: { protocol: openai, endpoint: "direct:here" }
              made: { protocol: simulator }
              up: { protocol: simulator }
            models:
              a: { provider: one, id: m, price: unknown }
              alias: { provider: one, id: m, price: unknown }
              b: { provider: two, id: m, price: unknown }
              c: { provider: far, id: m, price: unknown }
              d: { provider: one, id: other, price: unknown }
              e: { provider: here, id: m, price: unknown }
              f: { provider: also, id: m, price: unknown }
              g: { provider: made, id: m, price: unknown }
              h: { provider: up, id: m, price: unknown }
            tiers:
              premium: { models: [a] }
            """, "policy.yaml");

    private boolean isSame(String one, String other) {
        Model first = policy.model(one).orElseThrow();
        Model second = policy.model(other).orElseThrow();
        assertThat(policy.isSame(second, first)).isEqualTo(policy.isSame(first, second));
        return policy.isSame(first, second);
    }

    @Test
    void oneModelUnderOtherNamesIsTheSame() {
        assertThat(isSame("a", "a")).isTrue();
        assertThat(isSame("a", "alias")).isTrue();
        assertThat(isSame("a", "b")).as("another provider of the same address").isTrue();
        assertThat(isSame("e", "f")).as("another provider of the same endpoint").isTrue();
    }

    @Test
    void otherModelsAndOtherPlacesAreNot() {
        assertThat(isSame("a", "c")).isFalse();
        assertThat(isSame("a", "d")).isFalse();
        assertThat(isSame("a", "e")).isFalse();
        assertThat(isSame("g", "h")).as("simulators may differ").isFalse();
    }
}
