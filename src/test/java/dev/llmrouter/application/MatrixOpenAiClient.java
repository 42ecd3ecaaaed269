package dev.llmrouter.application;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.time.Duration;
import java.util.List;

/** OpenAI's Java client, in chat completions. */
final class MatrixOpenAiClient implements MatrixClient {
    private final OpenAIClient client;
    private final OpenAIClient hasty;

    MatrixOpenAiClient(String base) {
        client = builder(base).build();
        hasty = builder(base).timeout(Duration.ofMillis(500)).build();
    }

    static OpenAIOkHttpClient.Builder builder(String base) {
        return OpenAIOkHttpClient.builder().baseUrl(base + "/v1").apiKey("KEY").maxRetries(0);
    }

    @Override
    public String name() {
        return "OpenAI Java, chat completions";
    }

    @Override
    public String artifact() {
        return "openai-java";
    }

    private static ChatCompletionCreateParams.Builder asking(String question) {
        return ChatCompletionCreateParams.builder().model("real").addUserMessage(question);
    }

    private static String text(OpenAIClient by, ChatCompletionCreateParams params) {
        return by.chat()
                .completions()
                .create(params)
                .validate()
                .choices()
                .get(0)
                .message()
                .content()
                .orElse("");
    }

    @Override
    public String plain(String question) {
        return text(client, asking(question).build());
    }

    @Override
    public List<String> streamed(String question) {
        try (var stream =
                client.chat().completions().createStreaming(asking(question).build())) {
            return stream.stream()
                    .flatMap(chunk -> chunk.validate().choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .filter(piece -> !piece.isEmpty())
                    .toList();
        }
    }

    @Override
    public String tools(String question) {
        ChatCompletionFunctionTool tool = ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .build())
                        .build())
                .build();
        ChatCompletionMessage called = client.chat()
                .completions()
                .create(asking(question).addTool(tool).build())
                .validate()
                .choices()
                .get(0)
                .message();
        var call = called.toolCalls().orElseThrow().get(0).asFunction();
        boolean bern = call.function().arguments().contains("\"Bern\"");
        return text(
                client,
                asking(question)
                        .addTool(tool)
                        .addMessage(called)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("sun in " + (bern ? "Bern" : "?"))
                                .build())
                        .build());
    }

    @Override
    public String structured(String question) {
        MatrixPerson person = client.chat()
                .completions()
                .create(asking(question).responseFormat(MatrixPerson.class).build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        return person.name + " " + person.age;
    }

    @Override
    public int error() {
        try {
            plain(client, "gpt-99");
            return 0;
        } catch (NotFoundException own) {
            return own.statusCode();
        }
    }

    private static void plain(OpenAIClient by, String model) {
        by.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(model)
                        .addUserMessage("Count.")
                        .build());
    }

    @Override
    public boolean timesOut(String question) {
        try {
            text(hasty, asking(question).build());
            return false;
        } catch (OpenAIIoException own) {
            return true;
        }
    }

    @Override
    public void leaves(String question) {
        try (var stream =
                client.chat().completions().createStreaming(asking(question).build())) {
            boolean began = stream.stream()
                    .filter(chunk -> chunk.choices().stream()
                            .anyMatch(choice -> choice.delta().content().isPresent()))
                    .findFirst()
                    .isPresent();
            if (!began) {
                throw new IllegalStateException("nothing came");
            }
        }
    }

    @Override
    public void close() {
        client.close();
        hasty.close();
    }
}
