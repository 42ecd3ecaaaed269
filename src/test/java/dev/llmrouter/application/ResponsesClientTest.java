package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStreamEvent;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** OpenAI's own client speaks Responses to the gateway, over real sockets; the provider speaks chat completions. */
class ResponsesClientTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the provider was asked, and what it answers next: a body, or the events of a stream. */
    private static final List<String> BODIES = new CopyOnWriteArrayList<>();

    private static volatile String answer = "";

    @TempDir
    private static Path folder;

    private static HttpServer provider;
    private static RunningGateway gateway;
    private static OpenAIClient openai;

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/v1/chat/completions", exchange -> {
            BODIES.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            boolean stream = answer.startsWith("data:");
            exchange.getResponseHeaders().add("Content-Type", stream ? "text/event-stream" : "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        provider.start();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: standard
                evidence: off
                providers:
                  local: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  sim: { protocol: simulator }
                models:
                  real: { provider: local, context: 8000, capabilities: [tools, json-schema, json-object, reasoning], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  pretended: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  standard: { models: [real, pretended] }
                tasks: {}
                """.formatted(
                        provider.getAddress().getPort()));
        gateway = RunningGateway.start("--llm-router.policy=file:" + policy);
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey("not-needed")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openai.close();
        gateway.close();
        provider.stop(0);
    }

    @BeforeEach
    void forget() {
        BODIES.clear();
    }

    private static void answers(String message, String finishReason) {
        answer = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"remote\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message + "},\"finish_reason\":\""
                + finishReason + "\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":4},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":2}}}";
    }

    private static void streams(String... deltas) {
        StringBuilder events = new StringBuilder();
        for (String delta : deltas) {
            events.append("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"remote\","
                            + "\"choices\":[{\"index\":0,")
                    .append(delta)
                    .append("}]}\n\n");
        }
        answer = events.toString();
    }

    private static JsonNode asked() throws Exception {
        assertThat(BODIES).hasSize(1);
        return JSON.readTree(BODIES.get(0));
    }

    private static ResponseCreateParams.Builder request(String text) {
        return ResponseCreateParams.builder().model("real").input(text);
    }

    private static String text(Response response) {
        return response.output().stream()
                .filter(ResponseOutputItem::isMessage)
                .flatMap(item -> item.asMessage().content().stream())
                .map(part -> part.asOutputText().text())
                .collect(Collectors.joining());
    }

    private static List<ResponseStreamEvent> stream(ResponseCreateParams params) {
        List<ResponseStreamEvent> events = new ArrayList<>();
        try (var stream = openai.responses().createStreaming(params)) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(events::add);
        }
        return events;
    }

    @Test
    void getsAWholeAnswerWithUsageAndTheDecisionInItsHeaders() throws Exception {
        answers("\"content\":\"Fine.\"", "stop");
        try (var raw = openai.withRawResponse()
                .responses()
                .create(request("How are you?")
                        .instructions("Be brief.")
                        .maxOutputTokens(50)
                        .build())) {
            Response response = raw.parse().validate();

            assertThat(text(response)).isEqualTo("Fine.");
            assertThat(response.status().orElseThrow().asString()).isEqualTo("completed");
            assertThat(response.usage().orElseThrow().inputTokensDetails().cachedTokens())
                    .isEqualTo(4);
            assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens())
                    .isEqualTo(2);
            assertThat(raw.headers().values("x-llm-model")).containsExactly("real");
            assertThat(raw.headers().values("x-llm-attempts")).containsExactly("1");
        }
        assertThat(asked().path("messages").findValuesAsText("content")).containsExactly("Be brief.", "How are you?");
        assertThat(asked().path("max_completion_tokens").asInt()).isEqualTo(50);
    }

    @Test
    void getsAStreamWhoseEventsAreNumberedAndEndWithTheWholeAnswer() {
        List<ResponseStreamEvent> events = stream(ResponseCreateParams.builder()
                .model("pretended")
                .input("Write a product description for a kettle")
                .build());

        Response whole = events.get(events.size() - 1).completed().orElseThrow().response();
        assertThat(events.get(0).isCreated()).isTrue();
        assertThat(events.get(1).isInProgress()).isTrue();
        assertThat(events.get(2).isOutputItemAdded()).isTrue();
        assertThat(events.get(3).isContentPartAdded()).isTrue();
        assertThat(events.stream()
                        .flatMap(event -> event.outputTextDelta().stream())
                        .map(delta -> delta.delta())
                        .collect(Collectors.joining()))
                .startsWith("[simulated pretended]")
                .isEqualTo(text(whole));
        assertThat(whole.usage().orElseThrow().outputTokens()).isPositive();
    }

    @Test
    void callsAToolAndTellsItsOutput() throws Exception {
        answers(
                "\"content\":null,\"tool_calls\":[{\"id\":\"call_7\",\"type\":\"function\",\"function\":{"
                        + "\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Bern\\\"}\"}}]",
                "tool_calls");
        FunctionTool tool = FunctionTool.builder()
                .name("weather")
                .strict(false)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .build())
                .build();
        Response first = openai.responses()
                .create(request("Weather in Bern?").addTool(tool).build())
                .validate();
        ResponseFunctionToolCall call = first.output().get(0).asFunctionCall();
        assertThat(call.callId()).isEqualTo("call_7");
        assertThat(call.arguments()).isEqualTo("{\"city\":\"Bern\"}");
        BODIES.clear();
        answers("\"content\":\"Sunny.\"", "stop");

        Response second = openai.responses()
                .create(ResponseCreateParams.builder()
                        .model("real")
                        .addTool(tool)
                        .inputOfResponse(List.of(
                                ResponseInputItem.ofFunctionCall(call),
                                ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                                        .callId(call.callId())
                                        .output("sun")
                                        .build())))
                        .build())
                .validate();

        assertThat(text(second)).isEqualTo("Sunny.");
        JsonNode messages = asked().path("messages");
        assertThat(messages.at("/0/tool_calls/0/id").asText()).isEqualTo("call_7");
        assertThat(messages.at("/1/tool_call_id").asText()).isEqualTo("call_7");
        assertThat(messages.at("/1/content").asText()).isEqualTo("sun");
    }

    @Test
    void getsAStreamedToolCall() {
        streams(
                "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_7\",\"type\":\"function\",\"function\":{"
                        + "\"name\":\"weather\",\"arguments\":\"\"}}]},\"finish_reason\":null",
                "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}]},\"finish_reason\":null",
                "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]},\"finish_reason\":null",
                "\"delta\":{},\"finish_reason\":\"tool_calls\"");

        List<ResponseStreamEvent> events = stream(request("Weather?").build());

        assertThat(events.stream()
                        .flatMap(event -> event.functionCallArgumentsDone().stream())
                        .map(done -> done.arguments()))
                .containsExactly("{\"a\":1}");
        Response whole = events.get(events.size() - 1).completed().orElseThrow().response();
        assertThat(whole.output().get(0).asFunctionCall().name()).isEqualTo("weather");
    }

    /** What the structured answer is read as. */
    static final class Person {
        public String name = "";
        public int age;
    }

    @Test
    void getsAStructuredAnswer() throws Exception {
        answers("\"content\":\"{\\\"name\\\":\\\"Ann\\\",\\\"age\\\":7}\"", "stop");

        Person person = openai
                .responses()
                .create(request("Who?").text(Person.class).build())
                .output()
                .stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .findFirst()
                .orElseThrow();

        assertThat(person.name).isEqualTo("Ann");
        assertThat(asked().at("/response_format/type").asText()).isEqualTo("json_schema");
        assertThat(asked().at("/response_format/json_schema/schema/properties/name/type")
                        .asText())
                .isEqualTo("string");
    }

    @Test
    void anAnswerThatTheLimitCutsOffIsIncomplete() {
        answers("\"content\":\"Half a\"", "length");
        Response whole = openai.responses().create(request("Tell").build());
        streams(
                "\"delta\":{\"content\":\"Half a\"},\"finish_reason\":null",
                "\"delta\":{},\"finish_reason\":\"length\"");
        List<ResponseStreamEvent> events = stream(request("Tell").build());

        assertThat(whole.incompleteDetails()
                        .orElseThrow()
                        .reason()
                        .orElseThrow()
                        .asString())
                .isEqualTo("max_output_tokens");
        assertThat(events.get(events.size() - 1)
                        .incomplete()
                        .orElseThrow()
                        .response()
                        .incompleteDetails()
                        .orElseThrow()
                        .reason()
                        .orElseThrow()
                        .asString())
                .isEqualTo("max_output_tokens");
    }

    @Test
    void aProviderThatBreaksOffFailsTheResponse() {
        streams("\"delta\":{\"content\":\"Half a\"},\"finish_reason\":null");

        List<ResponseStreamEvent> events = stream(request("Tell").build());

        Response failed = events.get(events.size() - 1).failed().orElseThrow().response();
        assertThat(failed.status().orElseThrow().asString()).isEqualTo("failed");
        assertThat(failed.error().orElseThrow().message()).isNotEmpty();
        assertThat(events).noneMatch(ResponseStreamEvent::isCompleted);
    }

    @Test
    void stateIsRefusedByNameAndReachesNoProvider() {
        assertThatThrownBy(() -> openai.responses()
                        .create(request("And then?")
                                .previousResponseId("resp_1")
                                .build()))
                .isInstanceOfSatisfying(BadRequestException.class, refused -> {
                    assertThat(refused.param()).contains("previous_response_id");
                    assertThat(refused.getMessage()).contains("Send the whole conversation");
                });
        assertThat(BODIES).isEmpty();
    }

    @Test
    void aModelThatIsNotThereGetsTheClientsOwnError() {
        assertThatThrownBy(() -> openai.responses()
                        .create(ResponseCreateParams.builder()
                                .model("gpt-99")
                                .input("Hi")
                                .build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("gpt-99");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"model\":\"auto\"}",
                "{\"model\":\"auto\",\"input\":[]}",
                "{\"model\":7,\"input\":\"x\"}",
                "{\"model\":\"auto\",\"input\":{}}",
                "{\"model\":\"auto\",\"input\":[{\"role\":\"user\",\"content\":{}}]}",
                "{\"model\":\"auto\",\"model\":\"real\",\"input\":\"x\"}",
                "{\"model\":\"auto\",\"max_output_tokens\":\"many\",\"input\":\"x\"}",
                "{\"model\":\"auto\",\"max_output_tokens\":1e99999,\"input\":\"x\"}",
                "{\"model\":\"auto\",\"reasoning\":\"high\",\"input\":\"x\"}",
                "{\"model\":\"auto\",\"text\":{\"format\":\"json\"},\"input\":\"x\"}",
                "{\"model\":\"auto\",\"tools\":[7],\"input\":\"x\"}"
            })
    void aMalformedBodyGetsA4xxAndReachesNoProvider(String body) throws Exception {
        HttpResponse<String> refused = gateway.post("/v1/responses", body);

        assertThat(refused.statusCode()).isBetween(400, 499);
        JsonNode error = JSON.readTree(refused.body()).path("error");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("message").asText()).isNotEmpty();
        assertThat(BODIES).isEmpty();
    }
}
