package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output fails its check, and nobody of the baseline tier can be asked: its own tier gave an output that was not usable. */
class RefusedEscalationTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void theOutputIsBookedAsFailedAndTheMessageGetsItsBodyBack() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers: { sim: { protocol: simulator, simulator: { latency: 1ms } } }
                models:
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 50, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers: { economy: { models: [small] }, premium: { models: [large] } }
                tasks:
                  colour: { tier: economy, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: escalate } }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        ShippedRoutes.load(camel, folder);
        camel.start();
        String text = "Which colour has the sky over the sea in the evening, and why is that so? ".repeat(30);

        Exchange answer = camel.createProducerTemplate().request("direct:llm-route", exchange -> {
            exchange.getMessage().setBody(text);
            exchange.getMessage().setHeader("x-llm-task", "colour");
        });

        assertThat(answer.getException()).isInstanceOf(RefusedException.class);
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo(text);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !records.isEmpty());
        RequestRecord record = records.get(0);
        assertThat(record.tier()).isEqualTo("economy");
        assertThat(record.model()).isEqualTo("small");
        assertThat(record.verify()).isEqualTo(VerifyState.FAILED);
        assertThat(record.attempts()).hasSize(1);
    }
}
