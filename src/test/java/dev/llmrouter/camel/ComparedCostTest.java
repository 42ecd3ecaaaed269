package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was saved is told by two meters of the same requests: of those with a cost on both sides. */
class ComparedCostTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
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
                """.formatted(provider.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("meters", meters);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        provider.close();
        camel.stop();
    }

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
        Exchange answer = camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody("How much is it?"));
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
