package dev.llmrouter.application;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Anthropic's Java client. */
final class MatrixAnthropicClient implements MatrixClient {
    private final AnthropicClient client;
    private final AnthropicClient hasty;

    MatrixAnthropicClient(String base) {
        client = builder(base).build();
        hasty = builder(base).timeout(Duration.ofMillis(500)).build();
    }

    private static AnthropicOkHttpClient.Builder builder(String base) {
        return AnthropicOkHttpClient.builder().baseUrl(base).apiKey("KEY").maxRetries(0);
    }

    @Override
    public String name() {
        return "Anthropic Java";
    }

    @Override
    public String artifact() {
        return "anthropic-java";
    }

    private static MessageCreateParams.Builder asking(String question) {
        return MessageCreateParams.builder().model("real").maxTokens(200).addUserMessage(question);
    }

    private static String text(Message message) {
        return message.validate().content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    @Override
    public String plain(String question) {
        return text(client.messages().create(asking(question).build()));
    }

    @Override
    public List<String> streamed(String question) {
        try (var stream = client.messages().createStreaming(asking(question).build())) {
            return stream.stream()
                    .flatMap(event -> event.validate().contentBlockDelta().stream())
                    .flatMap(event -> event.delta().text().stream())
                    .map(delta -> delta.text())
                    .toList();
        }
    }

    @Override
    public String tools(String question) {
        Tool tool = Tool.builder()
                .name("weather")
                .inputSchema(Tool.InputSchema.builder().build())
                .build();
        Message first =
                client.messages().create(asking(question).addTool(tool).build()).validate();
        ToolUseBlock use = first.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        boolean bern = use._input().toString().contains("Bern");
        return text(client.messages()
                .create(asking(question)
                        .addTool(tool)
                        .addMessage(first)
                        .addUserMessageOfBlockParams(
                                List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                        .toolUseId(use.id())
                                        .content("sun in " + (bern ? "Bern" : "?"))
                                        .build())))
                        .build()));
    }

    @Override
    public String structured(String question) {
        MatrixPerson person =
                client
                        .messages()
                        .create(asking(question)
                                .outputConfig(MatrixPerson.class)
                                .build())
                        .content()
                        .stream()
                        .flatMap(block -> block.text().stream())
                        .findFirst()
                        .orElseThrow()
                        .text();
        return person.name + " " + person.age;
    }

    @Override
    public int error() {
        try {
            client.messages()
                    .create(MessageCreateParams.builder()
                            .model("claude-99")
                            .maxTokens(200)
                            .addUserMessage("Count.")
                            .build());
            return 0;
        } catch (NotFoundException own) {
            return own.statusCode();
        }
    }

    @Override
    public boolean timesOut(String question) {
        try {
            hasty.messages().create(asking(question).build());
            return false;
        } catch (AnthropicIoException own) {
            return true;
        }
    }

    @Override
    public void leaves(String question) {
        try (var stream = client.messages().createStreaming(asking(question).build())) {
            boolean began = stream.stream()
                    .filter(event -> event.isContentBlockDelta())
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
