package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.PicoUsd;
import dev.llmrouter.simulator.SimulatorBill;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests through the shipped routes into the ledger, against simulated models. */
class LedgerRouteTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  steady: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0, seed: 7 } }
                  shaky:
                    protocol: simulator
                    breaker: { failureRate: 1, window: 10000, minimumCalls: 10000 }
                    simulator: { latency: 0ms, tokensPerSecond: 0, errors: { 429: 0.05, 500: 0.1, 529: 0.05 }, seed: 7 }
                  slow: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 2, seed: 7 } }
                models:
                  long: { provider: slow, context: 8000, price: { input: 1, output: 2, asOf: 2026-07-02 } }
                  small: { provider: shaky, context: 8000, price: { input: 0.15, cachedInput: 0.075, output: 0.60, asOf: 2026-07-02 } }
                  odd: { provider: shaky, context: 8000, price: { input: 0.000001, output: 1.234567, asOf: 2026-07-02 } }
                  large: { provider: steady, context: 100000, price: { input: 2.5, cachedInput: 1.25, output: 10, asOf: 2026-07-02 } }
                tiers:
                  cheap: { models: [small, odd, large], timeout: 5s }
                  best: { models: [large], timeout: 5s }
                  slowly: { models: [long], timeout: 60s }
                tasks:
                  colour: { tier: cheap, description: d, rationale: r }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
    }

    private void start(boolean withLedger) throws Exception {
        if (withLedger) {
            camel.getPropertiesComponent().addOverrideProperty("llm-router.data", data().toString());
        }
        ShippedRoutes.load(camel, folder);
        camel.start();
        Ledger ledger = LlmRouterContext.of(camel).ledger();
        assertThat(ledger == null || ledger.awaitOpenedForever()).isTrue();
    }

    private Path data() {
        return folder.resolve("data");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private String one(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data().resolve("ledger.db"));
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private HttpRequest post(String path, String body) {
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(String path, String body) throws Exception {
        return HTTP.send(post(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private Exchange ask(String text) {
        return camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody(text));
    }

    @Test
    void aGracefulStopLosesNothing() throws Exception {
        start(true);
        for (int i = 0; i < 40; i++) {
            assertThat(ask("Which colour has " + i + "?").getException()).isNull();
        }
        camel.stop();

        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo("40");
        assertThat(
                        one(
                                "SELECT MIN(task || source || tier || outcome || simulated || LENGTH(policy_hash)) FROM llm_request"))
                .isEqualTo("colourrulecheapok112");
        assertThat(one("SELECT COUNT(*) FROM llm_request WHERE attempts LIKE '%has%' OR reasons LIKE '%has %?%'"))
                .isEqualTo("0");
    }

    /** Its record waits for its thread by then, and nothing else is in flight. */
    @Test
    void aStopRightAfterAnAnswerRecordsIt() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.batch-rows", "1");
        start(true);
        for (int i = 0; i < 40; i++) {
            assertThat(ask("Which colour has " + i + "?").getException()).isNull();
        }
        Thread.sleep(5); // all that was taken is written, and the thread pauses
        assertThat(ask("Which colour is the last?").getException()).isNull();
        long stopped = System.nanoTime();
        camel.stop();

        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo("41");
        assertThat(System.nanoTime() - stopped)
                .isLessThan(Duration.ofSeconds(20).toNanos());
    }

    /** What waits for the ledger is in flight, for which a suspension waits: it is written meanwhile. */
    @Test
    void aContextIsSuspendedAtOnceAndAnswersAfterItIsResumed() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.flush-ms", "60000");
        start(true);
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(ask("Which colour has " + i + "?").getException()).isNull();
            }
            long start = System.nanoTime();
            camel.suspend();
            assertThat(System.nanoTime() - start)
                    .isLessThan(Duration.ofSeconds(20).toNanos());
            assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(4 * round));
            camel.resume();
        }
        assertThat(ask("Which colour?").getException()).isNull();

        long stopped = System.nanoTime();
        camel.stop();
        assertThat(System.nanoTime() - stopped)
                .isLessThan(Duration.ofSeconds(20).toNanos());
        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo("9");
    }

    /** Feedback may come as soon as the answer is there, before its row is. */
    @Test
    void feedbackRightAfterTheAnswerIsForAKnownRequest() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.flush-ms", "60000");
        start(true);
        for (int i = 0; i < 200; i++) {
            String id = ask("Which colour has " + i + "?")
                    .getMessage()
                    .getHeader(LlmRouterConstants.REQUEST_ID, String.class);
            Ledger ledger = Objects.requireNonNull(LlmRouterContext.of(camel).ledger());
            assertThat(ledger.take(new FeedbackEntry("f" + i, id, i, true, null, null, null, null, null)))
                    .isEqualTo(Ledger.Taken.RECORDED);
        }
    }

    /** The routes are forced to stop before the stream ends, whose record is there only then. */
    @ParameterizedTest
    @ValueSource(strings = {"batched", "sync"})
    void aStreamThatTheStopCutsOffIsInTheLedger(String durability) throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.durability", durability);
        camel.getShutdownStrategy().setTimeout(1);
        start(true);
        Ledger ledger = LlmRouterContext.of(camel).ledger();
        assertThat(ask("Which colour?").getException()).isNull();
        HttpResponse<InputStream> answer = HTTP.send(
                post(
                        "/v1/chat/completions",
                        "{\"model\":\"tier:slowly\",\"max_tokens\":400,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().read()).isPositive();
        camel.stop();

        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo("2");
        assertThat(one("SELECT cost_pico_usd > 0 FROM llm_request WHERE stream"))
                .isEqualTo("1");
        assertThat(ledger == null ? -1 : ledger.lost()).isZero();
    }

    /** Where no route of the router writes it: Kamelets and {@code llm-provider:MODEL}. A stream is not held back for ever. */
    @Test
    void aSynchronousLedgerHasTheRowOfAKameletAndOfANamedModelWhenTheAnswerIsThere() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.durability", "sync");
        camel.getComponent("kamelet", KameletComponent.class).setLocation("file:kamelets");
        start(true);
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.xml", """
                <camel xmlns="http://camel.apache.org/schema/xml-io">
                  <route id="named"><from uri="direct:named"/><to uri="llm-provider:large"/></route>
                  <route id="chat"><from uri="direct:chat"/><to uri="kamelet:llm-chat-action?model=large"/></route>
                </camel>
                """));
        ProducerTemplate template = camel.createProducerTemplate();
        int rows = 0;
        for (int i = 0; i < 5; i++) {
            for (String route : List.of("direct:named", "direct:chat")) {
                assertThat(template.request(
                                        route, exchange -> exchange.getMessage().setBody("Hi"))
                                .getException())
                        .isNull();
                assertThat(one("SELECT COUNT(*) FROM llm_request")).as(route).isEqualTo(Integer.toString(++rows));
            }
        }
        assertThat(template.request(
                                "direct:named",
                                exchange -> exchange.getMessage().setBody("{\"messages\":[]}"))
                        .getException())
                .isNotNull();
        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(++rows));

        Exchange stream = template.request("direct:named", exchange -> {
            exchange.setProperty(LlmRouterConstants.TAKES_STREAM, true);
            exchange.getMessage()
                    .setBody(
                            "{\"model\":\"any\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        });
        assertThat(stream.getException()).isNull();
        StringBuilder text = new StringBuilder();
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        @SuppressWarnings("unchecked")
        Flow.Publisher<byte[]> body =
                (Flow.Publisher<byte[]>) stream.getMessage().getBody();
        body.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(byte[] item) {
                text.append(new String(item, StandardCharsets.UTF_8));
            }

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                end.complete(null);
            }
        });
        end.get(15, TimeUnit.SECONDS);
        assertThat(text).contains("[DONE]");
        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(++rows));
    }

    /** Whole answers, streams in both dialects and failures: whoever has the answer finds its row. */
    @Test
    void aSynchronousLedgerHasTheRowWhenTheAnswerIsThere() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.durability", "sync");
        start(true);
        int answered = 0;
        for (int i = 0; i < 12; i++) {
            assertThat(ask("Which colour has " + i + "?").getException()).isNull();
            answered++;
            assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(answered));
            String body = "{\"model\":\"tier:best\",\"max_tokens\":20,\"stream\":" + (i % 3 != 0)
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"colour " + i + "\"}]}";
            HttpResponse<String> answer = send(i % 2 == 0 ? "/v1/messages" : "/v1/chat/completions", body);
            answered++;
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains(i % 3 == 0 ? "\"usage\"" : i % 2 == 0 ? "event: message_stop" : "data: [DONE]");
            assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(answered));
        }
        assertThat(one("SELECT COUNT(*) FROM llm_request WHERE stream")).isEqualTo("8");
        HttpResponse<String> refused = send(
                "/v1/chat/completions",
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "colour ".repeat(300_000)
                        + "\"}]}");
        assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(answered + 1));
    }

    @Test
    void aDurabilityThatNobodyKnowsIsRefused() {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.durability", "paper");
        assertThatThrownBy(() -> start(true)).hasMessageContainingAll("paper", "batched", "sync");
    }

    @Test
    void withoutADataFolderNothingIsKept() throws Exception {
        start(false);

        assertThat(ask("Which colour?").getException()).isNull();
        HttpResponse<String> answer = send("/v1/feedback", "{\"request_id\":\"x\",\"useful\":true}");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("llm-router.data");
        assertThat(data()).doesNotExist();
    }

    @Test
    void feedbackJoinsItsRequest() throws Exception {
        start(true);
        String id = ask("Which colour?").getMessage().getHeader(LlmRouterConstants.REQUEST_ID, String.class);
        String given = "{\"request_id\":\"" + id
                + "\",\"useful\":false,\"score\":0.25,\"corrected\":\"secret words\",\"by\":\"ann\"}";

        HttpResponse<String> first = send("/v1/feedback", given);
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.body()).isEqualTo("{\"request_id\":\"" + id + "\",\"status\":\"recorded\"}");
        assertThat(send("/v1/feedback", given).body()).contains("duplicate");
        assertThat(send("/v1/feedback", "{\"request_id\":\"gone\",\"useful\":true}")
                        .body())
                .contains("unknown");
        camel.stop();

        assertThat(one("SELECT corrected_chars || given_by || score || useful FROM llm_feedback f"
                        + " JOIN llm_request r ON r.request_id = f.request_id"))
                .isEqualTo("12ann0.250");
        assertThat(one("SELECT COUNT(*) FROM llm_feedback")).isEqualTo("2");
        assertThat(Files.readString(data().resolve("ledger.db"), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("secret words");
    }

    @Test
    void badFeedbackIsToldWhatIsAllowed() throws Exception {
        start(true);
        for (String bad : List.of(
                "",
                "[]",
                "{\"useful\":true}",
                "{\"request_id\":\"a\"}",
                "{\"request_id\":\"a b\",\"useful\":true}",
                "{\"request_id\":\"a\",\"useful\":\"yes\"}",
                "{\"request_id\":\"a\",\"useful\":true,\"score\":1.01}",
                "{\"request_id\":\"a\",\"useful\":true,\"score\":-0.01}",
                "{\"request_id\":\"a\",\"useful\":true,\"by\":\"a\\u0000\"}",
                "{\"request_id\":\"a\",\"useful\":true,\"corrected\":7}")) {
            HttpResponse<String> answer = send("/v1/feedback", bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).contains("request_id", "0 to 1");
        }
        HttpResponse<String> unknown =
                send("/v1/feedback", "{\"request_id\":\"a\",\"useful\":false,\"correction\":\"billing\"}");
        assertThat(unknown.statusCode()).as("the correction would be lost").isEqualTo(400);
        assertThat(unknown.body())
                .contains("'correction' is not known here", "corrected")
                .doesNotContain("billing");
        assertThat(send("/v1/feedback", "{\"request_id\":\"a\",\"useful\":true,\"score\":1}")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void kameletsKeepRequestsAndFeedbackWithoutTheRoutes() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.data", data().toString());
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", """
                - from:
                    uri: direct:in
                    steps:
                      - to: kamelet:llm-route-action
                - from:
                    uri: direct:feedback
                    steps:
                      - to: kamelet:llm-feedback-sink
                """));
        camel.start();
        String id = camel.createProducerTemplate()
                .request("direct:in", exchange -> exchange.getMessage().setBody("Which colour?"))
                .getMessage()
                .getHeader(LlmRouterConstants.REQUEST_ID, String.class);

        Exchange byHeaders = camel.createProducerTemplate().request("direct:feedback", exchange -> {
            exchange.getMessage().setHeader(LlmRouterConstants.REQUEST_ID, id);
            exchange.getMessage().setHeader("useful", "true");
        });
        Exchange byMap = camel.createProducerTemplate()
                .request(
                        "direct:feedback",
                        exchange ->
                                exchange.getMessage().setBody(Map.of("request_id", id, "useful", false, "by", "bob")));
        assertThat(byHeaders.getException()).isNull();
        assertThat(byHeaders.getMessage().getHeader(LlmRouterConstants.FEEDBACK_STATUS))
                .isEqualTo("recorded");
        assertThat(byMap.getMessage().getHeader(LlmRouterConstants.FEEDBACK_STATUS))
                .isEqualTo("recorded");
        camel.stop();

        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo("1");
        assertThat(one("SELECT SUM(useful) || '/' || COUNT(*) FROM llm_feedback"))
                .isEqualTo("1/2");
    }

    /** Whole answers, streams, failures that are followed by another model; the seed is fixed. */
    @Test
    void theSumOfTheLedgerIsTheSumOfTheBillToTheLastDigit() throws Exception {
        start(true);
        RandomGenerator random = new java.util.SplittableRandom(20260702);
        int requests = 3000;
        Semaphore open = new Semaphore(32);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            boolean anthropic = random.nextInt(4) == 0;
            String model = List.of("auto", "task:colour", "tier:best", "odd").get(random.nextInt(4));
            String words = "colour ".repeat(1 + random.nextInt(60));
            String body = "{\"model\":\"" + model + "\",\"max_tokens\":" + (1 + random.nextInt(80)) + ",\"stream\":"
                    + random.nextBoolean() + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + words + i + "\"}]}";
            open.acquire();
            all.add(HTTP.sendAsync(
                            post(anthropic ? "/v1/messages" : "/v1/chat/completions", body),
                            HttpResponse.BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> open.release()));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        SimulatorBill bill = LlmRouterContext.of(camel).simulatorBill();
        camel.stop();

        assertThat(one("SELECT COUNT(*) FROM llm_request")).isEqualTo(Integer.toString(requests));
        assertThat(one("SELECT COUNT(*) FROM llm_request WHERE cost_pico_usd IS NULL"))
                .isEqualTo("0");
        assertThat(Integer.parseInt(one("SELECT COUNT(*) FROM llm_request WHERE stream")))
                .isBetween(1000, 2000);
        // how many second attempts there are depends on when cooldowns fall; that there are some does not
        assertThat(Integer.parseInt(one("SELECT COUNT(*) FROM llm_request WHERE attempts LIKE '%\"n\":2%'")))
                .isPositive();
        assertThat(Integer.parseInt(one("SELECT COUNT(*) FROM llm_request WHERE outcome <> 'ok'")))
                .isPositive();
        assertThat(PicoUsd.toUsd(Long.parseLong(one("SELECT SUM(cost_pico_usd) FROM llm_request"))))
                .isEqualByComparingTo(bill.usd())
                .isPositive();
    }
}
