package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.decide.Wish;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Receives a request: the body becomes a {@code ChatRequest} with its characteristics.
 *
 * <p>The dialect is in the exchange property {@value #DIALECT} ({@code openai}, {@code anthropic}, {@code text}); where it is
 * missing, a body that is a JSON object with messages is read as OpenAI's, any other as plain text.
 */
public final class ReceiverProcessor extends PolicyStep {
    /** Exchange property: the dialect of the body. */
    public static final String DIALECT = "CamelLlmRouterDialect";

    private static final String TASK_HEADER = "x-llm-task";
    private static final String TAGS_HEADER = "x-llm-tags";
    private static final int MAX_TAGS = 64;

    private final Describer describer = new Describer();
    private final RequestIds ids = new RequestIds();

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        long start = System.nanoTime();
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Dialect.Name dialect = dialect(exchange.getProperty(DIALECT, String.class), body);
        RoutingState state = new RoutingState(ids.next(), dialect, Instant.now(), start, policy, false);
        state.key = AccessProcessor.keyOf(exchange);
        state.attachTo(exchange);
        if (body == null) {
            throw new BadRequestException(
                    ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The request has no body."));
        }
        ChatRequest request = LlmRouterContext.of(exchange.getContext())
                .dialects()
                .caller(dialect)
                .parseRequest(body, policy.policy().limits());
        String taskHeader = message.getHeader(TASK_HEADER, String.class);
        state.wish = Wish.of(request.model(), taskHeader);
        Characteristics characteristics = describer.describe(request);
        state.input = new Input(
                request,
                characteristics,
                state.wish.task(),
                tags(message.getHeader(TAGS_HEADER, String.class)),
                new HeaderView(message.getHeaders()),
                exchange);
    }

    static Dialect.Name dialect(@Nullable String name, byte @Nullable [] body) {
        if (name != null) {
            return Dialect.Name.valueOf(name.toUpperCase(Locale.ROOT));
        }
        if (body != null && firstVisible(body) == '{') {
            return Dialect.Name.OPENAI;
        }
        return Dialect.Name.TEXT;
    }

    private static int firstVisible(byte[] body) {
        for (byte each : body) {
            if (each > ' ') {
                return each;
            }
        }
        return -1;
    }

    private static Set<String> tags(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Set.of();
        }
        Set<String> tags = new LinkedHashSet<>();
        for (String tag : header.split(",", MAX_TAGS + 1)) {
            if (!tag.isBlank() && tags.size() < MAX_TAGS) {
                tags.add(tag.strip());
            }
        }
        return tags;
    }
}
