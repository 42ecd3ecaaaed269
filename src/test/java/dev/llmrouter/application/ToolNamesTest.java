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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers of Anthropic's format whose tools have names that OpenAI's formats do not take, over real sockets. */
class ToolNamesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As clients name the tools of a plugin's server. */
    private static final String LONG =
            "mcp__plugin_company-knowledge_company-knowledge-server__search_documents_by_department";

    @TempDir
    private static Path folder;

    private static final Queue<JsonNode> SENT = new ConcurrentLinkedQueue<>();
    private static HttpServer provider;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", ToolNamesTest::answer);
        provider.start();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: all
                evidence: off
                providers:
                  chat: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/chat" }
                  responses: { protocol: openai-responses, baseUrl: "http://127.0.0.1:%1$d/responses" }
                  gemini: { protocol: gemini, baseUrl: "http://127.0.0.1:%1$d/gemini" }
                models:
                  c: { provider: chat, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  r: { provider: responses, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  g: { provider: gemini, context: 8000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  all: { models: [c] }
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

    @BeforeEach
    void nothingSent() {
        SENT.clear();
    }

    /** Calls the first tool by the name that it was told. */
    private static void answer(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        SENT.add(asked);
        String path = exchange.getRequestURI().getPath();
        boolean stream = asked.path("stream").asBoolean() || path.contains("streamGenerateContent");
        String name = name(asked);
        String answer;
        if (path.startsWith("/chat")) {
            String call = "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"" + name
                    + "\",\"arguments\":\"{}\"}}";
            String usage = "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}";
            answer = stream
                    ? "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"delta\":{\"tool_calls\":[" + call + "]},\"finish_reason\":\"tool_calls\"}]," + usage
                            + "}\n\ndata: [DONE]\n\n"
                    : "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + call
                            + "]},\"finish_reason\":\"tool_calls\"}]," + usage + "}";
        } else if (path.startsWith("/responses")) {
            String item =
                    "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"status\":\"completed\",\"name\":\""
                            + name + "\",\"arguments\":\"{}\"}";
            String whole =
                    "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"status\":\"completed\",\"model\":\"m\","
                            + "\"output\":[" + item
                            + "],\"usage\":{\"input_tokens\":5,\"output_tokens\":7,\"total_tokens\":12}}";
            answer = stream
                    ? "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":"
                            + item.replace("\"arguments\":\"{}\"", "\"arguments\":\"\"")
                            + "}\n\nevent: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"output_index\":0,"
                            + "\"item\":" + item
                            + "}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                            + whole + "}\n\n"
                    : whole;
        } else {
            String whole =
                    "{\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\""
                            + name + "\",\"args\":{}}}]},\"finishReason\":\"STOP\"}],"
                            + "\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":7,\"totalTokenCount\":12}}";
            answer = stream ? "data: " + whole + "\n\n" : whole;
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", stream ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String name(JsonNode asked) {
        JsonNode tool = asked.at("/tools/0");
        return tool.has("functionDeclarations")
                ? tool.at("/functionDeclarations/0/name").asText()
                : tool.has("function")
                        ? tool.at("/function/name").asText()
                        : tool.path("name").asText();
    }

    private static HttpResponse<String> ask(String model, boolean stream, String tool, String more) throws Exception {
        return gateway.post(
                "/v1/messages",
                "{\"model\":\"" + model + "\",\"max_tokens\":100,\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Search.\"}" + more + "],"
                        + "\"tool_choice\":{\"type\":\"tool\",\"name\":\"" + tool + "\"},"
                        + "\"tools\":[{\"name\":\"" + tool + "\",\"input_schema\":{\"type\":\"object\"}},"
                        + "{\"name\":\"short\",\"input_schema\":{\"type\":\"object\"}}]}");
    }

    /** One such tool kept every request of its callers from the cheaper models. */
    @ParameterizedTest
    @CsvSource({"c, false", "c, true", "r, false", "r, true", "g, false", "g, true"})
    void aLongNameIsShortenedForTheProviderAndGivenBackToTheCaller(String model, boolean stream) throws Exception {
        HttpResponse<String> answer = ask(model, stream, LONG, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"" + LONG + "\"");
        JsonNode sent = SENT.remove();
        String told = name(sent);
        assertThat(told)
                .matches("[a-zA-Z0-9_-]{1,64}")
                .startsWith("mcp__plugin_company-know")
                .endsWith("search_documents_by_department");
        assertThat(sent.toString()).doesNotContain(LONG).contains("\"short\"");
        assertThat(occurrences(sent.toString(), told))
                .as("the choice names it too")
                .isGreaterThanOrEqualTo(2);

        answer = ask(
                model,
                stream,
                LONG,
                ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"" + LONG
                        + "\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"call_1\","
                        + "\"content\":\"found\"}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String again = SENT.remove().toString();
        assertThat(again).doesNotContain(LONG);
        assertThat(occurrences(again, told)).as("the same in later turns").isGreaterThanOrEqualTo(3);
    }

    private static int occurrences(String text, String part) {
        return text.split(java.util.regex.Pattern.quote("\"" + part + "\""), -1).length - 1;
    }

    @ParameterizedTest
    @CsvSource({"c, false, mcp__plugin.tool", "r, false, a b", "c, true, räte", "g, false, 2nd", "g, true, a b"})
    void aNameWithOtherSignsIsWrittenWithoutThem(String model, boolean stream, String tool) throws Exception {
        HttpResponse<String> answer = ask(model, stream, tool, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"" + tool + "\"");
        assertThat(name(SENT.remove())).matches("[a-zA-Z_][a-zA-Z0-9_-]{1,63}");
    }
}
