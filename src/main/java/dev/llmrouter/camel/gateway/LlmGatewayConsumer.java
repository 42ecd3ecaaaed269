package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.AccessProcessor;
import dev.llmrouter.camel.ErrorReplyProcessor;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.ReceiverProcessor;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.route.FailureTranslation;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/** Makes an exchange of each request on its path and writes what the route makes of it. */
final class LlmGatewayConsumer extends DefaultConsumer implements ShutdownAware {
    /** Of the connection, not of the message. Source: RFC 9110, section 7.6.1. */
    static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "content-length",
            "expect");

    private static final Set<String> BODILESS = Set.of("GET", "HEAD");

    private final ErrorReplyProcessor errors = new ErrorReplyProcessor();
    private final LlmGatewayEndpoint endpoint;
    private final GatewayServer server;
    private final Set<String> methods;
    /** Requests whose answer is not over, streams too: a route that has handed its stream over has none under way. */
    private final AtomicInteger open = new AtomicInteger();

    private @Nullable LoadedPolicy policy;

    /** A request that may come in. @param over runs once it is over, however it ends */
    record Incoming(
            HttpServerRequest request,
            byte[] body,
            @Nullable AccessKey key,
            Runnable over) {}

    LlmGatewayConsumer(LlmGatewayEndpoint endpoint, GatewayServer server, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.server = server;
        this.methods = endpoint.served();
    }

    /** What it serves: a path, or with {@code /*} at its end all paths below. */
    String path() {
        return endpoint.isBelow() ? endpoint.getPath() + "/*" : endpoint.getPath();
    }

    Set<String> methods() {
        return methods;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.isKeys()) {
            policy = LlmRouterContext.of(endpoint.getCamelContext()).defaultPolicy();
        }
        server.add(this);
    }

    @Override
    protected void doStop() throws Exception {
        server.rest(this);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        server.remove(this);
        super.doShutdown();
    }

    /** Requests under way finish; new ones are not taken meanwhile. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return open.get();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {}

    /** Whether its route is to run on a thread that may block. */
    boolean needsWorker() {
        return endpoint.isWorker();
    }

    /** Whether its requests take their place among those under way. */
    boolean needsAdmission() {
        return endpoint.isAdmission();
    }

    /** Whether it answers by whatever name of host it is asked. */
    boolean servesAnyHost() {
        return endpoint.isAnyHost();
    }

    /** Whether a request may have a body that its route reads. */
    boolean takesBodies() {
        return !BODILESS.containsAll(methods);
    }

    /** Whether callers need a key here. */
    boolean hasKeys() {
        LoadedPolicy asked = policy;
        return asked != null && !asked.current().keys().isEmpty();
    }

    /** The caller's key, by the head of its request alone. @throws BadRequestException if it has none that fits */
    @Nullable
    AccessKey authenticate(HttpServerRequest request) throws BadRequestException {
        LoadedPolicy asked = policy;
        if (asked == null) {
            return null;
        }
        String authorization = request.getHeader("Authorization");
        String password = BasicKey.of(request.path(), authorization);
        return AccessProcessor.authenticate(
                asked.current().keys(), authorization, password != null ? password : request.getHeader("x-api-key"));
    }

    /**
     * Runs the route; {@code writer} takes the answer. On an event loop, or on a thread that may block. Throws nothing: whatever happens, also
     * where memory runs out, the caller does not wait for ever, and the place of his request is free again.
     */
    void handle(Incoming incoming, ResponseWriter writer) {
        open.incrementAndGet();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Exchange> made = new AtomicReference<>();
        Runnable release = () -> {
            if (over.compareAndSet(false, true)) {
                release(made.get(), incoming);
            }
        };
        try {
            run(incoming, writer, made, release);
        } catch (RuntimeException | Error e) {
            giveUp("a request could not be handled", e, writer, release);
        }
    }

    private void run(
            Incoming incoming, ResponseWriter writer, AtomicReference<@Nullable Exchange> made, Runnable release) {
        Exchange exchange = createExchange(false);
        made.set(exchange);
        Cancellation cancellation = new Cancellation();
        writer.onClose(cancellation::cancel);
        try {
            fill(exchange, incoming, cancellation);
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            writer.write(exchange, false, release);
            return;
        }
        getAsyncProcessor().process(exchange, doneSync -> {
            try {
                Exchange answer = answer(exchange);
                writer.write(answer == null ? exchange : answer, answer != null, release);
            } catch (RuntimeException | Error e) { // Camel would swallow it
                giveUp("the answer could not be written", e, writer, release);
            }
        });
    }

    private void giveUp(String what, Throwable cause, ResponseWriter writer, Runnable release) {
        try {
            writer.abort();
        } finally {
            release.run();
        }
        getExceptionHandler().handleException(what, cause);
    }

    /**
     * What the caller is told: where a route of somebody's own failed, and that is ours to tell (the caller's mistake, or that nobody can serve it),
     * an error of his dialect. It is an exchange of its own: the one that failed stays as it is for what the route does on completion, and nothing
     * that the route had set goes out.
     *
     * @return null where something went wrong here
     */
    private @Nullable Exchange answer(Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            return exchange;
        }
        if (!FailureTranslation.isKnown(failure)) {
            return null;
        }
        Exchange told = new DefaultExchange(exchange.getContext(), exchange.getPattern());
        exchange.getProperties().forEach(told::setProperty);
        told.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        if (ReceiverProcessor.knownDialect(told) == null) {
            told.setProperty(
                    ReceiverProcessor.DIALECT,
                    "openai"); // of a request that was not received: as of those refused at the door
        }
        errors.process(told);
        return told;
    }

    private static void fill(Exchange exchange, Incoming incoming, Cancellation cancellation) {
        HttpServerRequest request = incoming.request();
        if (incoming.key() != null) {
            AccessProcessor.admit(exchange, incoming.key());
        }
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(LlmRouterConstants.CANCELLATION, cancellation);
        exchange.setProperty(LlmRouterConstants.ASYNCHRONOUS, true);
        exchange.setProperty(LlmRouterConstants.TAKES_STREAM, true);
        Message message = exchange.getIn();
        for (Map.Entry<String, String> header : request.headers()) {
            String name = header.getKey();
            if (isForRoutes(name)) {
                Object before = message.getHeader(name);
                message.setHeader(name, before == null ? header.getValue() : before + "," + header.getValue());
            }
        }
        message.setHeader(Exchange.HTTP_METHOD, request.method().name());
        message.setHeader(Exchange.HTTP_PATH, request.path());
        if (request.query() != null) {
            message.setHeader(Exchange.HTTP_QUERY, request.query());
        }
        message.setBody(incoming.body());
    }

    /** Nobody outside may set what Camel or this module act on. */
    private static boolean isForRoutes(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.startsWith("camel") && !lower.startsWith("org.apache.camel") && !HOP_BY_HOP.contains(lower);
    }

    private void release(@Nullable Exchange exchange, Incoming incoming) {
        try {
            if (exchange != null) {
                doneUoW(exchange);
                releaseExchange(exchange, false);
            }
        } finally {
            open.decrementAndGet();
            incoming.over().run();
        }
    }
}
