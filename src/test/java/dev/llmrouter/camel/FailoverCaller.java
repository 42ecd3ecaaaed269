package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.WireSchema;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.route.FailureTranslation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** Who asks where providers fail: a dialect, and the way in: the HTTP gateway, or the route {@code direct:llm-route}. */
enum FailoverCaller {
    OPENAI("openai", "/v1/chat/completions"),
    ANTHROPIC("anthropic", "/v1/messages"),
    RESPONSES("responses", "/v1/responses"),
    OPENAI_BY_ROUTE("openai", null),
    ANTHROPIC_BY_ROUTE("anthropic", null);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** How the gateway calls what a route has in a header. */
    private static final Map<String, String> HEADERS = Map.of(
            LlmRouterConstants.MODEL, "x-llm-model",
            LlmRouterConstants.ATTEMPTS, "x-llm-attempts",
            LlmRouterConstants.TIER, "x-llm-tier",
            LlmRouterConstants.COST_USD, "x-llm-cost-usd",
            LlmRouterConstants.REQUEST_ID, "x-llm-request-id");

    private final String dialect;
    private final @Nullable String path;

    FailoverCaller(String dialect, @Nullable String path) {
        this.dialect = dialect;
        this.path = path;
    }

    boolean isByRoute() {
        return path == null;
    }

    /** What a caller is told where nobody can serve now. A route is told by an exception, which has no dialect. */
    int overloaded() {
        return this == ANTHROPIC ? 529 : 503;
    }

    String body(String model, boolean stream) {
        return body(model, stream, "");
    }

    /** @param begun what the caller has begun the answer with; empty for nothing */
    String body(String model, boolean stream, String begun) {
        String start = "{\"model\":\"" + model + "\",\"stream\":" + stream;
        String messages = "[{\"role\":\"user\",\"content\":\"Hello\"}"
                + (begun.isEmpty() ? "]" : ",{\"role\":\"assistant\",\"content\":\"" + begun + "\"}]");
        return switch (dialect) {
            case "responses" -> start + ",\"max_output_tokens\":50,\"input\":" + messages + "}";
            case "openai" ->
                start + ",\"max_tokens\":50,\"messages\":" + messages
                        + (stream ? ",\"stream_options\":{\"include_usage\":true}}" : "}");
            default -> start + ",\"max_tokens\":50,\"messages\":" + messages + "}";
        };
    }

    FailoverAnswer ask(CamelContext camel, int port, String body) throws Exception {
        FailoverAnswer answer = path == null ? byRoute(camel, body) : byHttp(request(port, body));
        if (dialect.equals("anthropic")) {
            fits(answer);
        }
        return answer;
    }

    /** Whatever went wrong, an Anthropic caller gets nothing that is not of the format. Issue 3, 5. */
    private static void fits(FailoverAnswer answer) throws IOException {
        String definition = answer.isStream() ? "Event" : answer.status() == 200 ? "Message" : "Error";
        for (JsonNode document : answer.documents()) {
            List<String> faults = WireSchema.faults("anthropic", definition, document);
            if (!faults.isEmpty()) {
                throw new AssertionError(faults + " in " + document);
            }
        }
    }

    HttpRequest request(int port, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static FailoverAnswer byHttp(HttpRequest request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return new FailoverAnswer(answer.statusCode(), headers, answer.body());
    }

    private FailoverAnswer byRoute(CamelContext camel, String body) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            Exchange exchange = template.request("direct:llm-route", asked -> {
                asked.getMessage().setBody(body);
                asked.setProperty(ReceiverProcessor.DIALECT, dialect);
                asked.setProperty(LlmRouterConstants.TAKES_STREAM, true);
            });
            Message message = exchange.getMessage();
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            HEADERS.forEach((name, known) -> {
                if (message.getHeader(name) != null) {
                    headers.put(known, message.getHeader(name, String.class));
                }
            });
            Exception failure = exchange.getException();
            if (failure != null) {
                return failed(failure, headers);
            }
            if (message.getBody() instanceof Flow.Publisher<?> stream) {
                headers.put("content-type", "text/event-stream");
                return new FailoverAnswer(200, headers, read(stream));
            }
            return new FailoverAnswer(200, headers, message.getBody(String.class));
        }
    }

    private static FailoverAnswer failed(Exception failure, Map<String, String> known) {
        ChatError error = FailureTranslation.toChatError(failure);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(known);
        if (error.retryAfter() != null) {
            headers.put("Retry-After", Long.toString((error.retryAfter().toMillis() + 999) / 1000));
        }
        if (failure instanceof AllFailedException all) {
            headers.put("x-llm-attempts", Integer.toString(all.attempts().size()));
        }
        return new FailoverAnswer(error.status(), headers, error.kind() + ": " + error.message());
    }

    private static String read(Flow.Publisher<?> stream) throws Exception {
        CompletableFuture<String> whole = new CompletableFuture<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        stream.subscribe(new Flow.Subscriber<Object>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                bytes.writeBytes((byte[]) item);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                whole.complete(bytes.toString(StandardCharsets.UTF_8));
            }
        });
        return whole.get(20, TimeUnit.SECONDS);
    }
}
