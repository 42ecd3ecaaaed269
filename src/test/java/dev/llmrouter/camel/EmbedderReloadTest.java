package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code embedding} while the policy changes under it. */
class EmbedderReloadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EXAMPLES = 12;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    /** Models whose vectors were asked for, one for each text. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private volatile String broken = "";

    @TempDir
    private Path folder;

    /** Two tasks, two directions; the model {@code second} has them the other way round. */
    private void answer(Exchange exchange) throws Exception {
        JsonNode request = JSON.readTree(exchange.getMessage().getBody(String.class));
        String model = request.path("model").asText();
        if (model.equals(broken)) {
            throw new IllegalStateException("down");
        }
        ObjectNode answer = JSON.createObjectNode().put("object", "list").put("model", model);
        ArrayNode data = answer.putArray("data");
        for (JsonNode text : request.path("input")) {
            asked.add(model);
            boolean isFirst = text.asText().contains("bill") != model.equals("second");
            ObjectNode vector = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            vector.putArray("embedding")
                    .add(isFirst ? 1 : 0.05)
                    .add(isFirst ? 0.05 : 1)
                    .add(0.01 * text.asText().length() / 10);
        }
        answer.putObject("usage").put("prompt_tokens", 3).put("total_tokens", 3);
        exchange.getMessage().setBody(JSON.writeValueAsString(answer));
    }

    private void start() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < EXAMPLES; i++) {
            lines.append("{\"task\":\"invoice\",\"input\":\"read bill number %d of this month\"}\n".formatted(i));
            lines.append("{\"task\":\"weather\",\"input\":\"will it rain at place %d tomorrow\"}\n".formatted(i));
        }
        Files.writeString(folder.resolve("examples.jsonl"), lines);
        Files.writeString(policy(), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sim: { protocol: simulator, simulator: { latency: 1ms } }
                  near: { protocol: openai, endpoint: "direct:vectors" }
                models:
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                  vectors: { provider: near, id: first, capabilities: [embeddings], price: { input: 0.5, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  invoice: { tier: economy, description: d, rationale: r, examples: examples.jsonl }
                  weather: { tier: economy, description: d, rationale: r, examples: examples.jsonl }
                classifier: { chain: [explicit, embedding], minConfidence: 0.6, embedding: { model: vectors, timeout: 2s } }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:vectors").process(EmbedderReloadTest.this::answer);
            }
        });
        ShippedRoutes.load(camel, folder);
        camel.start();
        Awaitility.await().until(() -> loaded().current().taskVectors() != null);
    }

    private Path policy() {
        return folder.resolve("policy.yaml");
    }

    private LoadedPolicy loaded() {
        return LlmRouterContext.of(camel).defaultPolicy();
    }

    private void change(String from, String to) throws Exception {
        String text = Files.readString(policy());
        assertThat(text).contains(from);
        String before = loaded().current().policy().hash();
        Files.writeString(policy(), text.replace(from, to));
        Awaitility.await().until(() -> !loaded().current().policy().hash().equals(before));
    }

    private String way(String text) {
        Exchange answer = camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody(text));
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getHeader("CamelLlmRouterTask") + " at "
                + answer.getMessage().getHeader("CamelLlmRouterTier");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** The new one's vectors are as long as the old one's, and near to the wrong examples. */
    @Test
    void vectorsOfAnotherEmbedderOfTheSameNameAreNotComparedWithThoseOfTheOldOne() throws Exception {
        start();
        assertThat(way("please read the bill of June")).isEqualTo("invoice at economy");
        long written = Files.size(folder.resolve("policy.vectors"));
        broken = "second"; // a limit of its rate, say
        change("id: first", "id: second");

        assertThat(way("please read the bill of July")).isEqualTo("unclassified at premium");
        Awaitility.await()
                .untilAsserted(() -> assertThat(LlmRouterContext.of(camel).watchProblems(loaded()))
                        .singleElement()
                        .asString()
                        .contains("embedding", policy().toString()));

        change("id: second", "id: first");
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(way("please read the bill of May")).isEqualTo("invoice at economy"));
        assertThat(asked).filteredOn("first"::equals).hasSize(2 * EXAMPLES + 2);
        Awaitility.await()
                .untilAsserted(() -> assertThat(LlmRouterContext.of(camel).watchProblems(loaded()))
                        .isEmpty());
        assertThat(Files.size(folder.resolve("policy.vectors")))
                .as("kept for the next start")
                .isEqualTo(written);
    }

    /** lint calls it an error: "the step knows nothing". It must not keep whatever else changes from being taken over. */
    @Test
    void anEmbedderThatMakesNoVectorsAnyMoreIsNoReasonToServeByTheOldPolicy() throws Exception {
        start();
        change("capabilities: [embeddings], price: { input: 0.5,", "context: 8000, price: { input: 0.5, output: 1,");

        assertThat(loaded().current().taskVectors()).isNull();
        assertThat(loaded().reloadProblem()).isNull();
        assertThat(way("please read the bill of June")).isEqualTo("unclassified at premium");
        change("owner: test", "owner: another");
        assertThat(loaded().current().policy().owner()).isEqualTo("another");
    }

    /** As a mounted ConfigMap is. */
    @Test
    void vectorsThatCannotBeWrittenArePaidOnce() throws Exception {
        Files.createDirectories(folder.resolve("policy.vectors/taken"));
        start();
        assertThat(asked).hasSize(2 * EXAMPLES);
        change("owner: test", "owner: another");
        change("owner: another", "owner: a third");
        assertThat(way("please read the bill of June")).isEqualTo("invoice at economy");
        assertThat(asked).hasSize(2 * EXAMPLES + 1);
    }
}
