package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.apache.camel.Exchange;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was saved is told by two meters of the same requests: of those with a cost on both sides. */
class ComparedCostTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @RegisterExtension
    final RouterGround ground =
            new RouterGround("""
            version: 1
            owner: test
            baseline: premium
            evidence: off
            providers:
              one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
            models:
              small: { provider: one, context: 100000, price: { input: 1, cachedInput: 0.1, output: 1, asOf: 2026-07-02 } }
              large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
            tiers:
              economy: { models: [small] }
              premium: { models: [large] }
            tasks:
              sum: { tier: economy, description: add, rationale: r }
            rules:
              - { id: sum, when: { keywords: [much] }, task: sum }
            """).with(context -> context.getRegistry().bind("meters", meters));

    private final ScriptedProvider provider = ground.provider;

    /** @param cached of 1,000 tokens of input */
    private static ScriptedProvider.Behaviour answers(int cached) {
        return status(
                200,
                "",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ten\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500,\"total_tokens\":1500,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}}}");
    }

    private void ask() {
        Exchange answer = ground.send("direct:llm-route", "How much is it?", Map.of());
        assertThat(answer.getException()).isNull();
    }

    private double usd(MeterNames name) {
        return meters.find(name.meter()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void aRequestWhoseCostAtTheBaselineIsUnknownIsPaidForButNotCompared() {
        provider.does(answers(0), answers(800));
        ask();
        ask();
        Awaitility.await()
                .untilAsserted(() -> assertThat(usd(MeterNames.REQUESTS)).isEqualTo(2));
        Offset<Double> rounding = Offset.offset(1e-12);
        assertThat(usd(MeterNames.COST)).isCloseTo(0.0015 + 0.00078, rounding);
        assertThat(usd(MeterNames.BASELINE_COST)).isCloseTo(0.0135, rounding);
        assertThat(usd(MeterNames.COMPARED_COST)).isCloseTo(0.0015, rounding);
    }
}
