package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import dev.llmrouter.chat.OpenAiDescription;
import dev.llmrouter.chat.WireSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway has beside chat: single models, stored responses that there are not, counted tokens, CORS. */
class GatewayPathsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PAGE = "https://app.example";

    private static RunningGateway closed;
    private static RunningGateway open;
    private static OpenAIClient openai;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() {
        closed = RunningGateway.start();
        open = RunningGateway.start("--llm-router.cors-origins=" + PAGE + ", http://localhost:3000");
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(closed.url() + "/v1")
                .apiKey("not-needed")
                .maxRetries(0)
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(closed.url())
                .apiKey("not-needed")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openai.close();
        anthropic.close();
        closed.close();
        open.close();
    }

    private static HttpResponse<String> send(RunningGateway gateway, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "tier:premium", "task:analysis", "gpt-4o"})
    void aModelIsToldAsInTheList(String name) {
        assertThat(openai.models().retrieve(name))
                .isEqualTo(openai.models().list().data().stream()
                        .filter(model -> model.id().equals(name))
                        .findFirst()
                        .orElseThrow());
    }

    /** Issue 16, 4. */
    @Test
    void whatIsToldFitsThePublishedDescription() throws Exception {
        JsonNode list = JSON.readTree(closed.get("/v1/models").body());
        assertThat(list.path("data")).isNotEmpty();
        assertThat(OpenAiDescription.schema("ListModelsResponse").validate(list))
                .isEmpty();
        var schema = OpenAiDescription.schema("Model");
        for (JsonNode model : list.path("data")) {
            String one = closed.get("/v1/models/" + model.path("id").asText()).body();
            assertThat(schema.validate(JSON.readTree(one))).isEmpty();
        }
        for (String path : List.of("/v1/models/gpt-99", "/v1/responses/resp_1")) {
            assertThat(OpenAiDescription.schema("ErrorResponse")
                            .validate(JSON.readTree(closed.get(path).body())))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-99", "%25zz", "a/b", "..%2f..%2fpolicy", ""})
    void aModelThatIsNotThereIsA404WithTheNamesThatAre(String name) throws Exception {
        HttpResponse<String> answer = closed.get("/v1/models/" + name);

        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(error.path("code").asText()).isEqualTo("model_not_found");
        assertThat(error.path("message").asText()).contains("auto", "tier:economy", "gpt-4o-mini");
    }

    @Test
    void aStoredResponseIsA404ThatSaysWhy() throws Exception {
        assertThatThrownBy(() -> openai.responses().retrieve("resp_1"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("stores no responses");
        for (List<String> call : List.of(
                List.of("DELETE", "/v1/responses/resp_1"),
                List.of("POST", "/v1/responses/resp_1/cancel"),
                List.of("GET", "/v1/responses/resp_1/input_items"))) {
            HttpResponse<String> answer = send(closed, call.get(0), call.get(1));
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(JSON.readTree(answer.body()).at("/error/code").asText()).isEqualTo("response_not_found");
        }
    }

    @Test
    void tokensAreCountedByEstimateAndTheHeaderSaysSo() throws Exception {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
        long counted = anthropic
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("auto")
                        .system("Be brief.")
                        .addUserMessage(text)
                        .build())
                .inputTokens();
        HttpResponse<String> raw = closed.post(
                "/v1/messages/count_tokens",
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

        assertThat(counted).isBetween(180L, 260L);
        assertThat(raw.headers().firstValue("x-llm-tokens-estimated")).contains("true");
        assertThat(JSON.readTree(raw.body()).path("input_tokens").asInt()).isBetween(1, 20);
        assertThat(raw.headers().firstValue("x-llm-model")).isEmpty();
        assertThat(WireSchema.faults("anthropic", "CountedTokens", JSON.readTree(raw.body())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"POST | {", "POST | {\"model\":\"auto\"}", "POST | {\"model\":\"auto\",\"messages\":[7]}", "GET | "
            })
    void whatCannotBeCountedIsAnErrorOfAnthropics(String method, String body) throws Exception {
        HttpResponse<String> answer = method.equals("GET")
                ? closed.get("/v1/messages/count_tokens")
                : closed.post("/v1/messages/count_tokens", body);

        assertThat(answer.statusCode()).isBetween(400, 499);
        assertThat(JSON.readTree(answer.body()).path("type").asText()).isEqualTo("error");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTextBlockHasNoFieldThatIsNull(boolean stream) throws Exception {
        HttpResponse<String> answer = closed.post(
                "/v1/messages",
                "{\"model\":\"auto\",\"max_tokens\":50,\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise: rain\"}]}");

        assertThat(answer.body()).contains("\"type\":\"text\"").doesNotContain("citations");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/policy", "/health", "/health/ready", "/metrics", "/v1/models", "/v1/models/auto"})
    void headIsServedWhereGetIs(String path) throws Exception {
        HttpResponse<String> head = send(closed, "HEAD", path);

        assertThat(head.statusCode()).isEqualTo(closed.get(path).statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions | OPTIONS, POST",
                "/v1/models           | GET, HEAD, OPTIONS",
                "/v1/models/auto      | GET, HEAD, OPTIONS",
                "/v1/responses        | OPTIONS, POST",
                "/health              | GET, HEAD, OPTIONS"
            })
    void optionsTellsTheMethods(String path, String allowed) throws Exception {
        HttpResponse<String> answer = send(closed, "OPTIONS", path);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(send(closed, "OPTIONS", "/nowhere").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> preflight(RunningGateway gateway, String origin) throws Exception {
        return send(
                gateway,
                "OPTIONS",
                "/v1/responses",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization, content-type, x-stainless-os");
    }

    @Test
    void aListedPageMaySendAndRead() throws Exception {
        HttpResponse<String> asked = preflight(open, PAGE);
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Methods")).contains("OPTIONS, POST");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("authorization, content-type, x-stainless-os");
        assertThat(asked.headers().firstValue("Vary")).contains("Origin");

        for (String body : List.of("{\"model\":\"auto\",\"input\":\"Hi\"}", "{")) {
            HttpResponse<String> answer = open.post("/v1/responses", body, "Origin", PAGE);
            assertThat(answer.statusCode()).isEqualTo(body.equals("{") ? 400 : 200);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(PAGE);
            assertThat(answer.headers()
                            .firstValue("Access-Control-Expose-Headers")
                            .orElse(""))
                    .contains("x-llm-model");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "https://app.example.evil.example", "http://app.example", "null"})
    void anyOtherPageIsToldNothing(String origin) throws Exception {
        HttpResponse<String> asked = preflight(open, origin);
        HttpResponse<String> sent =
                open.post("/v1/responses", "{\"model\":\"auto\",\"input\":\"Hi\"}", "Origin", origin);

        assertThat(asked.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        assertThat(sent.statusCode()).isEqualTo(403);
        assertThat(sent.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void withoutTheSettingNoPageIsToldAnything() throws Exception {
        assertThat(preflight(closed, PAGE).headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control") || name.equals("vary"));
        assertThat(closed.post("/v1/responses", "{\"model\":\"auto\",\"input\":\"Hi\"}", "Origin", PAGE)
                        .statusCode())
                .isEqualTo(403);
    }

    /** Browsers send no key with a preflight; the request itself needs it, and its refusal can be read by the page. */
    @Test
    void aPreflightNeedsNoKeyAndTheRequestDoes(@TempDir Path folder) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest("key-app".getBytes(StandardCharsets.UTF_8));
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: standard
                evidence: off
                providers:
                  sim: { protocol: simulator }
                models:
                  pretended: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  standard: { models: [pretended] }
                tasks: {}
                keys:
                  - { name: app, sha256: %s }
                """.formatted(HexFormat.of().formatHex(hash)));
        String body = "{\"model\":\"auto\",\"input\":\"Hi\",\"max_tokens\":20,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        try (RunningGateway keyed =
                RunningGateway.start("--llm-router.policy=file:" + policy, "--llm-router.cors-origins=" + PAGE)) {
            for (String path : List.of("/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/messages")) {
                HttpResponse<String> asked = send(
                        keyed,
                        "OPTIONS",
                        path,
                        "Origin",
                        PAGE,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization");
                assertThat(asked.statusCode()).isEqualTo(204);
                assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
                        .contains(PAGE);

                HttpResponse<String> refused = keyed.post(path, body, "Origin", PAGE);
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                        .contains(PAGE);
                assertThat(keyed.post(path, body, "Origin", PAGE, "Authorization", "Bearer key-app")
                                .statusCode())
                        .isNotIn(401, 403);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "app.example", "https://app.example/path", "https://*.app.example", "null"})
    void whatIsNoOriginStopsTheStart(String origin) {
        assertThatThrownBy(() -> RunningGateway.start("--llm-router.cors-origins=" + origin))
                .hasStackTraceContaining("llm-router.cors-origins")
                .hasStackTraceContaining("'" + origin + "'");
    }
}
