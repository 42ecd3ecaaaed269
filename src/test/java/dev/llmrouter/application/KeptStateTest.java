package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may go on with a conversation that a provider keeps for its account. Issue 16, decision 27. */
class KeptStateTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What was said, by account and id: each account is a path of the provider. */
    private static final Map<String, String> KEPT = new ConcurrentHashMap<>();

    private static final AtomicInteger CALLS = new AtomicInteger();

    /** What was asked of the account that shadows and candidates have. */
    private static final Queue<JsonNode> APART = new ConcurrentLinkedQueue<>();

    @TempDir
    private static Path folder;

    private static HttpServer provider;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", KeptStateTest::answer);
        provider.start();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: shared
                evidence: collect
                collect: { share: 100, perDay: 5, scorer: exact }
                providers:
                  ours: { protocol: openai-responses, baseUrl: "http://127.0.0.1:%1$d/ours/v1" }
                  chatting: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/chat/v1" }
                  messaging: { protocol: anthropic, baseUrl: "http://127.0.0.1:%1$d/messages" }
                  theirs: { protocol: openai-responses, baseUrl: "http://127.0.0.1:%1$d/theirs/v1" }
                models:
                  shared-model: { provider: ours, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  apart-model: { provider: theirs, context: 8000, price: { input: 0.5, output: 1, asOf: 2026-07-02 } }
                  chat-model: { provider: chatting, context: 8000, capabilities: [audio], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  message-model: { provider: messaging, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  messages: { models: [message-model] }
                  chats: { models: [chat-model] }
                  shared: { models: [shared-model] }
                  apart: { models: [apart-model] }
                  shadowed: { models: [shared-model], shadow: { model: apart-model, percent: 100 } }
                tasks:
                  tickets: { tier: apart, description: Sort., rationale: Simple., margin: 0.2 }
                rules:
                  - { id: sort, when: { keywords: [sort] }, task: tickets }
                keys:
                  - { name: ann, sha256: %2$s, state: true }
                  - { name: bob, sha256: %3$s }
                  - { name: cid, sha256: %4$s, state: true }
                  - { name: dora, sha256: %5$s, tiers: [apart], state: true }
                """.formatted(
                        provider.getAddress().getPort(), sha256("ann"), sha256("bob"), sha256("cid"), sha256("dora")));
        gateway = RunningGateway.start(
                "--llm-router.policy=file:" + policy,
                "--llm-router.data=" + folder.resolve("data"),
                "--llm-router.collect.look-ms=200");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.stop(0);
    }

    /** Answers with all that was said in the conversation, as a model does that is asked for it. */
    private static void answer(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String account = exchange.getRequestURI().getPath().split("/")[1];
        if (account.equals("theirs")) {
            APART.add(asked);
        }
        String before = asked.path("previous_response_id").asText("");
        String earlier = before.isEmpty() ? "" : KEPT.get(account + "/" + before);
        String id = "resp_" + CALLS.incrementAndGet();
        String body;
        if (earlier == null) {
            body = "{\"error\":{\"message\":\"Previous response not found.\",\"type\":\"invalid_request_error\","
                    + "\"param\":\"previous_response_id\",\"code\":\"previous_response_not_found\"}}";
        } else {
            String said = earlier + " " + asked.path("input").asText();
            KEPT.put(account + "/" + id, said);
            body = "{\"id\":\"" + id
                    + "\",\"object\":\"response\",\"created_at\":1,\"status\":\"completed\",\"error\":null,"
                    + "\"output\":[{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
                    + "\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":"
                    + JSON.writeValueAsString(said)
                    + "}]}]}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(earlier == null ? 400 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static HttpResponse<String> post(String path, String key, String body) throws Exception {
        return gateway.post(path, body, "Authorization", "Bearer " + key);
    }

    private static HttpResponse<String> goOn(String key, String tier, String id) throws Exception {
        return post(
                "/v1/responses",
                key,
                "{\"model\":\"tier:" + tier + "\",\"input\":\"Repeat.\",\"previous_response_id\":\"" + id + "\"}");
    }

    private static String saidByAnn() throws Exception {
        HttpResponse<String> first =
                post("/v1/responses", "ann", "{\"model\":\"tier:shared\",\"input\":\"The code is 4711.\"}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        return JSON.readTree(first.body()).path("id").asText();
    }

    @Test
    void aKeyWithStateGoesOnWithItsConversation() throws Exception {
        assertThat(goOn("ann", "shared", saidByAnn()).body()).contains("The code is 4711. Repeat.");
    }

    /**
     * It would write into the caller's conversation, and a candidate that is asked after the answer was kept would read it there: it agreed with
     * everything.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tier:shadowed | "conversation":"conv_1"
            tier:shadowed | "tools":[{"type":"mcp","server_label":"mail","server_url":"https://mail.example.com","require_approval":"never"}]
            auto          | "conversation":{"id":"conv_1"}
            auto          | "tools":[{"type":"mcp","server_label":"mail","server_url":"https://mail.example.com","require_approval":"never"}]
            """)
    void whatMustBeAskedOnceIsNeitherShadowedNorCompared(String model, String field) throws Exception {
        String ask = "{\"model\":\"" + model + "\",\"input\":\"Please sort this %s\"%s}";
        String kept = "kept " + field.hashCode();
        String free = model + " free " + field.hashCode() + " ";
        AtomicInteger asked = new AtomicInteger();
        Awaitility.await() // the first of all come before the ledger is open
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    assertThat(post("/v1/responses", "ann", ask.formatted(kept + asked.incrementAndGet(), "," + field))
                                    .statusCode())
                            .isEqualTo(200);
                    assertThat(post("/v1/responses", "ann", ask.formatted(free + asked, ""))
                                    .statusCode())
                            .isEqualTo(200);
                    assertThat(APART.stream().filter(each -> each.toString().contains(free)))
                            .hasSizeGreaterThan(2);
                });

        assertThat(APART).noneMatch(each -> each.toString().contains(kept));
        assertThat(APART)
                .filteredOn(each -> each.toString().contains(free))
                .allMatch(each -> !each.path("store").asBoolean(true));
    }

    @Test
    void aKeyWithoutStateGoesOnWithNobodys() throws Exception {
        String id = saidByAnn();
        int before = CALLS.get();

        HttpResponse<String> answer = goOn("bob", "shared", id);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("'previous_response_id'")
                .contains("state: true")
                .doesNotContain("4711");
        assertThat(CALLS.get()).as("nobody is asked").isEqualTo(before);
    }

    /** Written down in docs/clients.md: the account is whose conversation it is. */
    @Test
    void keysWithStateAtOneAccountShareIt() throws Exception {
        assertThat(goOn("cid", "shared", saidByAnn()).body()).contains("4711");
    }

    @Test
    void aKeyThatIsLimitedToAnotherAccountGetsNothingOfThisOne() throws Exception {
        String id = saidByAnn();

        HttpResponse<String> apart = goOn("dora", "apart", id);
        HttpResponse<String> shared = goOn("dora", "shared", id);

        assertThat(apart.statusCode()).isEqualTo(400);
        assertThat(apart.body()).contains("previous_response_not_found").doesNotContain("4711");
        assertThat(shared.statusCode()).isEqualTo(403);
        assertThat(shared.body()).contains("tier 'shared'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "conversation | shared | /v1/responses | \"input\":\"Hi\",\"conversation\":\"conv_1\"",
                "conversation | shared | /v1/responses | \"input\":\"Hi\",\"conversation\":{\"id\":\"conv_1\"}",
                "input[1] | shared | /v1/responses | \"input\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"type\":\"item_reference\",\"id\":\"msg_1\"}]",
                "tools[0] | shared | /v1/responses | \"input\":\"Hi\",\"tools\":[{\"type\":\"code_interpreter\",\"container\":\"cntr_1\"}]",
                "container | messages | /v1/messages | \"max_tokens\":9,\"container\":\"container_1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
                "messages[1].audio | chats | /v1/chat/completions | \"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}},{\"role\":\"user\",\"content\":\"Hi\"}]"
            })
    void whateverNamesSomethingKeptIsRefused(String field, String tier, String path, String body) throws Exception {
        int before = CALLS.get();

        HttpResponse<String> answer = post(path, "bob", "{\"model\":\"tier:" + tier + "\"," + body + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains("'" + field + "'");
        assertThat(CALLS.get()).isEqualTo(before);
    }

    @Test
    void whereNobodyKeepsAnythingTheCallerIsToldThat() throws Exception {
        HttpResponse<String> answer = goOn("bob", "chats", "resp_1");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("this gateway stores no responses");
    }

    @Test
    void aNewContainerIsNobodysBefore() throws Exception {
        HttpResponse<String> answer = post(
                "/v1/responses",
                "bob",
                "{\"model\":\"tier:shared\",\"input\":\"Hi\",\"tools\":[{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\"}}]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
