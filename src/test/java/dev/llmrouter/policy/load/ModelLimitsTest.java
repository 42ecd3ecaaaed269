package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Timeouts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ModelLimitsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);

    private static RoutingPolicy policy(String model) {
        return policy("unknown", model);
    }

    private static RoutingPolicy policy(String price, String model) {
        return PolicyLoader.builder(CLOCK).build().load("""
                        version: 1
                        owner: test
                        baseline: t
                        evidence: off
                        providers:
                          p: { protocol: openai, baseUrl: "https://example.org/v1", timeouts: { idle: 7s }, breaker: { openFor: 30s, window: 40 } }
                        models:
                          m: { provider: p, price: %s %s }
                        tiers:
                          t: { models: [m] }
                        tasks: {}
                        """.formatted(price, model), "test");
    }

    private static Model model(String model) {
        return policy(model).model("m").orElseThrow();
    }

    @Test
    void aModelThatSaysNothingHasTheLimitsOfItsProvider() {
        assertThat(model("").timeouts()).isNull();
        assertThat(model("").breaker()).isNull();
    }

    @Test
    void whatAModelDoesNotSayIsAsAtItsProvider() {
        assertThat(model(", timeouts: { firstToken: 90s }").timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(7),
                        null));
        assertThat(model(", breaker: { window: 10 }").breaker())
                .isEqualTo(new BreakerSettings(0.5, 10, 5, Duration.ofSeconds(30), 2));
    }

    @Test
    void aWholeAnswerHasTheTimeThatItsOutputMayNeedUnlessThePolicySaysHeaders() {
        Timeouts unsaid = java.util.Objects.requireNonNull(
                        policy("").providers().get("p"))
                .timeouts();
        assertThat(unsaid.headers(false, null)).hasSeconds(90);
        assertThat(unsaid.headers(false, 256)).hasSeconds(90);
        assertThat(unsaid.headers(false, 8_000)).hasSeconds(225);
        assertThat(unsaid.headers(false, Integer.MAX_VALUE)).hasSeconds(600);
        assertThat(unsaid.headers(true, 8_000)).hasSeconds(60);
        Timeouts said = java.util.Objects.requireNonNull(
                model(", timeouts: { headers: 30s }").timeouts());
        assertThat(said.headers(false, 8_000)).hasSeconds(30);
        assertThat(said.headers(true, null)).hasSeconds(30);
    }

    @Test
    void aPriceSaysWhatAnHourInTheCacheCostsAndHowFarItHolds() {
        Price price = java.util.Objects.requireNonNull(policy(
                        "{ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75, cacheWriteHour: 6, upTo: 200000, asOf: 2026-07-02 }",
                        "")
                .model("m")
                .orElseThrow()
                .price());
        assertThat(price.cacheWriteHour()).isEqualByComparingTo("6");
        assertThat(price.upTo()).isEqualTo(200_000);
    }

    @Test
    void aModelThatReasonsHasMoreTimeUnlessTheProviderSaysOtherwise() {
        assertThat(model(", capabilities: [reasoning]").timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(600),
                        Duration.ofSeconds(600),
                        Duration.ofSeconds(7)));
    }

    @Test
    void aTierLeavesAReasoningModelTheTimeOfAnOfficialClient() {
        assertThat(policy("").tier("t").orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(600));
    }
}
