package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.dispatch.Embedder;
import dev.llmrouter.dispatch.ProviderEmbedder;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.record.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code direct:llm-embed} in a plain CamelContext, and the embedder that other steps may use. */
class EmbedRouteTest {
    @RegisterExtension
    final RouterGround ground = new RouterGround("""
            version: 1
            owner: test
            baseline: standard
            evidence: off
            providers:
              sim: { protocol: simulator }
              real: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
            models:
              chat: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              vectors: { provider: sim, capabilities: [embeddings, dimensions], vectorSpace: sim/32, price: { input: 0.5, asOf: 2026-07-02 } }
              remote: { provider: real, id: far, capabilities: [embeddings], vectorSpace: far/2, price: { input: 3, asOf: 2026-07-02 } }
            tiers:
              standard: { models: [chat] }
              search: { models: [vectors] }
            tasks: {}
            """);

    private final DefaultCamelContext camel = ground.camel;
    private final ScriptedProvider provider = ground.provider;
    private final List<RequestRecord> records = ground.records;
    private final ProducerTemplate template = ground.camel.createProducerTemplate();

    private Exchange embed(Object body, Map<String, Object> headers) {
        return ground.send("direct:llm-embed", body, headers);
    }

    @SuppressWarnings("unchecked")
    private static List<float[]> vectors(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(List.class);
    }

    @Test
    void aTextAndAListOfTextsBecomeVectors() {
        Exchange one = embed("late invoice", Map.of());
        Exchange two = embed(List.of("late invoice", "red bicycle"), Map.of());
        assertThat(vectors(one)).hasSize(1);
        assertThat(vectors(two)).hasSize(2);
        assertThat(vectors(one).get(0)).hasSize(32).isEqualTo(vectors(two).get(0));
        assertThat(one.getMessage().getHeader(LlmRouterConstants.MODEL)).isEqualTo("vectors");
        assertThat(one.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("search");
        assertThat(one.getMessage().getHeader(LlmRouterConstants.INPUT_TOKENS, Long.class))
                .isPositive();
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(2));
        assertThat(records).allSatisfy(record -> {
            assertThat(record.operation()).isEqualTo("embeddings");
            assertThat(record.costUsd()).isPositive().isEqualByComparingTo(record.baselineCostUsd());
        });
    }

    @Test
    void headersNameModelAndDimensions() {
        Exchange exchange =
                embed("x", Map.of(LlmRouterConstants.EMBEDDING_MODEL, "vectors", LlmRouterConstants.DIMENSIONS, "8"));
        assertThat(vectors(exchange).get(0)).hasSize(8);
    }

    @Test
    void aFailureGivesTheBodyBackAndChatGoesOnAfterwards() {
        List<Object> body = List.of("x", 7);
        Exchange failed = embed(body, Map.of());
        assertThat(failed.getException()).isInstanceOf(BadRequestException.class);
        Exchange refused = embed("x", Map.of(LlmRouterConstants.EMBEDDING_MODEL, "chat"));
        assertThat(refused.getException()).hasMessageContaining("makes no embeddings");
        assertThat(refused.getMessage().getBody()).isEqualTo("x");
        Exchange ok = embed("x", Map.of());
        assertThat(ok.getProperty(ReceiverProcessor.DIALECT)).isNull();
        ok.getMessage().setBody("Hello");
        Exchange chat = template.send("direct:llm-route", ok);
        assertThat(chat.getException()).isNull();
        assertThat(chat.getMessage().getBody(String.class)).contains("simulated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openaii", "gemini", ""})
    void aDialectThatThereIsNotIsNamedWithThoseThatThereAre(String name) {
        for (String route : List.of("direct:llm-route", "direct:llm-answer")) {
            Exchange answer = template.request(route, exchange -> {
                exchange.setProperty(ReceiverProcessor.DIALECT, name);
                exchange.getMessage().setBody("Hello");
            });
            assertThat(
                            route.endsWith("answer")
                                    ? answer.getMessage().getBody(String.class)
                                    : Objects.requireNonNull(answer.getException())
                                            .getMessage())
                    .contains("The exchange property CamelLlmRouterDialect is '" + name + "'; allowed are openai,"
                            + " anthropic, responses, embeddings and text.");
        }
    }

