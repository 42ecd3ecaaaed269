package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.route.Incoming;
import dev.llmrouter.route.Received;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.TextSettings;
import java.io.InputStream;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Receives a request and reads it: the body, whatever holds it, becomes a chat request with its characteristics.
 *
 * <p>The dialect is in the exchange property {@value #DIALECT} ({@code openai}, {@code anthropic}, {@code text}); where it is
 * missing, a body that is a JSON object with {@code messages} is read as OpenAI's, any other as plain text. For plain text the
 * headers {@link LlmRouterConstants#SYSTEM_PROMPT}, {@link LlmRouterConstants#TEMPERATURE} and
 * {@link LlmRouterConstants#MAX_TOKENS} say what the text has no place for.
 */
public final class ReceiverProcessor extends PolicyStep {
    /** Exchange property: the dialect of the body. */
    public static final String DIALECT = "CamelLlmRouterDialect";

    private @Nullable String model;
    private boolean whole;

    /** What a body of plain text asks for: {@code auto} (the default), {@code task:NAME}, {@code tier:NAME} or a model. */
    public void setModel(String model) {
        this.model = model;
    }

    public @Nullable String getModel() {
        return model;
    }

    /** Whether the answer has to be whole, also where the body asks for a stream; default: false. */
    public void setWhole(boolean whole) {
        this.whole = whole;
    }

    public boolean isWhole() {
        return whole;
    }

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        byte[] body = RequestBody.of(exchange);
        Received received = router.receive(
                loaded(exchange.getContext()).current(), dialect(exchange), body, AccessProcessor.keyOf(exchange));
        Object input = exchange.getMessage().getBody();
        // a stream has been read: what was read stands in for it
        RoutingExchange.begin(exchange, received, input instanceof InputStream ? body : input);
        RoutingExchange.put(
                exchange,
                router.describe(
                        received,
                        new Incoming(
                                body,
                                received.dialect(),
                                new HeaderView(exchange.getMessage().getHeaders()),
                                textSettings(exchange),
                                whole,
                                received.key(),
                                exchange)));
    }

    static Dialect.@Nullable Name dialect(Exchange exchange) {
        String name = exchange.getProperty(DIALECT, String.class);
        return name == null ? null : Dialect.Name.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private TextSettings textSettings(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        String system = message.getHeader(LlmRouterConstants.SYSTEM_PROMPT, String.class);
        Object temperature = message.getHeader(LlmRouterConstants.TEMPERATURE);
        Object maxTokens = message.getHeader(LlmRouterConstants.MAX_TOKENS);
        if (model == null && system == null && temperature == null && maxTokens == null) {
            return TextSettings.NONE;
        }
        try {
            return new TextSettings(
                    model,
                    system,
                    number(exchange, Double.class, temperature),
                    number(exchange, Integer.class, maxTokens));
        } catch (RuntimeException e) {
            throw new BadRequestException(ChatError.of(
                    ChatError.Kind.INVALID_REQUEST,
                    400,
                    "The header " + LlmRouterConstants.TEMPERATURE + " takes a number from 0 to 2, "
                            + LlmRouterConstants.MAX_TOKENS + " a whole number from 1."));
        }
    }

    /** @throws IllegalArgumentException if it is no number */
    private static <N extends Number> @Nullable N number(Exchange exchange, Class<N> type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        N number = exchange.getContext().getTypeConverter().tryConvertTo(type, exchange, value);
        if (number == null) {
            throw new IllegalArgumentException("no number");
        }
        return number;
    }
}
