package dev.llmrouter.application;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.converter.BeanOutputConverter;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.ai.openai.api.ResponseFormat;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Spring AI's model of OpenAI's chat completions. It sends a tool's result as JSON, so that a text is in quotes. */
final class MatrixSpringAiClient implements MatrixClient {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final String base;

    MatrixSpringAiClient(String base) {
        this.base = base;
    }

    /** Where a tool looks. */
    record Place(String city) {}

    @Override
    public String name() {
        return "Spring AI, OpenAI";
    }

    @Override
    public String artifact() {
        return "spring-ai-openai";
    }

    private OpenAiChatModel model(String name, Duration timeout) {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newHttpClient());
        requests.setReadTimeout(timeout);
        OpenAiApi api = OpenAiApi.builder()
                .baseUrl(base)
                .apiKey("KEY")
                .restClientBuilder(RestClient.builder().requestFactory(requests))
                .webClientBuilder(WebClient.builder().clientConnector(new JdkClientHttpConnector()))
                .build();
        return OpenAiChatModel.builder()
                .openAiApi(api)
                .defaultOptions(OpenAiChatOptions.builder().model(name).build())
                .retryTemplate(RetryTemplate.builder().maxAttempts(1).build())
                .build();
    }

    private static String text(ChatResponse response) {
        return Objects.requireNonNullElse(response.getResult().getOutput().getText(), "");
    }

    @Override
    public String plain(String question) {
        return model("real", PATIENT).call(question);
    }

    @Override
    public List<String> streamed(String question) {
        return Objects.requireNonNull(model("real", PATIENT).stream(question)
                .filter(piece -> !piece.isEmpty())
                .collectList()
                .block(PATIENT));
    }

    @Override
    public String tools(String question) {
        FunctionToolCallback<Place, String> tool = FunctionToolCallback.builder(
                        "weather", (Place place) -> "sun in " + place.city())
                .description("Weather of a city")
                .inputType(Place.class)
                .build();
        OpenAiChatOptions options =
                OpenAiChatOptions.builder().model("real").toolCallbacks(tool).build();
        return text(model("real", PATIENT).call(new Prompt(question, options))).replace("\"", "");
    }

    @Override
    public String structured(String question) {
        BeanOutputConverter<MatrixPerson> converter = new BeanOutputConverter<>(MatrixPerson.class);
        OpenAiChatOptions options = OpenAiChatOptions.builder()
                .model("real")
                .responseFormat(ResponseFormat.builder()
                        .type(ResponseFormat.Type.JSON_SCHEMA)
                        .jsonSchema(converter.getJsonSchema())
                        .build())
                .build();
        MatrixPerson person = Objects.requireNonNull(
                converter.convert(text(model("real", PATIENT).call(new Prompt(question, options)))));
        return person.name + " " + person.age;
    }

    @Override
    public int error() {
        try {
            model("gpt-99", PATIENT).call("Count.");
            return 0;
        } catch (NonTransientAiException own) {
            return Objects.toString(own.getMessage()).contains("404") ? 404 : 0;
        }
    }

    @Override
    public boolean timesOut(String question) {
        try {
            model("real", Duration.ofMillis(500)).call(question);
            return false;
        } catch (ResourceAccessException own) {
            return true;
        }
    }

    @Override
    public void leaves(String question) {
        Objects.requireNonNull(model("real", PATIENT).stream(question)
                .filter(piece -> !piece.isEmpty())
                .blockFirst(PATIENT));
    }
}
