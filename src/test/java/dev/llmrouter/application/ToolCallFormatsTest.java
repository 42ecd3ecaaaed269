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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of chat completions, whose model of Anthropic's format calls a tool that takes no arguments, over real sockets. */
class ToolCallFormatsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ASKED =
            "{\"model\":\"claude\",\"messages\":[{\"role\":\"user\",\"content\":\"What time is it?\"}],";
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]";
    private static final String FUNCTIONS = "\"functions\":[{\"name\":\"now\"}]";

    @TempDir
    private static Path folder;

    private static HttpServer provider;
    private static RunningGateway gateway;
    private static volatile String sent = "";

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", ToolCallFormatsTest::answer);
        provider.start();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: all
                evidence: off
                providers:
                  anthropic: { protocol: anthropic, baseUrl: "http://127.0.0.1:%d" }
                models:
                  claude: { provider: anthropic, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  all: { models: [claude] }
                tasks: {}
                """.formatted(
                        provider.getAddress().getPort()));
        gateway = RunningGateway.start("--llm-router.policy=file:" + policy);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean stream = JSON.readTree(sent).path("stream").asBoolean();
        String answer = stream
                ? event(
                                "message_start",
                                ",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
                                        + "\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}")
                        + event(
                                "content_block_start",
                                ",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                                        + "\"name\":\"now\",\"input\":{}}")
                        + event(
                                "content_block_delta",
                                ",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
                        + event("content_block_stop", ",\"index\":0")
                        + event(
                                "message_delta",
                                ",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":7}")
                        + event("message_stop", "")
                : "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[{\"type\":\"tool_use\","
                        + "\"id\":\"toolu_1\",\"name\":\"now\",\"input\":{}}],\"stop_reason\":\"tool_use\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}";
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", stream ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n";
    }

    private static List<JsonNode> streamed(String fields) throws Exception {
        HttpResponse<String> response = gateway.post("/v1/chat/completions", ASKED + "\"stream\":true," + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<JsonNode> choices = new ArrayList<>();
        for (String line : response.body().split("\n")) {
            if (line.startsWith("data: {")) {
                choices.add(JSON.readTree(line.substring("data: ".length())).at("/choices/0"));
            }
        }
        return choices;
    }

    @Test
    void aStreamedCallWithoutArgumentsHasAnEmptyObject() throws Exception {
        StringBuilder arguments = new StringBuilder();
        for (JsonNode choice : streamed(TOOLS)) {
            arguments.append(choice.at("/delta/tool_calls/0/function/arguments").asText());
        }

        assertThat(arguments).hasToString("{}");
    }

    @Test
    void aCallerOfOldFunctionsIsAnsweredWithAFunctionCall() throws Exception {
        HttpResponse<String> response = gateway.post("/v1/chat/completions", ASKED + FUNCTIONS + "}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode choice = JSON.readTree(response.body()).at("/choices/0");
        assertThat(choice.at("/message/function_call"))
                .isEqualTo(JSON.readTree("{\"name\":\"now\",\"arguments\":\"{}\"}"));
        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("function_call");
        assertThat(JSON.readTree(sent)
                        .at("/tool_choice/disable_parallel_tool_use")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aCallerOfOldFunctionsIsStreamedAFunctionCall() throws Exception {
        StringBuilder call = new StringBuilder();
        String reason = "";
        for (JsonNode choice : streamed(FUNCTIONS)) {
            assertThat(choice.path("delta").has("tool_calls")).isFalse();
            JsonNode function = choice.at("/delta/function_call");
            call.append(function.path("name").asText())
                    .append(function.path("arguments").asText());
            reason = choice.path("finish_reason").asText(reason);
        }

        assertThat(call).hasToString("now{}");
        assertThat(reason).isEqualTo("function_call");
    }
}
