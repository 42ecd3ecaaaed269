package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.STOP;
import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.reset;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped routes in a plain CamelContext, over real sockets, with providers that fail. */
class FailoverTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider first;
    private ScriptedProvider second;
    private Path policy;

    @BeforeEach
    void start() throws Exception {
        first = new ScriptedProvider();
        second = new ScriptedProvider();
        policy = folder.resolve("policy.yaml");
        writePolicy("");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
        List<Resource> files = new ArrayList<>();
        for (String file : RouteFiles.locate(folder.resolve("none"))) {
            files.add(PluginHelper.getResourceLoader(camel).resolveResource(file));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(files);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").delay(1500).syncDelayed().setBody(constant("""
                        {"id":"s","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                        "message":{"role":"assistant","content":"slow"},"finish_reason":"stop"}]}"""));
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        first.close();
        second.close();
        camel.stop();
    }

    private void writePolicy(String rules) throws Exception {
        Files.writeString(policy, """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/v1", timeouts: { headers: 400ms, firstToken: 400ms, idle: 400ms }, breaker: { openFor: 60s, minimumCalls: 5 } }
                  b: { protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1" }
                  c: { protocol: openai, endpoint: "direct:slow" }
                models:
                  first:  { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  second: { provider: b, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  slow:   { provider: c, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [first], timeout: 8s }
                  premium: { models: [first, second, slow], timeout: 8s }
                tasks:
                  colour: { tier: economy, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: escalate } }
                %3$s
                """.formatted(first.port(), second.port(), rules));
    }

    private HttpResponse<String> ask(String model, boolean stream) throws Exception {
        return ask("/v1/chat/completions", model, stream);
    }

    private HttpResponse<String> ask(String path, String model, boolean stream) throws Exception {
        return HTTP.send(request(path, model, stream), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String model, boolean stream) {
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(java.time.Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model + "\",\"stream\":" + stream
                        + (path.equals("/v1/responses")
                                ? ",\"max_output_tokens\":50,\"input\":\"Hello\"}"
                                : ",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")))
                .build();
    }

    private static String servedBy(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-llm-model").orElse("nobody") + " after "
                + answer.headers().firstValue("x-llm-attempts").orElse("0");
    }

    @Test
    void aRateLimitCoolsTheDeploymentDownAndTheNextRequestSkipsIt() throws Exception {
        first.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 1");
        assertThat(first.requests).hasSize(1);
    }

    @Test
    void whenEverybodyRestsTheCallerIsToldTheSmallestWait() throws Exception {
        first.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));

        HttpResponse<String> refused = ask("first", false);
        HttpResponse<String> again = ask("first", false);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(again.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(again.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(28, 30);
        assertThat(refused.headers().firstValue("x-should-retry")).contains("true");
        assertThat(again.headers().firstValue("x-should-retry")).contains("true");
        assertThat(first.requests).hasSize(1);
    }

    @Test
    void aShortRetryAfterIsWaitedForWhereNobodyElseIsLeft() throws Exception {
        first.does(status(429, "Retry-After: 2\r\n", "{\"error\":{\"message\":\"slow down\"}}"), says("a"));

        long start = System.nanoTime();
        HttpResponse<String> answer = ask("first", false);

        assertThat(servedBy(answer)).isEqualTo("first after 2");
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1800));
    }

    @ParameterizedTest
    @CsvSource({
        "500,/v1/chat/completions",
        "502,/v1/chat/completions",
        "503,/v1/chat/completions",
        "529,/v1/chat/completions",
        "500,/v1/responses",
        "503,/v1/messages"
    })
    void aServerErrorGoesToTheNextModel(int status, String path) throws Exception {
        first.does(error(status, "x"));
        second.does(says("from the second"));

        HttpResponse<String> answer = ask(path, "auto", false);

        assertThat(servedBy(answer)).isEqualTo("second after 2");
        assertThat(answer.body()).contains("from the second");
    }

    @Test
    void oneServerErrorIsTriedAgainWhereNobodyElseIsLeft() throws Exception {
        first.does(error(500, "x"), says("a"));

        assertThat(servedBy(ask("first", false))).isEqualTo("first after 2");
    }

    @Test
    void aResetConnectionGoesToTheNextModel() throws Exception {
        first.does(reset());
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
    }

    @Test
    void aRefusedConnectionGoesToTheNextModel() throws Exception {
        first.close();
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
    }

    @Test
    void aSilentProviderIsLeftAfterItsTimeAndNotAskedAgain() throws Exception {
        first.does(first.silent());
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(first.requests).hasSize(1);
        assertThat(ask("first", false).statusCode()).isEqualTo(504);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void aBadRequestIsNotTriedElsewhere(int status) throws Exception {
        first.does(error(status, "bad"));
        second.does(says("b"));

        HttpResponse<String> answer = ask("auto", false);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(second.requests).isEmpty();
        assertThat(first.requests).hasSize(1);
    }

    @Test
    void aContentFilterGivesACleanErrorAtOnce() throws Exception {
        first.does(error(400, "content_filter"));
        second.does(says("b"));

        assertThat(ask("auto", false).statusCode()).isEqualTo(400);
        assertThat(second.requests).isEmpty();
    }

    @Test
    void aContextThatIsTooSmallGoesToALargerModelOnly() throws Exception {
        first.does(error(400, "context_length_exceeded"));
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(first.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402})
    void aRefusedKeyTakesTheDeploymentOut(int status) throws Exception {
        first.does(error(status, "invalid_api_key"));
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 1");
        assertThat(ask("first", false).statusCode()).isEqualTo(503);
    }

    @Test
    void aModelThatItsProviderDoesNotKnowAnyMoreFailsNoRequest() throws Exception {
        first.does(error(404, "model_not_found"));
        second.does(says("b"));

        for (int i = 0; i < 3; i++) {
            assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        }
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 1");
    }

    @Test
    void oneRefusalLeavesTheModelInService() throws Exception {
        first.does(error(403, "moderation"), error(403, "moderation"), says("a"), error(403, "moderation"), says("a"));
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(servedBy(ask("auto", false))).isEqualTo("first after 1");
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
        assertThat(servedBy(ask("auto", false))).isEqualTo("first after 1");
    }

    @Test
    void aTextThatLooksLikeAnotherErrorIsNoEvidence() throws Exception {
        first.does(
                status(
                        400,
                        "",
                        "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"invalid_value\",\"message\":"
                                + "\"Invalid value: 'credit balance is too low, exceeded your current quota'\"}}"),
                says("a"));
        second.does(says("b"));

        assertThat(ask("auto", false).statusCode()).isEqualTo(400);
        assertThat(servedBy(ask("auto", false))).isEqualTo("first after 1");
    }

    @Test
    void aProviderThatSaysNotToRetryIsNotAskedAgain() throws Exception {
        first.does(status(500, "x-should-retry: false\r\n", "{\"error\":{\"message\":\"no\"}}"), says("a"));
        assertThat(ask("first", false).statusCode()).isEqualTo(503);

        first.does(status(400, "x-should-retry: true\r\n", "{\"error\":{\"message\":\"no\"}}"), says("a"));
        assertThat(servedBy(ask("first", false))).isEqualTo("first after 2");
    }

    @Test
    void aConflictIsTriedAgain() throws Exception {
        first.does(error(409, "conflict"), says("a"));

        assertThat(servedBy(ask("first", false))).isEqualTo("first after 2");
    }

    @Test
    void anOpenBreakerKeepsRequestsAwayFromAnOutage() throws Exception {
        first.does(error(500, "x"));
        second.does(says("b"));

        for (int i = 0; i < 12; i++) {
            assertThat(ask("auto", false).statusCode()).isEqualTo(200);
        }

        assertThat(first.requests.size()).isBetween(5, 6);
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 1");
    }

    /** S10: the stream goes on behind it; what is lost is at most what stood in it. */
    @Test
    void oneMalformedEventInTheMiddleOfAStreamEndsNothing() throws Exception {
        first.does(streams(chunk("one"), "{\"id\":\"c\",\"choices\":[{\"del", chunk("two"), STOP, "[DONE]"));

        String body = ask("first", true).body();

        assertThat(body).contains("one", "two").endsWith("data: [DONE]\n\n").doesNotContain("error");
    }

    @Test
    void aSecondMalformedEventEndsTheStreamWithAnError() throws Exception {
        first.does(streams(chunk("one"), "{\"id", chunk("two"), "{\"id", chunk("three"), STOP, "[DONE]"));

        assertThat(ask("first", true).body()).contains("one", "two", "error").doesNotContain("three", "[DONE]");
    }

    /** S14: an answer that the caller has begun is continued by a model that can do that, and by no other. */
    @Test
    void aFallbackThatCannotContinueABegunAnswerIsNotAsked() throws Exception {
        Files.writeString(policy, """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: anthropic, baseUrl: "http://127.0.0.1:%1$d" }
                  b: { protocol: anthropic, baseUrl: "http://127.0.0.1:%2$d" }
                models:
                  one:   { provider: a, context: 9000, maxOutput: 100, capabilities: [prefill], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  two:   { provider: b, context: 9000, maxOutput: 100, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  three: { provider: b, context: 9000, maxOutput: 100, capabilities: [prefill], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [one, two, three], timeout: 8s }
                """.formatted(first.port(), second.port()));
        assertThat(LlmRouterContext.of(camel).policy("file:" + policy).reload()).isTrue();
        first.does(
                status(529, "", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}"));
        second.does(status(200, "", """
                {"id":"m","type":"message","role":"assistant","model":"three","content":[{"type":"text","text":" 42"}],
                "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":2}}"""));
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();

        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/messages"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"auto\",\"max_tokens\":50,\"messages\":["
                                + "{\"role\":\"user\",\"content\":\"The answer?\"},"
                                + "{\"role\":\"assistant\",\"content\":\"It is\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-llm-model")).contains("three");
        assertThat(second.requests)
                .isNotEmpty()
                .allSatisfy(body -> assertThat(body).contains("\"three\""));
    }

    /** S15, in a fifteenth of its time: an outage of 4 s, a request every 250 ms, a breaker that opens for 1 s. */
    @Test
    void aFlapServesEveryRequestProbesSparinglyAndGoesBack() throws Exception {
        Files.writeString(policy, Files.readString(policy).replace("openFor: 60s", "openFor: 1s"));
        assertThat(LlmRouterContext.of(camel).policy("file:" + policy).reload()).isTrue();
        first.does(error(503, "down"));
        second.does(says("b"));
        long start = System.nanoTime();
        int asked = 0;
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4)) {
            assertThat(ask("auto", false).statusCode()).isEqualTo(200);
            asked++;
            TimeUnit.MILLISECONDS.sleep(250);
        }
        // 5 until the breaker opens, then at most two probes each time that it lets some through
        assertThat(first.requests.size()).isBetween(5, 5 + 2 * 5);
        assertThat(asked).isGreaterThan(first.requests.size());

        first.does(says("a"));
        Awaitility.await()
                .atMost(5, TimeUnit.SECONDS)
                .pollInterval(java.time.Duration.ofMillis(250))
                .until(() -> servedBy(ask("auto", false)).equals("first after 1"));
        for (int i = 0; i < 4; i++) {
            assertThat(servedBy(ask("auto", false))).isEqualTo("first after 1");
        }
    }

    @Test
    void aMalformedAnswerGoesToTheNextModel() throws Exception {
        first.does(status(200, "", "<html>busy</html>"));
        second.does(says("b"));

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions,[DONE]", "/v1/messages,message_stop", "/v1/responses,response.completed"})
    void aStreamWhoseFirstEventIsAnErrorGoesToTheNextModel(String path, String terminator) throws Exception {
        first.does(streams("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}"));
        second.does(streams(chunk("b"), STOP, "[DONE]"));

        HttpResponse<String> answer = ask(path, "auto", true);

        assertThat(servedBy(answer)).isEqualTo("second after 2");
        assertThat(answer.body()).contains("\"b\"", terminator);
    }

    @Test
    void aSlowFirstTokenGoesToTheNextModel() throws Exception {
        first.does(first.stalls());
        second.does(streams(chunk("b"), STOP, "[DONE]"));

        assertThat(servedBy(ask("auto", true))).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages", "/v1/responses"})
    void aStreamThatBreaksOffEndsWithAnErrorAndNeverAsFinished(String path) throws Exception {
        first.does(streams(chunk("one"), chunk("two")));

        String body = HTTP.send(request(path, "first", true), HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(body).contains("one", "two", "error").doesNotContain("[DONE]", "message_stop", "completed\"");
        if (path.equals("/v1/responses")) {
            assertThat(body).contains("event: response.failed");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .anySatisfy(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.TRUNCATED)));
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions,\"error\"", "/v1/responses,response.failed"})
    void aStreamThatStallsEndsWithAnError(String path, String error) throws Exception {
        first.does(first.stalls(chunk("one")));

        String body = ask(path, "first", true).body();

        assertThat(body).contains("one", error).doesNotContain("[DONE]", "response.completed");
    }

    @Test
    void aStreamWithoutATerminatorIsFinishedAndCounted() throws Exception {
        first.does(streams(
                chunk("one"),
                STOP,
                "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}"));

        String body = ask("first", true).body();

        assertThat(body).contains("one").endsWith("data: [DONE]\n\n");
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
        assertThat(java.util.Objects.requireNonNull(records.get(0).usage()).inputTokens())
                .isEqualTo(7);
        assertThat(records.get(0).costUsd()).isEqualByComparingTo("0.00001");
    }

    /** The wait for a terminator begins anew with every content: a provider may say more after a finish reason. */
    @Test
    void contentAfterAFinishReasonIsNotCutOff() throws Exception {
        first.does((socket, out) -> {
            streams(chunk("one"), STOP).answer(socket, out);
            for (String word : List.of("two", "three", "four")) {
                TimeUnit.MILLISECONDS.sleep(250);
                out.write(("data: " + chunk(word) + "\n\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                out.flush();
            }
            out.write("data: [DONE]\n\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });

        assertThat(ask("first", true).body()).contains("two", "three", "four").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aCallerThatGoesAwayClosesTheProvidersStream() throws Exception {
        first.does(first.endless());

        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(request("/v1/chat/completions", "first", true), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isPositive();
        answer.body().close();

        assertThat(first.clientGone.await(3, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .anySatisfy(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.CANCELLED)));
    }

    @Test
    void aProviderThatBlocksHoldsUpNobodyElse() throws Exception {
        second.does(says("b"));
        List<CompletableFuture<HttpResponse<String>>> slow = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.add(HTTP.sendAsync(
                    request("/v1/chat/completions", "slow", false), HttpResponse.BodyHandlers.ofString()));
        }

        long start = System.nanoTime();
        assertThat(servedBy(ask("second", false))).isEqualTo("second after 1");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(1000));
        for (CompletableFuture<HttpResponse<String>> answer : slow) {
            assertThat(answer.get(10, TimeUnit.SECONDS).body()).contains("slow");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/responses"})
    void anUnusableOutputEscalatesAndBothCallsAreBooked(String path) throws Exception {
        first.does(says("purple"), says("green"));

        HttpResponse<String> answer = ask(path, "task:colour", false);

        assertThat(answer.body()).contains("green");
        assertThat(answer.headers().firstValue("x-llm-tier")).contains("premium");
        assertThat(answer.headers().firstValue("x-llm-cost-usd")).contains("0.00003");
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
        assertThat(records.get(0).attempts()).hasSize(2);
        assertThat(records.get(0).verify()).isEqualTo(dev.llmrouter.dispatch.VerifyState.ESCALATED);
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions,[DONE]", "/v1/responses,response.completed"})
    void aCheckedAnswerReachesAStreamingCallerAsAStream(String path, String terminator) throws Exception {
        first.does(says("red"));

        HttpResponse<String> answer = ask(path, "task:colour", true);

        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(answer.body()).contains("\"red\"", terminator);
        assertThat(first.requests.get(0)).doesNotContain("\"stream\":true");
    }

    @Test
    void aChangedPolicyIsTakenOverAndABrokenOneIsNot() throws Exception {
        first.does(says("a"));
        LoadedPolicy loaded = LlmRouterContext.of(camel).policy("file:" + policy);
        String before = loaded.policy().hash();

        Files.writeString(policy, "version: [");
        assertThat(loaded.reload()).isFalse();
        assertThat(ask("first", false).headers().firstValue("x-llm-policy")).contains(before);

        writePolicy("rules: [ { id: r, when: { keywords: [hello] }, task: colour } ]");
        assertThat(loaded.reload()).isTrue();
        HttpResponse<String> after = ask("auto", false);
        assertThat(after.headers().firstValue("x-llm-policy").orElseThrow()).isNotEqualTo(before);
        assertThat(after.headers().firstValue("x-llm-task")).contains("colour");
    }

    @Test
    void aReloadKeepsTheCooldownOfAProviderThatHasNotChanged() throws Exception {
        first.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        second.does(says("b"));
        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 2");

        writePolicy("rules: [ { id: r, when: { keywords: [nothing] }, task: colour } ]");
        assertThat(LlmRouterContext.of(camel).policy("file:" + policy).reload()).isTrue();

        assertThat(servedBy(ask("auto", false))).isEqualTo("second after 1");
        assertThat(first.requests).hasSize(1);
    }
}
