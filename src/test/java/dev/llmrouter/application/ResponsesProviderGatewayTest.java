package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.Fault;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of every dialect over a provider that speaks Responses, over real sockets; and what only it can do. Issue 16. */
class ResponsesProviderGatewayTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATEFUL =
            "{\"model\":\"%s\",\"input\":\"And then?\",\"previous_response_id\":\"resp_0\",\"store\":true}";

    /** Paths and bodies that the scripted provider was sent, and what it answers. */
    private static final List<String> PATHS = new CopyOnWriteArrayList<>();

    private static final List<String> BODIES = new CopyOnWriteArrayList<>();
    private static volatile String answer = "";

    @TempDir
    private static Path folder;

    private static HttpServer provider;
    private static SimulatorServer simulator;
    private static RunningGateway gateway;
    private static OpenAIClient openai;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", ResponsesProviderGatewayTest::answer);
        provider.start();
        simulator = SimulatorServer.start(
                Behaviour.ofDefaults().toBuilder().speed(Duration.ZERO, 0).build(), Clock.systemUTC(), "127.0.0.1", 0);
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: mixed
                evidence: off
                providers:
                  scripted: { protocol: openai-responses, baseUrl: "http://127.0.0.1:%1$d/v1" }
                  speaking: { protocol: openai-responses, baseUrl: "http://127.0.0.1:%2$d/v1" }
                  chatting: { protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1" }
                  sim: { protocol: simulator }
                models:
                  own: { provider: scripted, context: 8000, capabilities: [tools, json-schema], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  speaker: { provider: speaking, context: 8000, capabilities: [tools, json-schema], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  chatter: { provider: chatting, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  pretended: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  mixed: { models: [own, chatter, pretended] }
                  chats: { models: [chatter, pretended] }
                  speakers: { models: [speaker, chatter] }
                tasks: {}
                """.formatted(
                        provider.getAddress().getPort(), simulator.port()));
        gateway = RunningGateway.start("--llm-router.policy=file:" + policy);
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey("not-needed")
                .maxRetries(0)
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .apiKey("not-needed")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openai.close();
        anthropic.close();
        gateway.close();
        simulator.close();
        provider.stop(0);
    }

    @BeforeEach
    void forget() {
        PATHS.clear();
        BODIES.clear();
        answer =
                "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"remote\",\"status\":\"completed\","
                        + "\"error\":null,\"incomplete_details\":null,\"instructions\":null,\"metadata\":{},\"parallel_tool_calls\":true,"
                        + "\"temperature\":1,\"top_p\":1,\"tool_choice\":\"auto\",\"tools\":[],\"output\":["
                        + "{\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\",\"action\":{\"type\":\"search\",\"query\":\"q\"}},"
                        + "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":"
                        + "[{\"type\":\"output_text\",\"text\":\"Found.\",\"annotations\":[],\"logprobs\":[]}]}],\"usage\":{\"input_tokens\":10,"
                        + "\"input_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":0},\"output_tokens\":5,"
                        + "\"output_tokens_details\":{\"reasoning_tokens\":2},\"total_tokens\":15}}";
    }

    private static void answer(HttpExchange exchange) throws IOException {
        PATHS.add(exchange.getRequestURI().getPath());
        BODIES.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        boolean stream = answer.startsWith("event:");
        exchange.getResponseHeaders().add("Content-Type", stream ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static JsonNode asked() throws IOException {
        assertThat(PATHS).containsExactly("/v1/responses");
        return JSON.readTree(BODIES.get(0));
    }

    @Test
    void aCallerOfChatIsAnsweredWithUsage() throws Exception {
        ChatCompletion completion = openai.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("own")
                        .addSystemMessage("Be brief.")
                        .addUserMessage("Hi")
                        .maxCompletionTokens(50)
                        .build())
                .validate();

        assertThat(completion.choices().get(0).message().content()).contains("Found.");
        assertThat(completion
                        .usage()
                        .orElseThrow()
                        .promptTokensDetails()
                        .orElseThrow()
                        .cachedTokens())
                .contains(4L);
        assertThat(asked().path("instructions").asText()).isEqualTo("Be brief.");
        assertThat(asked().path("max_output_tokens").asInt()).isEqualTo(50);
        assertThat(asked().path("store").asBoolean(true)).isFalse();
    }

    @Test
    void aCallerOfMessagesIsAnswered() throws Exception {
        Message message = anthropic
                .messages()
                .create(MessageCreateParams.builder()
                        .model("own")
                        .maxTokens(50)
                        .addUserMessage("Hi")
                        .build())
                .validate();

        assertThat(message.content().get(0).asText().text()).isEqualTo("Found.");
        assertThat(message.usage().inputTokens()).isEqualTo(6);
        assertThat(asked().at("/input/0/content").asText()).isEqualTo("Hi");
    }

    @Test
    void streamsReachCallersOfEveryDialect() {
        String question = "Write a product description for a kettle";
        String chat;
        try (var stream = openai.chat()
                .completions()
                .createStreaming(ChatCompletionCreateParams.builder()
                        .model("speaker")
                        .addUserMessage(question)
                        .build())) {
            chat = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
        }
        String messages;
        try (var stream = anthropic
                .messages()
                .createStreaming(MessageCreateParams.builder()
                        .model("speaker")
                        .maxTokens(500)
                        .addUserMessage(question)
                        .build())) {
            messages = stream.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(event -> event.delta().text().stream())
                    .map(delta -> delta.text())
                    .collect(Collectors.joining());
        }
        List<ResponseStreamEvent> events = stream("speaker", question);

        assertThat(chat).startsWith("[simulated speaker]");
        assertThat(messages).isEqualTo(chat);
        assertThat(events.get(0).isCreated()).isTrue();
        assertThat(events.get(events.size() - 1).isCompleted()).isTrue();
        assertThat(events.stream()
                        .flatMap(event -> event.outputTextDelta().stream())
                        .map(delta -> delta.delta())
                        .collect(Collectors.joining()))
                .isEqualTo(chat);
    }

    private static List<ResponseStreamEvent> stream(String model, String question) {
        List<ResponseStreamEvent> events = new ArrayList<>();
        try (var stream = openai.responses()
                .createStreaming(ResponseCreateParams.builder()
                        .model(model)
                        .input(question)
                        .build())) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(events::add);
        }
        return events;
    }

    @Test
    void aStreamThatBreaksOffEndsWithAFailureThatGoesOnCounting() {
        simulator.next(new Fault.Cut(3));

        List<ResponseStreamEvent> events = stream("speaker", "Write a product description for a kettle");

        var failed = events.get(events.size() - 1).failed().orElseThrow();
        long before =
                events.get(events.size() - 2).outputTextDelta().orElseThrow().sequenceNumber();
        assertThat(failed.sequenceNumber()).isEqualTo(before + 1);
        assertThat(failed.response().error()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aProviderThatFailsIsStoodInForByOneOfChat(int status) throws Exception {
        List<String> attempts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            simulator.next(Fault.status(status));
            HttpResponse<String> response =
                    gateway.post("/v1/responses", "{\"model\":\"tier:speakers\",\"input\":\"Write about kettles\"}");
            assertThat(response.statusCode()).isEqualTo(200);
            attempts.add(response.headers().firstValue("x-llm-attempts").orElse(""));
        }

        assertThat(attempts).contains("2");
    }

    @Test
    void whatOnlyResponsesCanDoGoesToThemUnchangedAndComesBackUnchanged() throws Exception {
        String body = "{\"model\":\"%s\",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_0\"},"
                + "{\"role\":\"user\",\"content\":\"And then?\"}],\"previous_response_id\":\"resp_0\",\"store\":true,"
                + "\"tools\":[{\"type\":\"web_search\"}],\"tool_choice\":{\"type\":\"web_search\"}}";

        HttpResponse<String> response = gateway.post("/v1/responses", body.formatted("auto"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-llm-model")).contains("own");
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree(answer));
        assertThat(asked()).isEqualTo(JSON.readTree(body.formatted("own")));
    }

    @Test
    void anAnswerInTheBackgroundIsItsIdAndStatus() throws Exception {
        answer =
                "{\"id\":\"resp_2\",\"object\":\"response\",\"created_at\":1,\"model\":\"remote\",\"status\":\"queued\","
                        + "\"error\":null,\"output\":[]}";

        HttpResponse<String> response =
                gateway.post("/v1/responses", "{\"model\":\"auto\",\"input\":\"Think\",\"background\":true}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()).path("status").asText()).isEqualTo("queued");
        assertThat(asked().path("background").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chatter", "pretended", "tier:chats"})
    void whereNobodySpeaksResponsesItIsTheClearRefusal(String model) throws Exception {
        assertThatThrownBy(() -> openai.responses()
                        .create(ResponseCreateParams.builder()
                                .model(model)
                                .input("And then?")
                                .previousResponseId("resp_0")
                                .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).contains("previous_response_id"));
        HttpResponse<String> response = gateway.post("/v1/responses", STATEFUL.formatted(model));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("unsupported_parameter").contains("Send the whole conversation");
    }

    @Test
    void aFailedAnswerWithStatus200IsAFailure() throws Exception {
        answer = "{\"id\":\"resp_2\",\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
                + "\"error\":{\"code\":\"invalid_prompt\",\"message\":\"no\"}}";

        HttpResponse<String> response = gateway.post("/v1/responses", "{\"model\":\"own\",\"input\":\"Hi\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("invalid_prompt");
    }

    @Test
    void storedAnswersAreStillNotHere() throws Exception {
        assertThat(gateway.get("/v1/responses/resp_1").statusCode()).isEqualTo(404);
        assertThat(PATHS).isEmpty();
    }
}
