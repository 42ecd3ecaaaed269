package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
}
