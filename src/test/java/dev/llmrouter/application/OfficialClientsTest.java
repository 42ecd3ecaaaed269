package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's and Anthropic's own clients against the gateway with the example policy. */
class OfficialClientsTest {
    private static RunningGateway gateway;
    private static OpenAIClient openai;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start();
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
    }

    private static ChatCompletionCreateParams.Builder openAiRequest(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static MessageCreateParams.Builder anthropicRequest(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(200).addUserMessage(text);
    }

    @Test
    void openAiClientGetsAWholeAnswerWithTheDecisionInItsHeaders() {
        try (var response = openai.withRawResponse()
                .chat()
                .completions()
                .create(openAiRequest("auto", "Summarise in two sentences: It rains. It pours. The sun shines.")
                        .build())) {
            ChatCompletion answer = response.parse().validate();

            assertThat(answer.choices().get(0).message().content().orElse("")).contains("It rains.");
            assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
            assertThat(response.headers().values("x-llm-task")).containsExactly("short-summary");
            assertThat(response.headers().values("x-llm-task-source")).containsExactly("rule");
            assertThat(response.headers().values("x-llm-tier")).containsExactly("economy");
            assertThat(response.headers().values("x-llm-model")).containsExactly("gpt-4o-mini");
            assertThat(response.headers().values("x-llm-provider")).containsExactly("openai");
            assertThat(response.headers().values("x-llm-attempts")).containsExactly("1");
            assertThat(response.headers().values("x-llm-confidence")).containsExactly("1.00");
            assertThat(response.headers().values("x-llm-request-id").get(0)).startsWith("req_");
            assertThat(response.headers().values("x-llm-policy").get(0)).hasSize(12);
            assertThat(new java.math.BigDecimal(
                            response.headers().values("x-llm-cost-usd").get(0)))
                    .isPositive();
        }
    }

    @Test
    void openAiClientGetsAStreamPieceByPieceWithUsageAtItsEnd() {
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (var stream = openai.chat()
                .completions()
                .createStreaming(openAiRequest("auto", "Write a product description for a kettle with a long handle")
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(chunks::add);
        }

        String text = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta().content().orElse(""))
                .collect(Collectors.joining());
        assertThat(chunks).hasSizeGreaterThan(3);
        assertThat(text).startsWith("[simulated gpt-4o-mini]");
        assertThat(chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .filter(choice -> choice.finishReason().isPresent()))
                .hasSize(1);
        assertThat(chunks.get(chunks.size() - 1).usage().orElseThrow().completionTokens())
                .isPositive();
    }

    @Test
    void openAiClientMayNameATaskATierOrAModel() {
        for (String model : List.of("task:analysis", "tier:premium", "gpt-4o")) {
            try (var response = openai.withRawResponse()
                    .chat()
                    .completions()
                    .create(openAiRequest(model, "Hello").build())) {

                assertThat(response.headers().values("x-llm-tier")).containsExactly("premium");
                assertThat(response.headers().values("x-llm-model")).containsExactly("gpt-4o");
            }
        }
    }

    @Test
    void openAiClientGetsItsOwnErrorForAModelThatIsNotThere() {
        assertThatThrownBy(() -> openai.chat()
                        .completions()
                        .create(openAiRequest("gpt-99", "Hello").build()))
                .isInstanceOf(com.openai.errors.NotFoundException.class)
                .hasMessageContaining("gpt-99");
    }

    @Test
    void openAiClientListsModels() {
        List<String> models = openai.models().list().data().stream()
                .map(com.openai.models.models.Model::id)
                .toList();

        assertThat(models).contains("auto", "task:analysis", "tier:economy", "gpt-4o-mini");
    }

    @Test
    void anthropicClientGetsAWholeAnswer() {
        Message answer = anthropic
                .messages()
                .create(anthropicRequest("auto", "Summarise in two sentences: It rains. It pours. The sun shines.")
                        .build())
                .validate();

        assertThat(answer.content().get(0).asText().text()).contains("It rains.");
        assertThat(answer.stopReason().orElseThrow().asString()).isEqualTo("end_turn");
        assertThat(answer.usage().outputTokens()).isPositive();
    }

    @Test
    void anthropicClientGetsAStreamInItsOwnOrder() {
        List<RawMessageStreamEvent> events = new ArrayList<>();
        try (var stream = anthropic
                .messages()
                .createStreaming(anthropicRequest("auto", "Write a product description for a kettle")
                        .build())) {
            stream.stream().forEach(events::add);
        }

        assertThat(events.get(0).isMessageStart()).isTrue();
        assertThat(events.get(1).isContentBlockStart()).isTrue();
        assertThat(events.get(events.size() - 1).isMessageStop()).isTrue();
        assertThat(events.get(events.size() - 2).asMessageDelta().usage().outputTokens())
                .isPositive();
        assertThat(events.stream()
                        .filter(RawMessageStreamEvent::isContentBlockDelta)
                        .map(event ->
                                event.asContentBlockDelta().delta().asText().text())
                        .collect(Collectors.joining()))
                .startsWith("[simulated gpt-4o-mini]");
    }

    @Test
    void anthropicClientGetsItsOwnErrorForAModelThatIsNotThere() {
        assertThatThrownBy(() -> anthropic
                        .messages()
                        .create(anthropicRequest("claude-99", "Hello").build()))
                .isInstanceOf(com.anthropic.errors.NotFoundException.class)
                .hasMessageContaining("not_found_error");
    }
}
