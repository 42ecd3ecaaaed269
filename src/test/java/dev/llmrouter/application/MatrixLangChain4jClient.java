package dev.llmrouter.application;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** LangChain4j, by its module for OpenAI or for Anthropic. */
final class MatrixLangChain4jClient implements MatrixClient {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final String name;
    private final String artifact;
    private final BiFunction<String, Duration, ChatModel> models;
    private final StreamingChatModel streaming;

    private MatrixLangChain4jClient(
            String name,
            String artifact,
            BiFunction<String, Duration, ChatModel> models,
            StreamingChatModel streaming) {
        this.name = name;
        this.artifact = artifact;
        this.models = models;
        this.streaming = streaming;
    }

    static MatrixLangChain4jClient openAi(String base) {
        return new MatrixLangChain4jClient(
                "LangChain4j, OpenAI",
                "langchain4j-open-ai",
                (model, timeout) -> OpenAiChatModel.builder()
                        .baseUrl(base + "/v1")
                        .apiKey("KEY")
                        .modelName(model)
                        .maxRetries(0)
                        .timeout(timeout)
                        .strictJsonSchema(true)
                        .build(),
                OpenAiStreamingChatModel.builder()
                        .baseUrl(base + "/v1")
                        .apiKey("KEY")
                        .modelName("real")
                        .build());
    }

    static MatrixLangChain4jClient anthropic(String base) {
        return new MatrixLangChain4jClient(
                "LangChain4j, Anthropic",
                "langchain4j-anthropic",
                (model, timeout) -> AnthropicChatModel.builder()
                        .baseUrl(base + "/v1")
                        .apiKey("KEY")
                        .modelName(model)
                        .maxTokens(200)
                        .maxRetries(0)
                        .timeout(timeout)
                        .build(),
                AnthropicStreamingChatModel.builder()
                        .baseUrl(base + "/v1")
                        .apiKey("KEY")
                        .modelName("real")
                        .maxTokens(200)
                        .build());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String artifact() {
        return artifact;
    }

    private ChatModel patient() {
        return models.apply("real", PATIENT);
    }

    @Override
    public String plain(String question) {
        return patient().chat(question);
    }

    @Override
    public List<String> streamed(String question) throws Exception {
        List<String> pieces = new ArrayList<>();
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        streaming.chat(question, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.add(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse whole) {
                done.complete(whole);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        done.get(30, TimeUnit.SECONDS);
        return pieces;
    }

    @Override
    public String tools(String question) {
        ToolSpecification tool = ToolSpecification.builder()
                .name("weather")
                .parameters(JsonObjectSchema.builder()
                        .addStringProperty("city")
                        .required("city")
                        .build())
                .build();
        List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from(question)));
        AiMessage called = ask(messages, tool);
        ToolExecutionRequest call = called.toolExecutionRequests().get(0);
        boolean bern = call.arguments().contains("\"Bern\"");
        messages.add(called);
        messages.add(ToolExecutionResultMessage.from(call, "sun in " + (bern ? "Bern" : "?")));
        return ask(messages, tool).text();
    }

    private AiMessage ask(List<ChatMessage> messages, ToolSpecification tool) {
        return patient()
                .chat(ChatRequest.builder()
                        .messages(messages)
                        .toolSpecifications(tool)
                        .build())
                .aiMessage();
    }

    @Override
    public String structured(String question) throws Exception {
        JsonObjectSchema schema = JsonObjectSchema.builder()
                .addStringProperty("name")
                .addIntegerProperty("age")
                .required("name", "age")
                .additionalProperties(false)
                .build();
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(
                        JsonSchema.builder().name("person").rootElement(schema).build())
                .build();
        String text = patient()
                .chat(ChatRequest.builder()
                        .messages(UserMessage.from(question))
                        .responseFormat(format)
                        .build())
                .aiMessage()
                .text();
        MatrixPerson person = new ObjectMapper().readValue(text, MatrixPerson.class);
        return person.name + " " + person.age;
    }

    @Override
    public int error() {
        try {
            models.apply("gpt-99", PATIENT).chat("Count.");
            return 0;
        } catch (ModelNotFoundException own) {
            return own.getCause() instanceof HttpException http ? http.statusCode() : 0;
        }
    }

    @Override
    public boolean timesOut(String question) {
        try {
            models.apply("real", Duration.ofMillis(500)).chat(question);
            return false;
        } catch (TimeoutException own) {
            return true;
        }
    }

    @Override
    public void leaves(String question) throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        streaming.chat(question, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                context.streamingHandle().cancel();
                first.complete(piece.text());
            }

            @Override
            public void onCompleteResponse(ChatResponse whole) {
                first.completeExceptionally(new IllegalStateException("it ended"));
            }

            @Override
            public void onError(Throwable failure) {
                first.completeExceptionally(failure);
            }
        });
        first.get(30, TimeUnit.SECONDS);
    }
}
