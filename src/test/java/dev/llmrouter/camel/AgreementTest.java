package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.classify.TextEmbedder;
import dev.llmrouter.record.MeterNames;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether later steps of the chain agree with the one that named the task, off the caller's way. */
class AgreementTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private final ScriptedProvider classifier = new ScriptedProvider();

    AgreementTest() throws IOException {}

    private TextEmbedder embedder = AgreementTest::words;

    /** Knows two words. */
    private static List<float[]> words(List<String> texts) {
        return texts.stream()
                .map(text -> new float[] {text.contains("colour") ? 1 : 0.1f, text.contains("shorten") ? 1 : 0.1f})
                .toList();
    }

    private void start(double share) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            lines.append("{\"task\":\"colour\",\"input\":\"which colour is number ")
                    .append(i)
                    .append("\"}\n");
            lines.append("{\"task\":\"summary\",\"input\":\"shorten text number ")
                    .append(i)
                    .append("\"}\n");
        }
        Files.writeString(folder.resolve("examples.jsonl"), lines);
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sorting: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  sim: { protocol: simulator, simulator: { latency: 1ms } }
                models:
                  sorter: { provider: sorting, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  summary: { tier: economy, description: shorten, rationale: r, examples: examples.jsonl }
                  colour: { tier: economy, description: colours, rationale: r, examples: examples.jsonl }
                classifier:
                  chain: [explicit, rules, learned, embedding, llm]
                  minConfidence: 0.5
                  agreement: %s
                  embedding: { bean: words, timeout: 5s }
                  llm: { model: sorter, timeout: 10s }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """.formatted(classifier.port(), share));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getRegistry().bind("meters", meters);
        camel.getRegistry().bind("words", embedder);
        ShippedRoutes.load(camel, folder);
        camel.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        LlmRouterContext.of(camel).defaultPolicy().current().taskVectors() != null);
    }

    @AfterEach
    void stop() throws Exception {
        classifier.close();
        camel.stop();
    }

    private void ask(String text) {
        Exchange answer = camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody(text));
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getHeader("CamelLlmRouterTask")).isEqualTo("colour");
        assertThat(answer.getMessage().getHeader("CamelLlmRouterTaskSource")).isEqualTo("rule");
    }

    private double counted(String steps, String agreed) {
        var counter = meters.find(MeterNames.CLASSIFIER_AGREEMENT.meter())
                .tags("steps", steps, "agreed", agreed, "task", "colour")
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private void await(String steps, String agreed, double count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(counted(steps, agreed))
                        .as(meters.getMetersAsString())
                        .isEqualTo(count));
    }

    @Test
    void laterStepsAreCountedAsAgreeingOrNotAndPaidForAsAShadow() throws Exception {
        start(1);
        classifier.does(says("{\\\"task\\\":\\\"colour\\\",\\\"confidence\\\":0.9}"));
        ask("which colour is number 3");
        await("rule-llm", "true", 1);
        assertThat(counted("rule-embedding", "true")).isEqualTo(1);
        assertThat(counted("rule-learned", "true") + counted("rule-learned", "unknown"))
                .isEqualTo(1);

        classifier.does(says("{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.9}"));
        ask("shorten it, and leave the coloured words out, of whatever colour");
        await("rule-llm", "false", 1);

        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() == 4);
        assertThat(records).filteredOn(RequestRecord::shadow).hasSize(2).allSatisfy(record -> {
            assertThat(record.classifierCalls()).hasSize(1);
            assertThat(record.attempts()).isEmpty();
            assertThat(Objects.requireNonNull(record.classification()).task())
                    .as("where it is booked")
                    .isEqualTo("colour");
            assertThat(record.costUsd()).isPositive();
        });
        assertThat(records)
                .filteredOn(record -> !record.shadow())
                .allSatisfy(record -> assertThat(record.classifierCalls()).isEmpty());
        assertThat(meters.get(MeterNames.SHADOW_COST.meter()).counter().count()).isPositive();
    }

    @Test
    void aStepThatKnowsNothingOrIsDownIsCountedAsUnknown() throws Exception {
        start(1);
        classifier.does(error(500, "x"));
        ask("which colour is number 4");
        await("rule-llm", "unknown", 1);
    }

    /** One example of which the embedder says nothing must not cost the step. */
    @Test
    void aVectorWithoutDirectionIsLeftOut() throws Exception {
        embedder = texts -> texts.stream()
                .map(text -> text.endsWith("number 7")
                        ? new float[2]
                        : words(List.of(text)).get(0))
                .toList();
        start(1);
        classifier.does(says("{\\\"task\\\":\\\"colour\\\",\\\"confidence\\\":0.9}"));
        ask("which colour is number 3");
        await("rule-embedding", "true", 1);
    }

    @Test
    void nobodyIsAskedWhereNothingIsSampled() throws Exception {
        start(0);
        ask("which colour is number 5");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() == 1);

        assertThat(classifier.requests).isEmpty();
        assertThat(meters.find(MeterNames.CLASSIFIER_AGREEMENT.meter()).counter())
                .isNull();
    }
}
