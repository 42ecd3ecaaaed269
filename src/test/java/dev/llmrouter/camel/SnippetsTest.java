package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Answer;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.dispatch.Attempt;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerExchangeEventNotifier;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.main.Main;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code examples/snippets}, each loaded as it is on Camel Main and used. Issue 14, 4. */
class SnippetsTest {
    private static final Path SNIPPETS = Path.of("examples", "snippets");
    private static final String FALLBACK = "Thank you. A colleague will answer by tomorrow.";

    private final Main main = new Main();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void open() throws Exception {
        provider = new ScriptedProvider();
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        provider.close();
    }

    private void start(String snippet, String provided) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers: { ours: { protocol: openai, %s } }
                models: { gpt-4o-mini: { provider: ours, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } } }
                tiers: { premium: { models: [gpt-4o-mini], timeout: 5s, maxAttempts: 1 } }
                tasks:
                  extraction: { tier: premium, description: d, rationale: r }
                  short-summary: { tier: premium, description: d, rationale: r }
                """.formatted(provided));
        main.addInitialProperty("camel.main.routes-include-pattern", "file:" + SNIPPETS.resolve(snippet));
        main.addInitialProperty("llm-router.policy", "file:" + policy);
        main.start();
    }

    private String baseUrl() {
        return "baseUrl: \"http://127.0.0.1:" + provider.port() + "/v1\"";
    }

    private Exchange ask(String endpoint, Object body) throws Exception {
        return main.getCamelTemplate()
                .request(endpoint, exchange -> exchange.getMessage().setBody(body));
    }

    @Test
    void everySnippetIsRunHere() throws IOException {
        try (Stream<Path> files = Files.list(SNIPPETS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrder(
                            "one-model.yaml",
                            "jackson-pojo.yaml",
                            "http-provider.yaml",
                            "breaker-provider.yaml",
                            "jms-provider.yaml",
                            "circuit-breaker.yaml",
                            "micrometer.yaml",
                            "scheduled-audit.yaml", // these two by ScheduledAuditTest
                            "scheduled-audit.xml");
        }
    }

    @Test
    void oneModelIsCalledByHand() throws Exception {
        start("one-model.yaml", baseUrl());
        provider.does(ScriptedProvider.says("Good morning"));
        Exchange answer = ask("direct:translate", "Guten Morgen");
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("Good morning");
        assertThat(answer.getMessage().getHeaders())
                .containsKeys(LlmRouterConstants.COST_USD, LlmRouterConstants.ATTEMPTS);
        assertThat(provider.requests).singleElement().asString().contains("Translate into English.", "Guten Morgen");
    }

    @Test
    void anObjectGoesInAndAnObjectComesOut() throws Exception {
        record Ticket(int number, String text) {}
        start("jackson-pojo.yaml", baseUrl());
        provider.does(ScriptedProvider.says("{\\\"queue\\\":\\\"billing\\\",\\\"urgent\\\":true}"));
        Exchange answer = ask("direct:ticket", new Ticket(7, "I was charged twice"));
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo(new Answer("billing", true));
        assertThat(provider.requests)
                .singleElement()
                .asString()
                .contains("{\\\"number\\\":7,\\\"text\\\":\\\"I was charged twice\\\"}");
    }

    @Test
    void aProviderBehindCamelHttpGetsTheTeamsHeadersThroughTheTeamsProxy() throws Exception {
        main.addInitialProperty("team.llm.url", "http://llm.internal");
        main.addInitialProperty("team.llm.key", "k-1");
        main.addInitialProperty("team.proxy.host", "127.0.0.1");
        main.addInitialProperty("team.proxy.port", Integer.toString(provider.port()));
        start("http-provider.yaml", "endpoint: \"direct:our-llm\"");
        provider.does(ScriptedProvider.says("hello"));
        Exchange answer = main.getCamelTemplate().request("kamelet:llm-route-action?task=short-summary", exchange -> {
            exchange.getMessage().setBody("Hi");
            exchange.getMessage().setHeader("X-Customer", "secret");
        });
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(provider.heads)
                .singleElement()
                .asString()
                .startsWith("POST http://llm.internal/v1/chat/completions ")
                .contains("Authorization: Bearer k-1\r\n", "X-Cost-Centre: 4711\r\n", "Content-Type: application/json")
                .doesNotContain("X-Customer");
    }

    @Test
    void aRefusalBehindCamelHttpIsJudgedByTheRouter() throws Exception {
        main.addInitialProperty("team.llm.url", "http://llm.internal");
        main.addInitialProperty("team.llm.key", "k-1");
        main.addInitialProperty("team.proxy.host", "127.0.0.1");
        main.addInitialProperty("team.proxy.port", Integer.toString(provider.port()));
        start("http-provider.yaml", "endpoint: \"direct:our-llm\"");
        provider.does(ScriptedProvider.error(401, "wrong_key"));
        Exchange answer = ask("kamelet:llm-route-action?task=short-summary", "Hi");
        assertThat(answer.getException()).isNotNull();
        assertThat(answer.getException().getMessage()).contains("401").doesNotContain("k-1");
    }

    private void aProviderAt(String endpoint, String snippet) throws Exception {
        main.addInitialProperty("team.llm.url", "http://127.0.0.1:" + provider.port());
        main.addInitialProperty("team.llm.key", "k-1");
        start(snippet, "endpoint: \"" + endpoint + "\"");
    }

    @Test
    void aProviderBehindTheCircuitBreakerIsNotAskedWhileItIsOpenAndItsRefusalsOpenNothing() throws Exception {
        aProviderAt("direct:guarded-llm", "breaker-provider.yaml");
        provider.does(ScriptedProvider.error(400, "bad"));
        for (int i = 0; i < 4; i++) {
            assertThat(ask("kamelet:llm-route-action?task=short-summary", "Hi").getException())
                    .isInstanceOfSatisfying(
                            AllFailedException.class,
                            refused -> assertThat(refused.attempts())
                                    .extracting(Attempt::status)
                                    .containsExactly(400));
        }
        assertThat(provider.requests).hasSize(4);
        assertThat(breaker("guarded-llm-breaker")).isEqualTo("CLOSED");

        provider.does(ScriptedProvider.error(500, "down"));
        for (int i = 0; i < 12; i++) {
            assertThat(ask("kamelet:llm-route-action?task=short-summary", "Hi").getException())
                    .isNotNull();
        }
        assertThat(breaker("guarded-llm-breaker")).isEqualTo("OPEN");
        assertThat(provider.heads).allSatisfy(head -> assertThat(head).contains("Authorization: Bearer k-1\r\n"));
    }

    /** State of Camel's circuit breaker, as JMX tells it. */
    private String breaker(String id) {
        return Objects.requireNonNull(main.getCamelContext().getProcessor(id, ResilienceProcessor.class))
                .getCircuitBreakerState();
    }

    @Test
    void aProviderBehindAQueueAnswersAndItsRefusalIsJudgedByTheRouter() throws Exception {
        String url = "vm://" + UUID.randomUUID().hashCode();
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .setSecurityEnabled(false)
                        .addAcceptorConfiguration("vm", url))
                .start();
        try {
            main.bind("jms", JmsComponent.jmsComponent(new ActiveMQConnectionFactory(url)));
            aProviderAt("direct:queued-llm", "jms-provider.yaml");
            provider.does(ScriptedProvider.says("hello"), ScriptedProvider.error(401, "wrong_key"));

            assertThat(ask("kamelet:llm-route-action?task=short-summary", "Hi")
                            .getMessage()
                            .getBody())
                    .isEqualTo("hello");
            assertThat(ask("kamelet:llm-route-action?task=short-summary", "Hi").getException())
                    .hasMessageContaining("401");
            assertThat(provider.heads)
                    .hasSize(2)
                    .allSatisfy(
                            head -> assertThat(head).contains("Bearer k-1\r\n").doesNotContain("JMS"));
        } finally {
            main.stop();
            broker.stop();
        }
    }

    @Test
    void theCircuitBreakersFallbackAnswersAndAfterSomeFailuresNobodyIsAsked() throws Exception {
        start("circuit-breaker.yaml", baseUrl());
        provider.does(ScriptedProvider.says("Dear customer"));
        assertThat(ask("direct:draft", "Hi").getMessage().getBody()).isEqualTo("Dear customer");
        provider.does(ScriptedProvider.error(500, "down"));
        for (int i = 0; i < 3; i++) {
            assertThat(ask("direct:draft", "Hi").getMessage().getBody()).isEqualTo(FALLBACK);
        }
        Exchange open = ask("direct:draft", "Hi");
        assertThat(open.getMessage().getBody()).isEqualTo(FALLBACK);
        assertThat(open.getProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SHORT_CIRCUITED))
                .isEqualTo(true);
    }

    @Test
    void metersOfCamelAndOfTheRouterStandInOneRegistry() throws Exception {
        start("micrometer.yaml", baseUrl());
        provider.does(ScriptedProvider.says("short"));
        assertThat(ask("direct:summarise", "Long").getMessage().getBody()).isEqualTo("short");
        Map<String, MeterRegistry> registries =
                main.getCamelContext().getRegistry().findByTypeWithName(MeterRegistry.class);
        assertThat(registries).containsOnlyKeys("meters");
        MeterRegistry meters = Objects.requireNonNull(registries.get("meters"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(names(meters))
                        .contains("camel.route.policy", "gen_ai.client.operation.duration", "llm.router.requests"));
        assertThat(meters.get("camel.exchanges.succeeded")
                        .tag("routeId", "summarise")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    /** What the README says of a whole application. */
    @Test
    void metersOfAllRoutesAndExchangesStandThereToo() throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        main.bind("meters", meters);
        main.bind("routeMeters", new MicrometerRoutePolicyFactory());
        main.bind("exchangeMeters", new MicrometerExchangeEventNotifier());
        start("jackson-pojo.yaml", baseUrl());
        provider.does(ScriptedProvider.says("{\\\"queue\\\":\\\"billing\\\",\\\"urgent\\\":true}"));
        assertThat(ask("direct:ticket", Map.of("text", "Hi")).getException()).isNull();
        Awaitility.await()
                .untilAsserted(() -> assertThat(names(meters))
                        .contains("camel.route.policy", "camel.exchange.event.notifier", "llm.router.requests"));
    }

    private static List<String> names(MeterRegistry meters) {
        return meters.getMeters().stream().map(meter -> meter.getId().getName()).toList();
    }
}
