package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.camel.ShippedRoutes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a line costs whose first tries were paid and came to nothing: a model that fails with a usage so many times, then answers. */
class LineTriesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FAILED = """
            {"id":"c","object":"chat.completion","model":"m","choices":[],"error":{"message":"broke","code":502},
             "usage":{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010}}""";
    private static final String ANSWER = """
            {"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop",
             "message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}""";

    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger(); // number of the call whose connection breaks; 0 for none

    @TempDir
    private Path folder;

    private final HttpServer server;
    private DefaultCamelContext camel = new DefaultCamelContext();
    private Path in = Path.of("");

    LineTriesTest() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    }

    @BeforeEach
    void prepare() throws Exception {
        server.createContext("/", http -> {
            http.getRequestBody().readAllBytes();
            if (calls.incrementAndGet() == broken.get()) {
                http.close();
                return;
            }
            byte[] answer = (failuresLeft.getAndDecrement() > 0 ? FAILED : ANSWER).getBytes(StandardCharsets.UTF_8);
            http.getResponseHeaders().add("content-type", "application/json");
            http.sendResponseHeaders(200, answer.length);
            http.getResponseBody().write(answer);
            http.close();
        });
        server.start();
        in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(
                folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: only
                evidence: off
                providers:
                  here: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", breaker: { window: 1000, minimumCalls: 1000 } }
                models:
                  model: { provider: here, context: 8000, price: { input: 1, output: 10, asOf: 2026-07-02 } }
                tiers: { only: { models: [model], maxAttempts: 1 } }
                tasks: {}
                """.formatted(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        camel.stop();
        server.stop(0);
    }

    private void start() throws Exception {
        start("1");
    }

    private void start(String retries) throws Exception {
        camel.getPropertiesComponent()
                .addOverrideProperty("llm-router.policy", "file:" + folder.resolve("policy.yaml"));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.in", in.toString());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.retries", retries);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.retry-delay-ms", "20");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.poll", "100ms");
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    private void restart() throws Exception {
        camel.stop();
        camel = new DefaultCamelContext();
        start();
    }

    private void awaitDone() {
        Path done = in.resolve(".done").resolve("some.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(done) && report().has("answered"));
    }

    private List<JsonNode> lines(String ending) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(in.resolve("results").resolve("some." + ending + ".jsonl"))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private JsonNode report() throws Exception {
        return JSON.readTree(in.resolve("results").resolve("some.batch.json").toFile());
    }

    private void again() throws Exception {
        Files.move(in.resolve(".done/some.jsonl"), in.resolve("some.jsonl"));
    }

    @Test
    void aLineThatIsAnsweredAtLastCostsAllItsTries() throws Exception {
        failuresLeft.set(1);
        Files.writeString(in.resolve("some.jsonl"), "{\"input\":\"Hello\"}\n");
        start();
        awaitDone();

        assertThat(calls).hasValue(2);
        JsonNode result = lines("results").get(0);
        // 1000 x 1 + 10 x 10, and 1000 x 1 + 100 x 10, a million each
        assertThat(result.path("cost_usd").decimalValue()).isEqualByComparingTo("0.0031");
        assertThat(result.path("attempts").intValue()).isEqualTo(1);
        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0031");
    }

    @Test
    void ofALineWithATryOfUnknownCostTheRestIsKnown() throws Exception {
        failuresLeft.set(1);
        broken.set(2);
        Files.writeString(in.resolve("some.jsonl"), "{\"input\":\"Hello\"}\n");
        start("2");
        awaitDone();

        assertThat(calls).hasValue(3);
        JsonNode result = lines("results").get(0);
        assertThat(result.path("cost_usd").isNull()).isTrue();
        assertThat(result.path("known_cost_usd").decimalValue()).isEqualByComparingTo("0.0031");
        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0031");
        assertThat(report().path("cost_unknown").intValue()).isOne();
    }

    @Test
    void whatEarlierRunsPaidStaysPaid() throws Exception {
        failuresLeft.set(2);
        Files.writeString(in.resolve("some.jsonl"), "{\"input\":\"Hello\"}\n{\"bad\":1}\n");
        start();
        awaitDone();

        JsonNode error = lines("errors").stream()
                .filter(each -> each.path("line").intValue() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(error.path("again").booleanValue()).isTrue();
        assertThat(error.path("cost_usd").decimalValue()).isEqualByComparingTo("0.0022");
        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0022");
        assertThat(report().has("cost_unknown")).isFalse();

        failuresLeft.set(2);
        again();
        restart();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> calls.get() == 4);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0044"));
        assertThat(lines("errors")).hasSize(2); // one for each line, whatever was written between

        again();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> calls.get() == 5);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0064"));
        assertThat(lines("results"))
                .singleElement()
                .satisfies(result ->
                        assertThat(result.path("cost_usd").decimalValue()).isEqualByComparingTo("0.0064"));
        assertThat(lines("errors")).singleElement().satisfies(left -> {
            assertThat(left.path("line").intValue()).isEqualTo(2);
            assertThat(left.path("cost_usd").decimalValue()).isZero();
        });
    }
}
