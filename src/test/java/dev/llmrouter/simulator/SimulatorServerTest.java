package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.WireSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The official clients straight at the simulator's HTTP server. */
class SimulatorServerTest {
    private static SimulatorServer server;
    private static OpenAIClient openai;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() {
        server = SimulatorServer.start(
                Behaviour.ofDefaults().toBuilder().speed(Duration.ZERO, 0).build(), Clock.systemUTC(), "127.0.0.1", 0);
        String base = "http://127.0.0.1:" + server.port();
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(base + "/v1")
                .apiKey("k")
                .maxRetries(0)
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(base)
                .apiKey("k")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openai.close();
        anthropic.close();
        server.close();
    }

    private static ChatCompletionCreateParams openAiRequest() {
        return ChatCompletionCreateParams.builder()
                .model("m")
                .addUserMessage("Write about kettles")
                .build();
    }

    private static MessageCreateParams anthropicRequest() {
        return MessageCreateParams.builder()
                .model("m")
                .maxTokens(100)
                .addUserMessage("Write about kettles")
                .build();
    }

    @Test
    void openAisClientGetsTheSameTextWholeAndStreamed() {
        String whole = openai.chat()
                .completions()
                .create(openAiRequest())
                .validate()
                .choices()
                .get(0)
                .message()
                .content()
                .orElse("");
        String streamed;
        try (var stream = openai.chat().completions().createStreaming(openAiRequest())) {
            streamed = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
        }

        assertThat(whole).startsWith("[simulated m]");
        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void anthropicsClientGetsTheSameTextWholeAndStreamed() {
        String whole = anthropic
                .messages()
                .create(anthropicRequest())
                .validate()
                .content()
                .get(0)
                .asText()
                .text();
        String streamed;
        try (var stream = anthropic.messages().createStreaming(anthropicRequest())) {
            streamed = stream.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .map(event -> event.delta().asText().text())
                    .collect(Collectors.joining());
        }

        assertThat(whole).startsWith("[simulated m]");
        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void faultsLookLikeTheProvidersOwn() {
        server.next(Fault.rateLimit(Duration.ofSeconds(7)), Fault.rateLimit(null));

        assertThatThrownBy(() -> openai.chat().completions().create(openAiRequest()))
                .isInstanceOf(com.openai.errors.RateLimitException.class);
        assertThatThrownBy(() -> anthropic.messages().create(anthropicRequest()))
                .isInstanceOf(com.anthropic.errors.RateLimitException.class);
    }

    @Test
    void geminisFormatIsSpokenToo() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + server.port() + "/v1beta/models/g:generateContent"))
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Write about kettles\"}]}]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).contains("[simulated g]", "\"finishReason\":\"STOP\"", "usageMetadata");
        assertThat(answer.headers().firstValue("x-simulator")).contains("true");
    }

    /** Issue 3, 5: the simulator speaks as our own descriptions of the two formats say. */
    @ParameterizedTest
    @CsvSource({
        "anthropic, /v1/messages, Message",
        "anthropic, /v1/messages?stream, Event",
        "gemini, /v1beta/models/m:generateContent, Response",
        "gemini, /v1beta/models/m:streamGenerateContent?alt=sse, Response"
    })
    void answersAndEventsFitTheFormat(String format, String path, String definition) throws Exception {
        String body = format.equals("gemini")
                ? "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Write about kettles\"}]}]}"
                : "{\"model\":\"m\",\"max_tokens\":50,\"stream\":" + path.endsWith("?stream")
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Write about kettles\"}]}";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        List<String> documents = path.contains("?")
                ? answer.body()
                        .lines()
                        .filter(line -> line.startsWith("data: "))
                        .map(line -> line.substring(6))
                        .toList()
                : List.of(answer.body());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(documents).isNotEmpty();
        for (String document : documents) {
            assertThat(WireSchema.faults(format, definition, Wire.JSON.readTree(document)))
                    .as(document)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsFitTheFormat(ChatError.Kind kind) throws Exception {
        ChatError error = new ChatError(kind, 429, "m", null, null, Duration.ofSeconds(52));

        assertThat(WireSchema.faults("anthropic", "Error", new AnthropicWire().error(error)))
                .isEmpty();
        assertThat(WireSchema.faults("gemini", "Error", new GeminiWire().error(error)))
                .isEmpty();
    }
}
