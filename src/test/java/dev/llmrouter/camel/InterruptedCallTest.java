package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that waits for an answer is interrupted: its call may be paid for, and its exchange is somebody else's. */
class InterruptedCallTest {
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        provider.does((socket, out) -> {
            while (socket.getInputStream().read() >= 0) {
                // until the client has gone
            }
            provider.clientGone.countDown();
        });
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  best: { models: [small], timeout: 60s }
                """.formatted(provider.port()));
        Properties properties = new Properties();
        properties.put("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().setInitialProperties(properties);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        camel.getShutdownStrategy().setTimeout(200);
    }

    @AfterEach
    void stop() throws Exception {
        provider.close();
        camel.stop();
    }

    private void route(String from, String to) throws Exception {
        if (to.startsWith("direct:")) {
            ShippedRoutes.load(camel, folder);
        }
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(to).to("mock:answers");
            }
        });
        camel.start();
    }

    /** The answer comes quickly, and the model that names the task or confirms the output says nothing. */
    private void askOthers(String asked, ScriptedProvider quick) throws Exception {
        quick.does(ScriptedProvider.says("hello"));
        Path policy = Files.writeString(folder.resolve("asking.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                classifier: { chain: [%s], llm: { model: slow } }
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  b: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  slow: { provider: a, context: 9000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  small: { provider: b, context: 9000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  cheap: { models: [small], timeout: 60s }
                  best: { models: [slow], timeout: 60s }
                tasks:
                  t: { tier: cheap, description: d, rationale: r, verify: { second: { model: slow }, onFailure: fail } }
                  u: { tier: cheap, description: e, rationale: r }
                """.formatted(
                        asked.equals("second") ? "explicit" : "llm", provider.port(), quick.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
    }

    private void assertUnknownCost() {
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
        RequestRecord record = records.get(0);
        assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.FAILED);
        assertThat(record.costUsd()).isNull();
        assertThat(record.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.INTERNAL));
    }

    /** It was recorded with a cost of 0 and no attempt, and the call went on. */
    @ParameterizedTest
    @ValueSource(strings = {"kamelet:llm-route-action", "direct:llm-route", "llm-provider:small"})
    void theCallIsBrokenOffAndItsCostIsUnknown(String to) throws Exception {
        route("direct:in", to);
        CompletableFuture<Exchange> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> answer.complete(camel.createProducerTemplate()
                .request("direct:in", exchange -> exchange.getMessage().setBody("Hi"))));
        caller.start();
        Awaitility.await().until(() -> !provider.requests.isEmpty());
        caller.interrupt();
        caller.join(10_000);
        assertThat(provider.clientGone.await(10, TimeUnit.SECONDS)).isTrue();
        assertUnknownCost();
        assertThat(answer.join().getMessage().getBody()).isEqualTo("Hi");
        assertThat(answer.join().getException()).isInstanceOf(InterruptedException.class);
    }

    /** The classifying model, or the one that is to confirm, answered later, into an exchange that had another request by then. */
    @ParameterizedTest
    @ValueSource(strings = {"classifier", "second"})
    void whoeverElseIsAskedIsBrokenOffToo(String asked) throws Exception {
        try (ScriptedProvider quick = new ScriptedProvider()) {
            askOthers(asked, quick);
            route("direct:in", "direct:llm-route");
            CompletableFuture<Exchange> answer = new CompletableFuture<>();
            Thread caller = new Thread(() ->
                    answer.complete(camel.createProducerTemplate().request("direct:in", exchange -> {
                        exchange.getMessage().setBody("Hi");
                        if (asked.equals("second")) {
                            exchange.getMessage().setHeader("x-llm-task", "t");
                        }
                    })));
            caller.start();
            Awaitility.await().until(() -> !provider.requests.isEmpty());
            caller.interrupt();
            caller.join(10_000);
            assertThat(provider.clientGone.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(answer.join().getMessage().getBody()).isEqualTo("Hi");
            assertThat(answer.join().getMessage().getHeader(LlmRouterConstants.REQUEST_ID))
                    .isNotNull();
            assertThat(answer.join().getException()).isInstanceOf(InterruptedException.class);
            Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
            assertThat(records.get(0).outcome()).isEqualTo(RequestRecord.Outcome.FAILED);
            assertThat(records.get(0).costUsd()).isNull();
        }
    }

    /** Nobody recorded it, though a model was asked. */
    @ParameterizedTest
    @CsvSource({
        "classifier,kamelet:llm-route-action", "second,kamelet:llm-route-action",
        "classifier,direct:llm-route", "second,direct:llm-route",
        "classifier,kamelet:llm-classify-action"
    })
    void whatAStopByForceCutsOffWhileAnotherIsAskedIsRecordedOnce(String asked, String to) throws Exception {
        try (ScriptedProvider quick = new ScriptedProvider()) {
            askOthers(asked, quick);
            route("seda:in", to);
            camel.createProducerTemplate()
                    .sendBodyAndHeader("seda:in", "Hi", asked.equals("second") ? "x-llm-task" : "x-none", "t");
            Awaitility.await().until(() -> !provider.requests.isEmpty());
            camel.stop();
            assertThat(records).singleElement().satisfies(record -> {
                assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.FAILED);
                assertThat(record.costUsd()).isNull();
                assertThat(asked.equals("second") ? record.checkCalls() : record.classifierCalls())
                        .singleElement()
                        .satisfies(call -> assertThat(call.costUsd()).isNull());
                assertThat(record.attempts()).hasSize(asked.equals("second") ? 1 : 0);
            });
        }
    }

    /** Neither the request log nor the ledger had it. */
    @ParameterizedTest
    @ValueSource(strings = {"kamelet:llm-route-action", "direct:llm-route", "llm-provider:small"})
    void whatAStopByForceCutsOffIsRecordedOnce(String to) throws Exception {
        route("seda:in", to);
        camel.createProducerTemplate().sendBody("seda:in", "Hi");
        Awaitility.await().until(() -> !provider.requests.isEmpty());
        camel.stop();
        assertUnknownCost();
    }

    @Test
    void whatEndsBeforeTheStopIsRecordedOnce() throws Exception {
        provider.does(ScriptedProvider.says("hello"));
        route("direct:in", "kamelet:llm-route-action");
        camel.createProducerTemplate().requestBody("direct:in", "Hi");
        camel.stop();
        assertThat(records)
                .singleElement()
                .satisfies(record -> assertThat(record.costUsd()).isNotNull());
    }
}