    /** A later chat on the same exchange was an embedding with an empty answer, and was paid for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kamelet:llm-route-action",
                "kamelet:llm-chat-action?model=chat",
                "kamelet:llm-chat-action?model=vectors",
                "kamelet:llm-classify-action",
                "llm-provider:chat"
            })
    void whatAnswersChatsAloneRefusesADialectThatWasLeftSet(String uri) {
        Exchange vectors = template.request("direct:llm-route", exchange -> {
            exchange.setProperty(ReceiverProcessor.DIALECT, "embeddings");
            exchange.getMessage().setHeader(LlmRouterConstants.EMBEDDING_MODEL, "vectors");
            exchange.getMessage().setBody("some text");
        });
        assertThat(vectors.getException()).isNull();
        vectors.getMessage().setBody("Hello");
        Exchange chat = template.send(uri, vectors);
        assertThat(chat.getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("CamelLlmRouterDialect is 'embeddings'")
                .hasMessageContaining("Remove it (removeProperty)");
        assertThat(chat.getMessage().getBody()).isEqualTo("Hello");
        chat.setException(null);
        chat.removeProperty(ReceiverProcessor.DIALECT);
        if (!uri.contains("vectors")) {
            assertThat(template.send(uri, chat).getException()).isNull();
        }
    }

    private Embedder embedder(String model, DeploymentHealth health) {
        LlmRouterContext context = LlmRouterContext.of(camel);
        Candidate candidate = context.policy("file:" + ground.policy()).current().decider().members().stream()
                .filter(each -> each.model().name().equals(model))
                .findFirst()
                .orElseThrow();
        Protocol protocol = candidate.provider().protocol();
        return new ProviderEmbedder(
                context.clientFor(protocol, null),
                candidate,
                health,
                System::nanoTime,
                Duration.ofSeconds(5),
                String::length);
    }

    @Test
    void anEmbedderAsksOneModelOnceAndTellsWhatItCost() throws Exception {
        DeploymentHealth health = new DeploymentHealth(System::nanoTime);
        provider.does(ScriptedProvider.status(
                200,
                "",
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":1,\"embedding\":[0,1]},"
                        + "{\"object\":\"embedding\",\"index\":0,\"embedding\":\"AACAPwAAAAA=\"}],\"model\":\"far\"}"));
        Embedder.Embedded embedded =
                embedder("remote", health).embed(List.of("ab", "c")).get(5, TimeUnit.SECONDS);
        assertThat(embedded.vectors().get(0)).containsExactly(1, 0);
        assertThat(embedded.vectors().get(1)).containsExactly(0, 1);
        assertThat(embedded.attempt().usage()).isEqualTo(Usage.of(3, 0).asEstimate());
        assertThat(embedded.attempt().costUsd()).isEqualByComparingTo("0.000009");
        assertThat(provider.heads.get(0)).startsWith("POST /v1/embeddings HTTP/1.1");
        assertThat(provider.requests).containsExactly("{\"model\":\"far\",\"input\":[\"ab\",\"c\"]}");
    }

    @Test
    void anEmbedderFailsWhereVectorsAreMissingOrOfAnotherLength() {
        DeploymentHealth health = new DeploymentHealth(System::nanoTime);
        for (String data : List.of(
                "[]",
                "[{\"index\":0,\"embedding\":[1,0,0]}]",
                "[{\"index\":0,\"embedding\":[1,\"x\"]}]",
                "[{\"index\":0,\"embedding\":[1,1e999]}]",
                "[{\"index\":0,\"embedding\":\"AAA=\"}]",
                "[{\"index\":0,\"embedding\":\"?\"}]",
                "[{\"index\":0}]",
                "[{\"index\":5,\"embedding\":[1,0]}]",
                "[{\"index\":0,\"embedding\":[1,0]},{\"index\":0,\"embedding\":[1,0]}]",
                "[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,0]}]")) {
            provider.does(ScriptedProvider.status(200, "", "{\"data\":" + data + ",\"model\":\"m\"}"));
            Embedder embedder = embedder("remote", new DeploymentHealth(System::nanoTime));
            assertThatThrownBy(() -> embedder.embed(List.of("a")).get(5, TimeUnit.SECONDS))
                    .as(data)
                    .hasCauseInstanceOf(ProviderException.class);
        }
        assertThatThrownBy(() -> embedder("remote", health).embed(List.of("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> embedder("chat", health))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("makes no embeddings");
    }
}
