package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.dispatch.Cancellation;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Makes an exchange of each request on its path and writes what the route makes of it. */
final class LlmGatewayConsumer extends DefaultConsumer {
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

    private final LlmGatewayEndpoint endpoint;
    private final GatewayServer server;

    LlmGatewayConsumer(LlmGatewayEndpoint endpoint, GatewayServer server, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.server = server;
    }

    String path() {
        return endpoint.getPath();
    }

    Set<String> methods() {
        return endpoint.served();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        server.add(this);
    }

    @Override
    protected void doStop() throws Exception {
        server.remove(this);
        super.doStop();
    }

    /** Runs the route; {@code writer} takes the answer. On an event loop, or on a thread that may block. */
    void handle(HttpServerRequest request, byte[] body, ResponseWriter writer) {
        Exchange exchange = createExchange(false);
        Cancellation cancellation = new Cancellation();
        writer.onClose(cancellation::cancel);
        try {
            fill(exchange, request, body, cancellation);
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            writer.write(exchange, () -> release(exchange));
            return;
        }
        getAsyncProcessor().process(exchange, doneSync -> {
            try {
                writer.write(exchange, () -> release(exchange));
            } catch (RuntimeException e) {
                // Camel would swallow it, and the caller would wait for ever
                getExceptionHandler().handleException("the answer could not be written", e);
                writer.abort();
                release(exchange);
            }
        });
    }

    private static void fill(Exchange exchange, HttpServerRequest request, byte[] body, Cancellation cancellation) {
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(LlmRouterConstants.CANCELLATION, cancellation);
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
        message.setBody(body);
    }

    /** Nobody outside may set what Camel or this module act on. */
    private static boolean isForRoutes(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.startsWith("camel") && !lower.startsWith("org.apache.camel") && !HOP_BY_HOP.contains(lower);
    }

    private void release(Exchange exchange) {
        doneUoW(exchange);
        releaseExchange(exchange, false);
    }
}
