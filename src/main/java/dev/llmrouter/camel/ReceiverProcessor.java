package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.Betas;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.decide.Wish;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.route.CompiledPolicy;
import dev.llmrouter.route.Incoming;
import dev.llmrouter.route.Received;
import dev.llmrouter.route.RequestSettings;
import dev.llmrouter.route.Router;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Receives a request and reads it: the body, whatever holds it, becomes a chat request with its characteristics.
 *
 * <p>The dialect is in the exchange property {@value #DIALECT} ({@code openai}, {@code anthropic}, {@code responses},
 * {@code embeddings}, {@code text}); where it is missing, a body that is a JSON object with {@code messages} is read as OpenAI's, any other as plain text. For plain text the
 * headers {@link LlmRouterConstants#SYSTEM_PROMPT}, {@link LlmRouterConstants#TEMPERATURE} and
 * {@link LlmRouterConstants#MAX_TOKENS} say what the text has no place for. A body that asks for a stream is asked whole, unless the
 * exchange property {@link LlmRouterConstants#TAKES_STREAM} is true.
 */
public final class ReceiverProcessor extends PolicyStep {
    /** Exchange property: the dialect of the body. */
    public static final String DIALECT = "CamelLlmRouterDialect";

    /** What a text begins with that says where another is, as in Camel's languages. */
    private static final String RESOURCE = "resource:";

    private static final int MOST_BYTES = 1 << 20;

    private static final Map<String, Dialect.Name> DIALECTS = Map.of(
            "openai", Dialect.Name.OPENAI,
            "anthropic", Dialect.Name.ANTHROPIC,
            "responses", Dialect.Name.RESPONSES,
            "embeddings", Dialect.Name.EMBEDDINGS,
            "text", Dialect.Name.TEXT);

    private RequestSettings settings = RequestSettings.NONE;
    private @Nullable String systemPrompt;
    private boolean whole;
    private boolean chatOnly;
    private boolean modelRequired;

    /** What every request asks for, whatever its body says: {@code auto}, {@code task:NAME}, {@code tier:NAME} or a model. */
    public void setModel(String model) {
        settings = new RequestSettings(model, null, null, null, null).orElse(settings);
    }

    /** The task of every request; default: the header {@code x-llm-task}, else the classifiers name it. */
    public void setTask(String task) {
        settings = new RequestSettings(null, task, null, null, null).orElse(settings);
    }

    /**
     * Instructions before every body of plain text; the header {@link LlmRouterConstants#SYSTEM_PROMPT} stands above it. A text that
     * begins with {@code resource:} names where they are, as {@code resource:file:prompt.txt} or {@code resource:classpath:prompt.txt}
     * do; it is read at the start, in UTF-8.
     */
    public void setSystemPrompt(String systemPrompt) {
        this.systemPrompt = systemPrompt;
        settings = new RequestSettings(null, null, systemPrompt, null, null).orElse(settings);
    }

    /**
     * Reads the instructions where they are named, and not written out.
     *
     * @throws IllegalArgumentException if they cannot be read
     */
    void readSystemPrompt(CamelContext context) {
        String named = systemPrompt;
        if (named == null || !named.startsWith(RESOURCE)) {
            return;
        }
        String uri = named.substring(RESOURCE.length()).strip();
        if (!uri.matches("(file|classpath):.*[^/]")) {
            throw new IllegalArgumentException("systemPrompt is '" + named + "'. Allowed behind resource: is file: or"
                    + " classpath: and a name, as in resource:file:prompt.txt");
        }
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(context, uri)) {
            byte[] read = in.readNBytes(MOST_BYTES + 1);
            if (read.length > MOST_BYTES) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            // a decoder of its own reports what is not UTF-8
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read))
                    .toString();
            if (text.isBlank()) {
                throw new IOException("it is empty");
            }
            settings = new RequestSettings(null, null, text, null, null).orElse(settings);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("systemPrompt is '" + named + "', which is not in UTF-8. Convert it.");
        } catch (IOException e) {
            // without a cause: who tells of a start that fails tells the innermost
            throw new IllegalArgumentException("systemPrompt is '" + named + "', and '" + uri + "' cannot be read ("
                    + e.getMessage() + "). Correct the name behind resource:, or write the text itself.");
        }
    }

    /**
     * Temperature for bodies of plain text, 0 to 2, as a route writes it.
     *
     * @throws IllegalArgumentException if it is anything else; the message says what is allowed
     */
    public void setTemperature(String temperature) {
        settings =
                new RequestSettings(null, null, null, RequestSettings.temperature(temperature), null).orElse(settings);
    }

    /**
     * Most tokens of the answer to a body of plain text, from 1, as a route writes them.
     *
     * @throws IllegalArgumentException if it is anything else; the message says what is allowed
     */
    public void setMaxTokens(String maxTokens) {
        settings = new RequestSettings(null, null, null, null, RequestSettings.maxTokens(maxTokens)).orElse(settings);
    }

    /**
     * Whether the answer has to be whole, also where the body asks for a stream and the exchange property
     * {@link LlmRouterConstants#TAKES_STREAM} is true; default: false.
     */
    public void setWhole(boolean whole) {
        this.whole = whole;
    }

    /**
     * Whether only chats are answered here: the dialect {@code embeddings} is refused then, which somebody has left on the exchange;
     * default: false.
     */
    public void setChatOnly(boolean chatOnly) {
        this.chatOnly = chatOnly;
    }

    /**
     * Whether a blank model stops the start: a property without a value would leave the choice to the policy, where a model was to be
     * named. {@code auto} says so in words. Default: false.
     */
    public void setModelRequired(boolean modelRequired) {
        this.modelRequired = modelRequired;
    }

    /** Loads the policy, and says what it wants done that no route does. */
    @Override
    public void start() {
        super.start();
        CamelContext context = getCamelContext();
        if (context != null) {
            if (modelRequired && settings.model() == null) {
                throw new IllegalArgumentException(
                        "the parameter 'model' is blank, and names whom to ask. Allowed: a model of the"
                                + " policy ("
                                + String.join(
                                        ", ",
                                        new TreeSet<>(loaded(context)
                                                .policy()
                                                .models()
                                                .keySet()))
                                + "), tier:NAME, task:NAME, or auto for the policy's choice");
            }
            readSystemPrompt(context);
            RoutingPolicy policy = loaded(context).policy();
            if (given().task() != null && !policy.classifier().takesNamedTasks()) {
                throw new IllegalArgumentException(
                        "policy '" + policy.source() + "' takes no task by name, as the parameter 'task' or"
                                + " 'model' of a route names one: put explicit into its classifier.chain, or leave the parameter out");
            }
            LlmRouterContext.of(context).notices().answering(loaded(context));
        }
    }

    @Override
    Wish given() {
        String model = settings.model();
        return Wish.of(model == null ? "" : model, settings.task());
    }

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        RoutingExchange.forget(exchange);
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        Dialect.Name dialect = dialect(exchange);
        if (chatOnly && dialect == Dialect.Name.EMBEDDINGS) {
            throw bad("The exchange property " + DIALECT + " is 'embeddings', and only chats are answered here."
                    + " Remove it (removeProperty) when the vectors are there, or send texts to direct:llm-embed.");
        }
        byte[] body = dialect == Dialect.Name.EMBEDDINGS ? EmbeddingBody.of(exchange) : RequestBody.of(exchange);
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        BatchAnswer answer = BatchAnswer.of(exchange);
        Received received = answer == null
                ? router.receive(policy, dialect, body, AccessProcessor.keyOf(exchange))
                : router.receive(policy, dialect, body, AccessProcessor.keyOf(exchange), answer.requestId());
        if (dialect == null && received.dialect() == Dialect.Name.OPENAI) {
            body = RequestBody.withModel(body); // a message of a route, not a request of an OpenAI client
        }
        RoutingExchange.begin(exchange, received, exchange.getMessage().getBody(), body);
        try {
            RoutingExchange.put(
                    exchange,
                    router.describe(
                            received,
                            new Incoming(
                                    body,
                                    received.dialect(),
                                    new HeaderView(exchange.getMessage().getHeaders()),
                                    settings(exchange),
                                    whole || !takesStream(exchange),
                                    received.key(),
                                    exchange)));
        } catch (BadRequestException | RuntimeException e) {
            RoutingExchange.failed(exchange); // a recorded request, too: its id is for who handles the exception
            throw e;
        }
    }

    /** Elsewhere than there nobody subscribes: a stream would be paid for and lost. A copy that was tapped off a gateway's exchange answers nobody. */
    private static boolean takesStream(Exchange exchange) {
        boolean isTapped = exchange.getProperty(LlmRouterConstants.CANCELLATION) != null
                && !exchange.getPattern().isOutCapable();
        return !isTapped && exchange.getProperty(LlmRouterConstants.TAKES_STREAM, false, boolean.class);
    }

    /**
     * What the exchange says of its body; null where it says nothing.
     *
     * @throws BadRequestException if there is no such dialect; the message says which there are
     */
    private static Dialect.@Nullable Name dialect(Exchange exchange) throws BadRequestException {
        String name = exchange.getProperty(DIALECT, String.class);
        Dialect.Name known = knownDialect(exchange);
        if (name != null && known == null) {
            throw bad(
                    "The exchange property " + DIALECT + " is '" + name
                            + "'; allowed are openai, anthropic, responses, embeddings and text. Set one of them, or remove it.");
        }
        return known;
    }

    /** What the exchange says of its body; null where it says nothing, or what nobody speaks to us. */
    public static Dialect.@Nullable Name knownDialect(Exchange exchange) {
        String name = exchange.getProperty(DIALECT, String.class);
        return name == null ? null : DIALECTS.get(name.toLowerCase(Locale.ROOT));
    }

    private static BadRequestException bad(String message) {
        return new BadRequestException(ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, message));
    }

    private RequestSettings settings(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        String system = message.getHeader(LlmRouterConstants.SYSTEM_PROMPT, String.class);
        Object temperature = message.getHeader(LlmRouterConstants.TEMPERATURE);
        Object maxTokens = message.getHeader(LlmRouterConstants.MAX_TOKENS);
        String betas = message.getHeader(Betas.HEADER, String.class);
        if (system == null && temperature == null && maxTokens == null && betas == null) {
            return settings;
        }
        try {
            return new RequestSettings(
                            null,
                            null,
                            system,
                            number(exchange, Double.class, temperature),
                            number(exchange, Integer.class, maxTokens),
                            betas)
                    .orElse(settings);
        } catch (RuntimeException e) {
            throw bad("The header " + LlmRouterConstants.TEMPERATURE + " takes a number from 0 to 2, "
                    + LlmRouterConstants.MAX_TOKENS + " a whole number from 1.");
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
