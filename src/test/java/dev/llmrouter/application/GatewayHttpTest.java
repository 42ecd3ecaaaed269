package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.policy.AccessKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway over plain HTTP: the contract's paths, hostile bodies, spoofed headers, keys. */
class GatewayHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"remote","choices":[{"index":0,
            "message":{"role":"assistant","content":"fine","refusal":null},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}""";
    private static final AccessKeys.Generated KEY = AccessKeys.generate("team-a", new SecureRandom());

    /** What reached the provider. */
    private static final List<Headers> HEADERS = new CopyOnWriteArrayList<>();

    private static final List<String> BODIES = new CopyOnWriteArrayList<>();

    @TempDir
    private static Path folder;

    private static HttpServer provider;
    private static RunningGateway example;
    private static RunningGateway real;
    private static RunningGateway guarded;

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/v1/chat/completions", exchange -> {
            HEADERS.add(exchange.getRequestHeaders());
            BODIES.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Set-Cookie", "provider=1");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        example = RunningGateway.start();
        real = RunningGateway.start("--llm-router.policy=file:" + policy("real.yaml", ""));
        String sha256 = KEY.yaml().replaceAll("(?s).*sha256: \"?([0-9a-f]{64}).*", "$1");
        guarded = RunningGateway.start("--llm-router.policy=file:"
                + policy("guarded.yaml", "keys: [ { name: team-a, sha256: " + sha256 + ", tiers: [economy] } ]\n"));
    }

    private static Path policy(String name, String more) throws Exception {
        String text = """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  local: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: sk-provider-secret }
                models:
                  small: { provider: local, id: remote-small, context: 8000, price: { input: 0.15, output: 0.60, asOf: 2026-07-02 } }
                  large: { provider: local, id: remote-large, context: 8000, price: { input: 2.5, output: 10, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  summary: { tier: economy, description: Summaries, rationale: Short texts. }
                rules:
                  - { id: words, when: { keywords: [summarise] }, task: summary }
                """.formatted(provider.getAddress().getPort());
        return Files.writeString(folder.resolve(name), text + more);
    }

    @AfterAll
    static void stop() {
        example.close();
        real.close();
        guarded.close();
        provider.stop(0);
    }

    @BeforeEach
    void forget() {
        HEADERS.clear();
        BODIES.clear();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Classify this ticket as billing, technical or general: my card was charged twice | classification | economy",
                "Extract the invoice number and date as JSON: invoice 7 of 3 May | extraction | economy",
                "Summarise in two sentences: The quick brown fox | short-summary | economy",
                "Write a product description for a kettle | generation | economy",
                "Compare these two contracts clause by clause and assess the risk: A and B | analysis | premium"
            })
    void plainSentencesGoWhereAReaderExpects(String text, String task, String tier) throws Exception {
        HttpResponse<String> answer = example.post(
                "/v1/route",
                JSON.createObjectNode()
                        .put("model", "auto")
                        .set(
                                "messages",
                                JSON.createArrayNode()
                                        .add(JSON.createObjectNode()
                                                .put("role", "user")
                                                .put("content", text)))
                        .toString());

        JsonNode decision = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(decision.path("task").asText()).isEqualTo(task);
        assertThat(decision.path("tier").asText()).isEqualTo(tier);
        assertThat(decision.path("source").asText()).isEqualTo("rule");
        assertThat(decision.path("candidates").get(0).path("model").asText()).isNotEmpty();
        assertThat(decision.path("reasons")).isNotEmpty();
        assertThat(decision.path("characteristics").path("input_tokens").asInt())
                .isPositive();
    }

    /** As the paths of these dialects decide it. */
    @ParameterizedTest
    @ValueSource(strings = {"""
                {"model":"auto","max_tokens":9,"system":"Summarise in two sentences what comes.",
                 "tools":[{"name":"look","input_schema":{"type":"object"}}],
                 "messages":[{"role":"user","content":[{"type":"text","text":"The fox."},
                  {"type":"image","source":{"type":"file","file_id":"f-1"}}]}]}""", """
                {"model":"auto","instructions":"Summarise in two sentences what comes.",
                 "tools":[{"type":"function","name":"look","parameters":{"type":"object"}}],
                 "input":[{"role":"user","content":[{"type":"input_text","text":"The fox."},
                  {"type":"input_image","image_url":"https://example.com/fox.png"}]}]}"""})
    void theDryRunTakesEveryDialect(String body) throws Exception {
        HttpResponse<String> answer = example.post("/v1/route", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode decision = JSON.readTree(answer.body());
        assertThat(decision.path("task").asText()).isEqualTo("short-summary");
        assertThat(decision.at("/characteristics/modalities")).hasToString("[\"image\"]");
        assertThat(decision.at("/characteristics/tools").asBoolean()).isTrue();
    }

    @Test
    void operationsAreOnTheSamePort() throws Exception {
        example.post("/v1/chat/completions", request("auto", "Summarise this: rain"));

        assertThat(example.get("/health").statusCode()).isEqualTo(200);
        assertThat(example.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(example.get("/").body()).contains("built-in simulator", "short-summary");
        assertThat(real.get("/").body())
                .contains(
                        "<tr><th scope=\"row\">small<span class=\"sub\">local</span></th><td class=\"left words\">economy</td>");
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(example.get("/metrics").body())
                        .contains("llm_router_requests_total{", "gen_ai_client_operation_duration_seconds_count{")
                        .contains("task=\"short-summary\""));
        assertThat(example.get("/v1/chat/completions").statusCode()).isEqualTo(405);
        assertThat(example.get("/nowhere").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"model\":\"auto\"}",
                "{\"model\":\"auto\",\"messages\":[]}",
                "{\"model\":7,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":{}}]}",
                "{\"model\":\"auto\",\"model\":\"large\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"auto\",\"max_tokens\":\"many\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"auto\",\"max_tokens\":1e99999,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
            })
    void aMalformedBodyGetsA4xxInTheCallersDialectAndReachesNoProvider(String body) throws Exception {
        HttpResponse<String> openai = real.post("/v1/chat/completions", body);
        HttpResponse<String> anthropic = real.post("/v1/messages", body);

        assertThat(openai.statusCode()).isBetween(400, 499);
        assertThat(JSON.readTree(openai.body()).path("error").path("type").asText())
                .isEqualTo("invalid_request_error");
        assertThat(anthropic.statusCode()).isBetween(400, 499);
        assertThat(JSON.readTree(anthropic.body()).path("type").asText()).isEqualTo("error");
        assertThat(BODIES).isEmpty();
    }

    @Test
    void depthSizeAndBadUtf8AreBounded() throws Exception {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        byte[] badUtf8 = request("auto", "x?").getBytes(StandardCharsets.ISO_8859_1);
        badUtf8[new String(badUtf8, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xC3;

        assertThat(real.post("/v1/chat/completions", "{\"model\":\"auto\",\"messages\":" + deep + "}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(real.post("/v1/chat/completions", badUtf8).statusCode()).isEqualTo(400);
        assertThat(real.post("/v1/messages", new byte[10_000_001]).statusCode()).isEqualTo(413);
        assertThat(BODIES).isEmpty();
    }

    /** Camel leaves the last caught exception on the exchange: it must not become the failure of a later request. */
    @Test
    void aFailureIsNotRecordedForTheRequestsAfterIt() throws Exception {
        for (int i = 0; i < 5; i++) {
            guarded.post("/v1/chat/completions", "{", "x-api-key", KEY.key());
        }
        for (int i = 0; i < 5; i++) {
            guarded.post("/v1/chat/completions", request("auto", "Summarise this"), "x-api-key", KEY.key());
        }

        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(guarded.get("/metrics").body())
                        .contains("outcome=\"ok\",provider=\"local\",source=\"rule\",task=\"summary\"")
                        .doesNotContain("outcome=\"refused\",provider=\"local\""));
    }

    @Test
    void spoofedHeadersNeitherReachAProviderNorChangeADecision() throws Exception {
        HttpResponse<String> answer = real.post(
                "/v1/chat/completions",
                request("auto", "Hello"),
                "CamelHttpUri",
                "http://127.0.0.1:1/evil",
                "CamelLlmRouterTier",
                "economy",
                "CamelLlmRouterTask",
                "summary",
                "x-llm-tier",
                "economy",
                "x-llm-model",
                "small",
                "Authorization",
                "Bearer caller-secret",
                "Cookie",
                "session=1",
                "X-Forwarded-Host",
                "evil");

        assertThat(answer.headers().firstValue("x-llm-tier")).contains("premium");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(HEADERS).hasSize(1);
        Headers sent = HEADERS.get(0);
        assertThat(sent.getFirst("Authorization")).isEqualTo("Bearer sk-provider-secret");
        assertThat(sent.keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("camel")
                        || name.toLowerCase(java.util.Locale.ROOT).startsWith("x-"))
                .doesNotContain("Cookie");
        assertThat(JSON.readTree(BODIES.get(0)).path("model").asText()).isEqualTo("remote-large");
    }

    @Test
    void fieldsThatAreNotKnownTravelOnAndCostIsExact() throws Exception {
        HttpResponse<String> answer = real.post(
                "/v1/chat/completions",
                "{\"model\":\"auto\",\"vendor_field\":{\"a\":1.50},\"messages\":[{\"role\":\"user\",\"content\":\"Summarise this\"}]}");

        assertThat(BODIES.get(0)).contains("\"vendor_field\":{\"a\":1.50}");
        assertThat(answer.headers().firstValue("x-llm-cost-usd")).contains("0.00021");
        assertThat(JSON.readTree(answer.body()).path("model").asText()).isEqualTo("remote");
    }

    @Test
    void aPolicyWithKeysLetsInWhoHasOneAndOnlyWhereItMay() throws Exception {
        String summary = request("auto", "Summarise this");

        assertThat(guarded.post("/v1/chat/completions", summary).statusCode()).isEqualTo(401);
        assertThat(guarded.post("/v1/chat/completions", summary, "Authorization", "Bearer wrong")
                        .statusCode())
                .isEqualTo(401);
        assertThat(guarded.post("/v1/chat/completions", summary, "Authorization", "Bearer " + KEY.key())
                        .statusCode())
                .isEqualTo(200);
        assertThat(guarded.post("/v1/chat/completions", request("auto", "Hello"), "x-api-key", KEY.key())
                        .statusCode())
                .isEqualTo(403);
        assertThat(guarded.get("/v1/models").statusCode()).isEqualTo(401);
    }

    @Test
    void aKeySeesTheModelsThatItMayName() throws Exception {
        List<String> ids = JSON.readTree(
                        guarded.get("/v1/models", "x-api-key", KEY.key()).body())
                .findValuesAsText("id");

        assertThat(ids).contains("auto", "tier:economy", "small").doesNotContain("tier:premium", "large");
        assertThat(guarded.get("/v1/models/large", "x-api-key", KEY.key()).statusCode())
                .isEqualTo(404);
        assertThat(JSON.readTree(real.get("/v1/models").body()).findValuesAsText("id"))
                .contains("auto", "tier:economy", "small", "tier:premium", "large");
    }

    /** Issue 13, C1. */
    @Test
    void aReloadThatLosesTheKeysOpensNoDoorAndHealthSaysWhy() throws Exception {
        Path file = folder.resolve("guarded.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before.replaceAll("(?m)^keys:.*$", ""));
        try {
            org.awaitility.Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(guarded.get("/health").body()).contains("restart to serve without keys"));
            assertThat(guarded.get("/metrics").body())
                    .contains("llm_router_policy_reload_failed{policy=\"file:" + file + "\"} 1.0");
            assertThat(guarded.post("/v1/chat/completions", request("auto", "Summarise this"))
                            .statusCode())
                    .isEqualTo(401);
        } finally {
            Files.writeString(file, before);
        }
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(guarded.get("/health").body()).doesNotContain("reload_problem"));
    }

    @Test
    void feedbackIsTakenFromWhoMayCall() throws Exception {
        HttpResponse<String> answer = real.post("/v1/chat/completions", request("auto", "Summarise this"));
        String feedback = "{\"request_id\":\""
                + answer.headers().firstValue("x-llm-request-id").orElseThrow() + "\",\"useful\":true}";

        HttpResponse<String> taken = real.post("/v1/feedback", feedback);
        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(taken.body()).path("status").asText()).isEqualTo("recorded");
        assertThat(guarded.post("/v1/feedback", feedback).statusCode()).isEqualTo(401);
        assertThat(guarded.post("/v1/feedback", feedback, "x-api-key", KEY.key())
                        .body())
                .contains("unknown");
        assertThat(real.get("/v1/feedback").statusCode()).isEqualTo(405);
    }

    private static String request(String model, String text) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }
}
