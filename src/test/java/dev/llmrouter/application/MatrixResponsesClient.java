package dev.llmrouter.application;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** OpenAI's Java client, in Responses. */
final class MatrixResponsesClient implements MatrixClient {
    private final OpenAIClient client;
    private final OpenAIClient hasty;

    MatrixResponsesClient(String base) {
        client = MatrixOpenAiClient.builder(base).build();
        hasty = MatrixOpenAiClient.builder(base).timeout(Duration.ofMillis(500)).build();
    }

    @Override
    public String name() {
        return "OpenAI Java, Responses";
    }

    @Override
    public String artifact() {
        return "openai-java";
    }

    private static ResponseCreateParams.Builder asking(String question) {
        return ResponseCreateParams.builder().model("real").input(question);
    }

    private static String text(Response response) {
        return response.validate().output().stream()
                .filter(ResponseOutputItem::isMessage)
                .flatMap(item -> item.asMessage().content().stream())
                .map(part -> part.asOutputText().text())
                .collect(Collectors.joining());
    }

    @Override
    public String plain(String question) {
        return text(client.responses().create(asking(question).build()));
    }

    @Override
    public List<String> streamed(String question) {
        try (var stream = client.responses().createStreaming(asking(question).build())) {
            return stream.stream()
                    .flatMap(event -> event.validate().outputTextDelta().stream())
                    .map(delta -> delta.delta())
                    .toList();
        }
    }

    @Override
    public String tools(String question) {
        FunctionTool tool = FunctionTool.builder()
                .name("weather")
                .strict(false)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .build())
                .build();
        ResponseFunctionToolCall call = client.responses()
                .create(asking(question).addTool(tool).build())
                .validate()
                .output()
                .get(0)
                .asFunctionCall();
        boolean bern = call.arguments().contains("\"Bern\"");
        return text(client.responses()
                .create(ResponseCreateParams.builder()
                        .model("real")
                        .addTool(tool)
                        .inputOfResponse(List.of(
                                ResponseInputItem.ofFunctionCall(call),
                                ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                                        .callId(call.callId())
                                        .output("sun in " + (bern ? "Bern" : "?"))
                                        .build())))
                        .build()));
    }

    @Override
    public String structured(String question) {
        MatrixPerson person =
                client
                        .responses()
                        .create(asking(question).text(MatrixPerson.class).build())
                        .output()
                        .stream()
                        .flatMap(item -> item.message().stream())
                        .flatMap(message -> message.content().stream())
                        .flatMap(part -> part.outputText().stream())
                        .findFirst()
                        .orElseThrow();
        return person.name + " " + person.age;
    }

    @Override
    public int error() {
        try {
            client.responses()
                    .create(ResponseCreateParams.builder()
                            .model("gpt-99")
                            .input("Count.")
                            .build());
            return 0;
        } catch (NotFoundException own) {
            return own.statusCode();
        }
    }

    @Override
    public boolean timesOut(String question) {
        try {
            hasty.responses().create(asking(question).build());
            return false;
        } catch (OpenAIIoException own) {
            return true;
        }
    }

    @Override
    public void leaves(String question) {
        try (var stream = client.responses().createStreaming(asking(question).build())) {
            boolean began = stream.stream()
                    .filter(event -> event.isOutputTextDelta())
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
