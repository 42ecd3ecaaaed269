package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.llmrouter.policy.Price;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.Fault;
import dev.llmrouter.simulator.SimulatorServer;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.web.client.RestClient;

/** OpenAI's own client asks the gateway for embeddings, over real sockets; simulated providers answer on sockets, too. */
class EmbeddingsClientTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Price PRICE = new Price(new BigDecimal("0.02"), BigDecimal.ZERO, null, null, null, null);

    @TempDir
    private static Path folder;

    private static SimulatorServer first;
    private static SimulatorServer second;
    private static SimulatorServer broken;
    private static RunningGateway gateway;
    private static OpenAIClient openai;

    @BeforeAll
    static void start() throws Exception {
        Behaviour behaviour = Behaviour.ofDefaults().toBuilder().price(PRICE).build();
        first = SimulatorServer.start(behaviour, Clock.systemUTC(), "127.0.0.1", 0);
        second = SimulatorServer.start(behaviour, Clock.systemUTC(), "127.0.0.1", 0);
        broken = SimulatorServer.start(Behaviour.failing(Fault.status(500)), Clock.systemUTC(), "127.0.0.1", 0);
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: standard
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", breaker: { minimumCalls: 10000, window: 10000 } }
                  b: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", breaker: { minimumCalls: 10000, window: 10000 } }
                  c: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  sim: { protocol: simulator }
                models:
                  chat: { provider: a, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  small-a: { provider: a, id: text-embedding-3-small, context: 8192, capabilities: [embeddings, dimensions], vectorSpace: text-embedding-3-small/1536, price: { input: 0.02, asOf: 2026-07-02 } }
                  small-b: { provider: b, id: text-embedding-3-small, context: 8192, capabilities: [embeddings], vectorSpace: text-embedding-3-small/1536, price: { input: 0.02, asOf: 2026-07-02 } }
                  large: { provider: c, id: text-embedding-3-large, capabilities: [embeddings], vectorSpace: text-embedding-3-large/3072, price: { input: 0.13, asOf: 2026-07-02 } }
                  lying: { provider: b, id: text-embedding-3-large, capabilities: [embeddings], vectorSpace: something/8, price: unknown }
                  local: { provider: sim, capabilities: [embeddings, dimensions], vectorSpace: local/64, price: { input: 0.5, asOf: 2026-07-02 } }
                  f429: { provider: a, id: text-embedding-3-small, capabilities: [embeddings], vectorSpace: text-embedding-3-small/1536, price: { input: 0.02, asOf: 2026-07-02 } }
                  f500: { provider: a, id: text-embedding-3-small, capabilities: [embeddings], vectorSpace: text-embedding-3-small/1536, price: { input: 0.02, asOf: 2026-07-02 } }
                  freset: { provider: a, id: text-embedding-3-small, capabilities: [embeddings], vectorSpace: text-embedding-3-small/1536, price: { input: 0.02, asOf: 2026-07-02 } }
                tiers:
                  t429: { models: [f429, small-b], timeout: 20s }
                  t500: { models: [f500, small-b], timeout: 20s }
                  treset: { models: [freset, small-b], timeout: 20s }
                  standard: { models: [chat] }
                  small: { models: [small-a, small-b], timeout: 20s }
                  mixed: { models: [large, small-b], timeout: 20s }
                  home: { models: [local] }
                tasks:
                  search: { tier: small, description: Vectors of documents., rationale: One space for all. }
                  talk: { tier: standard, description: Chat., rationale: Chat. }
                keys:
                  - { name: all, sha256: %s }
                  - { name: home-only, sha256: %s, tiers: [home] }
                  - { name: search-only, sha256: %s, tasks: [search] }
                """.formatted(
                        first.port(),
                        second.port(),
                        broken.port(),
                        sha256("key-all"),
                        sha256("key-home"),
                        sha256("key-search")));
        gateway = RunningGateway.start(
                "--llm-router.policy=file:" + policy, "--llm-router.data=" + folder.resolve("data"));
        openai = client("key-all");
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterAll
    static void stop() {
        openai.close();
        gateway.close();
        first.close();
        second.close();
        broken.close();
    }

    private static EmbeddingCreateParams.Builder of(String model) {
        return EmbeddingCreateParams.builder().model(model);
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return gateway.post("/v1/embeddings", body, "Authorization", "Bearer key-all");
    }

    private static List<Float> vector(CreateEmbeddingResponse response, int index) {
        return response.data().get(index).embedding();
    }

    private static double dot(List<Float> a, List<Float> b) {
        return IntStream.range(0, a.size())
                .mapToDouble(i -> a.get(i) * b.get(i))
                .sum();
    }

    @Test
    void theOfficialClientGetsVectorsInBothEncodings() {
        CreateEmbeddingResponse floats = openai.embeddings()
                .create(of("tier:small")
                        .inputOfArrayOfStrings(List.of("the invoice is late", "the late invoice", "a red bicycle"))
                        .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                        .user("somebody")
                        .build());
        CreateEmbeddingResponse packed = openai.embeddings()
                .create(of("tier:small")
                        .input("the invoice is late")
                        .encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                        .build());
        assertThat(floats.data())
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.embedding()).hasSize(1536));
        assertThat(floats.model()).isEqualTo("text-embedding-3-small");
        assertThat(floats.usage().promptTokens())
                .isPositive()
                .isEqualTo(floats.usage().totalTokens());
        assertThat(vector(packed, 0)).isEqualTo(vector(floats, 0));
        assertThat(dot(vector(floats, 0), vector(floats, 0))).isBetween(0.999, 1.001);
        assertThat(dot(vector(floats, 0), vector(floats, 1)))
                .isGreaterThan(dot(vector(floats, 0), vector(floats, 2)) + 0.2);
    }

    @Test
    void tokensAreInputsAsWell() {
        CreateEmbeddingResponse one = openai.embeddings()
                .create(of("tier:small")
                        .inputOfArrayOfTokens(List.of(1212L, 318L, 257L))
                        .build());
        CreateEmbeddingResponse two = openai.embeddings()
                .create(of("tier:small")
                        .inputOfArrayOfTokenArrays(List.of(List.of(1212L, 318L, 257L), List.of(5L)))
                        .build());
        assertThat(one.usage().promptTokens()).isEqualTo(3);
        assertThat(two.data()).hasSize(2);
        assertThat(vector(two, 0)).isEqualTo(vector(one, 0));
    }

    /** Spring AI reads vectors as numbers only; the clients in JavaScript and Python ask for base64 of themselves. */
    @ParameterizedTest
    @CsvSource({
        "openai, float",
        "openai, base64",
        "openai-javascript, default",
        "openai-python, default",
        "langchain4j, float",
        "langchain4j, base64",
        "spring-ai, float"
    })
    void everyClientGetsShorterVectorsInItsEncoding(String client, String encoding) throws Exception {
        JsonNode expected = JSON.readTree(post("{\"model\":\"local\",\"input\":\"short\",\"dimensions\":16}")
                        .body())
                .at("/data/0/embedding");
        float[] vector = switch (client) {
            case "openai" -> byOpenAi(encoding);
            case "langchain4j" -> byLangChain4j(encoding);
            case "openai-javascript" -> byScript(MatrixScriptClient.Language.NODE);
            case "openai-python" -> byScript(MatrixScriptClient.Language.PYTHON);
            default -> bySpringAi(encoding);
        };

        assertThat(expected).hasSize(16);
        assertThat(vector).hasSize(16);
        for (int i = 0; i < vector.length; i++) {
            assertThat(vector[i]).isCloseTo(expected.get(i).floatValue(), within(1e-6f));
        }
    }

    private static float[] byOpenAi(String encoding) {
        List<Float> read = vector(
                openai.embeddings()
                        .create(of("local")
                                .input("short")
                                .dimensions(16)
                                .encodingFormat(EmbeddingCreateParams.EncodingFormat.of(encoding))
                                .build()),
                0);
        float[] vector = new float[read.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = read.get(i);
        }
        return vector;
    }

    private static float[] byScript(MatrixScriptClient.Language language) throws Exception {
        JsonNode read;
        try (var client = new MatrixScriptClient("embeddings", language, "openai", "chat", gateway.url(), "key-all")) {
            assumeTrue(client.missing() == null, client.missing());
            read = client.run("embeddings").path("vector");
        }
        float[] vector = new float[read.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = read.get(i).floatValue();
        }
        return vector;
    }

    private static float[] byLangChain4j(String encoding) {
        return OpenAiEmbeddingModel.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey("key-all")
                .modelName("local")
                .dimensions(16)
                .encodingFormat(encoding)
                .maxRetries(0)
                .build()
                .embed("short")
                .content()
                .vector();
    }

    private static float[] bySpringAi(String encoding) {
        OpenAiApi api = OpenAiApi.builder()
                .baseUrl(gateway.url())
                .apiKey("key-all")
                .restClientBuilder(RestClient.builder()
                        .requestFactory(new JdkClientHttpRequestFactory(HttpClient.newHttpClient())))
                .build();
        OpenAiEmbeddingOptions options = OpenAiEmbeddingOptions.builder()
                .model("local")
                .dimensions(16)
                .encodingFormat(encoding)
                .build();
        return new org.springframework.ai.openai.OpenAiEmbeddingModel(
                        api,
                        MetadataMode.EMBED,
                        options,
                        RetryTemplate.builder().maxAttempts(1).build())
                .embed("short");
    }

    @Test
    void dimensionsGoOnlyToModelsThatCanShorten() throws Exception {
        CreateEmbeddingResponse shortened = openai.embeddings()
                .create(of("local").input("short").dimensions(16).build());
        assertThat(vector(shortened, 0)).hasSize(16);
        assertThatThrownBy(() -> openai.embeddings()
                        .create(of("small-b").input("short").dimensions(256).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'small-b' cannot shorten its vectors");
        assertThat(post("{\"model\":\"small-a\",\"input\":\"x\",\"dimensions\":2000}")
                        .body())
                .contains("1536 dimensions, 2000 are asked for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"429", "500", "reset"})
    void anotherModelOfTheSameSpaceStandsIn(String fault) throws Exception {
        CreateEmbeddingResponse before =
                openai.embeddings().create(of("small-b").input("the same words").build());
        long billed = second.bill().of("text-embedding-3-small").calls();
        first.next(fault.equals("reset") ? new Fault.Reset() : Fault.status(Integer.parseInt(fault)));
        HttpResponse<String> response = post("{\"model\":\"tier:t" + fault + "\",\"input\":\"the same words\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-llm-model")).contains("small-b");
        assertThat(response.headers().firstValue("x-llm-attempts")).contains("2");
        assertThat(second.bill().of("text-embedding-3-small").calls()).isEqualTo(billed + 1);
        JsonNode vector = JSON.readTree(response.body()).at("/data/0/embedding");
        assertThat(vector).hasSize(1536);
        assertThat(vector.get(0).floatValue()).isEqualTo(vector(before, 0).get(0));
    }

    @Test
    void noModelOfAnotherSpaceStandsIn() throws Exception {
        long billed = second.bill().of("text-embedding-3-small").calls();
        assertThatThrownBy(() -> openai.embeddings()
                        .create(of("tier:mixed").input("which space?").build()))
                .isInstanceOf(InternalServerException.class);
        assertThat(second.bill().of("text-embedding-3-small").calls()).isEqualTo(billed);
    }

    @Test
    void vectorsOfAnotherLengthThanTheirSpaceAreAFailure() throws Exception {
        HttpResponse<String> response = post("{\"model\":\"lying\",\"input\":\"x\"}");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).doesNotContain("embedding\":[");
    }

    @Test
    void autoIsRefusedWhereTheSpaceWouldBeAGuess() {
        assertThatThrownBy(() ->
                        openai.embeddings().create(of("auto").input("which?").build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("tier:small, tier:mixed, tier:home");
    }

    @Test
    void aTaskThatTheCallerNamesLeadsToItsTier() throws Exception {
        HttpResponse<String> response = gateway.post(
                "/v1/embeddings",
                "{\"model\":\"auto\",\"input\":\"x\"}",
                "Authorization",
                "Bearer key-search",
                "x-llm-task",
                "search");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-llm-tier")).contains("small");
        assertThat(response.headers().firstValue("x-llm-task")).contains("search");
    }

    @Test
    void keysHoldAsForChat() {
        OpenAIClient home = client("key-home");
        OpenAIClient search = client("key-search");
        try {
            assertThat(home.embeddings()
                            .create(of("tier:home").input("x").build())
                            .data()
                            .get(0)
                            .embedding())
                    .hasSize(64);
            assertThatThrownBy(() ->
                            home.embeddings().create(of("small-a").input("x").build()))
                    .isInstanceOf(PermissionDeniedException.class)
                    .hasMessageContaining("may not use tier 'small'");
            assertThatThrownBy(() -> search.embeddings()
                            .create(of("tier:home").input("x").build()))
                    .isInstanceOf(PermissionDeniedException.class)
                    .hasMessageContaining("x-llm-task");
        } finally {
            home.close();
            search.close();
        }
    }

    @Test
    void chatAndEmbeddingModelsDoNotStandInForEachOther() throws Exception {
        assertThat(post("{\"model\":\"chat\",\"input\":\"x\"}").body()).contains("makes no embeddings");
        HttpResponse<String> chat = gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"small-a\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "Authorization",
                "Bearer key-all");
        assertThat(chat.statusCode()).isEqualTo(400);
        assertThat(chat.body()).contains("makes embeddings, and answers no chat");
    }

    @Test
    void theLedgerHoldsWhatWasBilled() throws Exception {
        BigDecimal before = first.bill().of("text-embedding-3-small").usd();
        HttpResponse<String> response = post("{\"model\":\"small-a\",\"input\":[\"one\",\"two words\"]}");
        BigDecimal billed = first.bill().of("text-embedding-3-small").usd().subtract(before);
        String id = response.headers().firstValue("x-llm-request-id").orElseThrow();
        assertThat(billed).isPositive();
        assertThat(new BigDecimal(
                        response.headers().firstValue("x-llm-cost-usd").orElseThrow()))
                .isEqualByComparingTo(billed);
        Awaitility.await()
                .untilAsserted(() -> assertThat(row(id))
                        .isEqualTo("embeddings|embeddings|small|small-a|"
                                + billed.movePointRight(12).toBigInteger() + "|"
                                + billed.movePointRight(12).toBigInteger() + "|ok"));
    }

    private static String row(String id) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("data").resolve("ledger.db"));
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT operation || '|' || dialect || '|' || tier || '|' || model || '|'"
                                + " || cost_pico_usd || '|' || baseline_cost_pico_usd || '|' || outcome"
                                + " FROM llm_request WHERE request_id = '" + id + "'")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"model\":\"tier:small\"}",
                "{\"input\":\"x\"}",
                "{\"model\":\"tier:small\",\"input\":\"\"}",
                "{\"model\":\"tier:small\",\"input\":[]}",
                "{\"model\":\"tier:small\",\"input\":[[]]}",
                "{\"model\":\"tier:small\",\"input\":[\"a\",1]}",
                "{\"model\":\"tier:small\",\"input\":[1,\"a\"]}",
                "{\"model\":\"tier:small\",\"input\":[1.5]}",
                "{\"model\":\"tier:small\",\"input\":[-1]}",
                "{\"model\":\"tier:small\",\"input\":{}}",
                "{\"model\":\"tier:small\",\"input\":\"x\",\"dimensions\":0}",
                "{\"model\":\"tier:small\",\"input\":\"x\",\"dimensions\":1e9}",
                "{\"model\":\"tier:small\",\"input\":\"x\",\"encoding_format\":\"int8\"}",
                "{\"model\":\"tier:small\",\"input\":\"x\",\"stream\":true}",
                "{\"model\":\"tier:small\",\"input\":\"x\",\"user\":7}",
                "{\"model\":\"tier:nowhere\",\"input\":\"x\"}"
            })
    void hostileBodiesGetAnErrorInOpenAisShape(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).isIn(400, 404);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.has("param")).isTrue();
        assertThat(error.has("code")).isTrue();
    }

    @Test
    @Timeout(20)
    void tooManyOrTooLongInputsAreRefusedAndCallNobody() throws Exception {
        long before = first.bill().of("text-embedding-3-small").calls();
        String many = IntStream.range(0, 2049).mapToObj(i -> "\"a\"").collect(Collectors.joining(","));
        HttpResponse<String> response = post("{\"model\":\"tier:small\",\"input\":[" + many + "]}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("2049 inputs; allowed are 2048");
        String deep = "[".repeat(100_000);
        assertThat(post("{\"model\":\"tier:small\",\"input\":" + deep).statusCode())
                .isEqualTo(400);
        String tokens = IntStream.range(0, 1_000_000).mapToObj(i -> "7").collect(Collectors.joining(","));
        assertThat(post("{\"model\":\"tier:small\",\"input\":[" + tokens + "]}").body())
                .contains("context_length_exceeded");
        assertThat(first.bill().of("text-embedding-3-small").calls()).isEqualTo(before);
    }

    @Test
    void aLargeBatchComesBackWhole() {
        List<String> texts =
                IntStream.range(0, 500).mapToObj(i -> "text number " + i).toList();
        CreateEmbeddingResponse response = openai.embeddings()
                .create(of("local")
                        .inputOfArrayOfStrings(texts)
                        .putAdditionalBodyProperty("dimensions", JsonValue.from(32))
                        .build());
        assertThat(response.data()).hasSize(500);
        assertThat(response.data().get(499).index()).isEqualTo(499);
        assertThat(response.data())
                .allSatisfy(each -> assertThat(each.embedding()).hasSize(32));
    }
}
