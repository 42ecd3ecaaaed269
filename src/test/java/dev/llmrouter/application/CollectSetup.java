package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PairEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running gateway that collects evidence for one task, and the provider of its models: {@code small} of the tier economy, {@code large} of
 * the baseline, and {@code referee}. What a model answers is in {@link #answers}; all others say the same.
 */
abstract class CollectSetup {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String ASK =
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Sort this secretword ticket %d\"}]}";
    static final Duration WITHIN = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    HttpServer provider;
    String members = "[large]";
    String ofEconomy = "";
    String ofSmall = "";
    String priceOfSmall = "0.1";
    int written = 2; // tokens of an answer of small
    final AtomicInteger asked = new AtomicInteger(); // repeats do not count
    final Map<String, String> answers = new ConcurrentHashMap<>();
    private final AtomicInteger slow = new AtomicInteger();
    final AtomicInteger slowAtOnce = new AtomicInteger(); // the most calls of slow models at a time
    final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    @BeforeEach
    void startProvider() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newCachedThreadPool());
        provider.createContext("/", exchange -> {
            JsonNode asked = JSON.readTree(exchange.getRequestBody());
            String model = asked.get("model").textValue();
            calls.computeIfAbsent(model, key -> new AtomicInteger()).incrementAndGet();
            var reply = JSON.createObjectNode()
                    .put("id", "x")
                    .put("object", "chat.completion")
                    .put("created", 1);
            reply.put("model", model);
            var choice = reply.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
            String answer = answers.getOrDefault(model, "same");
            if (answer.startsWith(
                    "judge:")) { // who tells an answer off the point from another one, and says this of all others
                String text = asked.toString();
                int off = text.indexOf("The trains were on time");
                String better = off < 0 ? answer.substring(6) : off < text.indexOf("ANSWER B") ? "B" : "A";
                answer = "{\"better\":\"" + better + "\"}";
            }
            if (answer.equals("refused")) {
                byte[] error = "{\"error\":{\"message\":\"not that\",\"type\":\"invalid_request_error\"}}"
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(400, error.length);
                exchange.getResponseBody().write(error);
                exchange.close();
                return;
            }
            if (answer.equals("hanging")) {
                LockSupport.parkNanos(20_000_000_000L);
            }
            if (answer.equals("slow")) {
                slowAtOnce.accumulateAndGet(slow.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_500_000_000L);
                slow.decrementAndGet();
                answer = "same";
            }
            boolean isPaced =
                    answer.startsWith("paced:"); // a stream begins at once, a whole answer comes when it is made
            if (isPaced) {
                answer = answer.substring(6);
                if (!asked.path("stream").booleanValue()) {
                    LockSupport.parkNanos(2_500_000_000L);
                }
            }
            if (answer.equals("broken")) {
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
                return;
            }
            var message = choice.putObject("message").put("role", "assistant");
            if (answer.startsWith("tool:")) {
                message.putNull("content")
                        .putArray("tool_calls")
                        .addObject()
                        .put("id", "call_1")
                        .put("type", "function")
                        .putObject("function")
                        .put("name", answer.substring(5))
                        .put("arguments", "{}");
            } else {
                message.put("content", answer);
            }
            if (asked.path("stream").booleanValue()) {
                stream(exchange, model, answer, isPaced);
                return;
            }
            reply.putObject("usage")
                    .put("prompt_tokens", 10)
                    .put("completion_tokens", model.equals("small") ? written : 2)
                    .put("total_tokens", 10 + (model.equals("small") ? written : 2));
            byte[] bytes = reply.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        provider.start();
    }

    /** An answer in pieces; "cut:" breaks off after the first, "filtered:" by an error of the model's, "slow:" comes no more, "flood:" has no end. */
    private static void stream(HttpExchange exchange, String model, String answer, boolean isPaced) throws IOException {
        String text = answer.substring(answer.indexOf(':') + 1);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            int half = text.length() / 2;
            event(out, model, "{\"content\":\"" + text.substring(0, half) + "\"}", "null");
            if (isPaced) {
                LockSupport.parkNanos(2_500_000_000L);
            }
            while (answer.startsWith("flood:")) {
                event(out, model, "{\"content\":\"" + "words ".repeat(10_000) + "\"}", "null"); // until it is cut off
            }
            if (answer.startsWith("slow:")) {
                LockSupport.parkNanos(5_000_000_000L);
            }
            if (answer.startsWith("filtered:")) {
                out.write(
                        ("data: {\"error\":{\"message\":\"not that\",\"type\":\"invalid_request_error\",\"code\":\"content_filter\"}}\n\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
            if (answer.indexOf(':') < 0) {
                event(out, model, "{\"content\":\"" + text.substring(half) + "\"}", "null");
                event(out, model, "{}", "\"stop\"");
                out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void event(OutputStream out, String model, String delta, String finish) throws IOException {
        out.write(("data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + model
                        + "\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish
                        + "}]}\n\n")
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @AfterEach
    void stopProvider() {
        provider.stop(0);
    }

    /** Time between two looks at the ledger. */
    int lookMillis = 200;

    RunningGateway start(String collect) throws Exception {
        return start(collect, "");
    }

    RunningGateway start(String collect, String task) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: Ada
                baseline: premium
                evidence: collect
                collect: { %s }
                providers:
                  p: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: p, price: { input: 0.1, output: %s, asOf: 2026-07-02 }%s }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  referee: { provider: p, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small]%s }
                  premium: { models: %s }
                tasks:
                  tickets: { tier: economy, description: Sort., rationale: Simple., margin: 0.2 %s }
                rules:
                  - { id: sort, when: { keywords: [sort] }, task: tickets }
                """.formatted(
                        collect, provider.getAddress().getPort(), priceOfSmall, ofSmall, ofEconomy, members, task));
        return RunningGateway.start(
                "--llm-router.policy=file:" + policy,
                "--llm-router.data=" + folder.resolve("data"),
                "--llm-router.collect.look-ms=" + lookMillis);
    }

    String served(RunningGateway gateway) throws Exception {
        return served(gateway, asked.incrementAndGet());
    }

    String served(RunningGateway gateway, int ticket) throws Exception {
        var answer = gateway.post("/v1/chat/completions", ASK.formatted(ticket));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-llm-tier").orElse("none");
    }

    List<PairEntry> pairs() throws Exception {
        try (LedgerReader reader = LedgerReader.open(LedgerSettings.embedded(folder.resolve("data")))) {
            return reader.pairs().of("tickets", "small", 0);
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("no such table")) {
                return List.of(); // the ledger is being made
            }
            throw e;
        }
    }

    void awaitServed(RunningGateway gateway, String tier) {
        Awaitility.await()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(served(gateway)).isEqualTo(tier));
    }

    int calls(String model) {
        return calls.getOrDefault(model, new AtomicInteger()).get();
    }

    Proof proof() throws Exception {
        return EvidenceFile.read(folder.resolve("evidence/tickets.json"))
                .proof("small")
                .orElseThrow();
    }

    long lost() throws Exception {
        return pairs().stream()
                .filter(pair -> pair.served() && Double.valueOf(0).equals(pair.candidateScore()))
                .count();
    }

    int status(RunningGateway gateway, String more) throws Exception {
        String body = ASK.formatted(asked.incrementAndGet());
        return gateway.post("/v1/chat/completions", "{" + more + body.substring(1))
                .statusCode();
    }

    void awaitPairs(RunningGateway gateway) {
        Awaitility.await().atMost(WITHIN).until(() -> {
            served(gateway);
            return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() >= 3;
        });
    }
}
