package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.provider.Loops;
import dev.llmrouter.provider.Workers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server that all endpoints of the component share: an instance on each event loop, exact paths, bounded bodies.
 *
 * <p>It listens once all routes have started, so that nobody meets a 404 meanwhile.
 */
final class GatewayServer implements AutoCloseable {
    static final String INTERNAL_ERROR =
            "{\"error\":{\"message\":\"Internal error.\",\"type\":\"server_error\",\"param\":null,\"code\":null}}";

    /** Bodies above this size are parsed on a worker: parsing them would hold up the event loop. In bytes. */
    static final int LARGE_BODY = 256 * 1024;

    /** Above the default timeout of a tier: a caller who waits for a whole answer hears nothing for as long. */
    private static final int IDLE_SECONDS = 660;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final String ANTHROPIC_PATH = "/v1/messages";

    private final LlmGatewayComponent component;
    private final LlmRouterContext router;
    private final Map<String, LlmGatewayConsumer> consumers = new ConcurrentHashMap<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService workers = Workers.create("llm-gateway");
    private boolean waiting;
    private int port;

    GatewayServer(LlmGatewayComponent component, LlmRouterContext router) {
        this.component = component;
        this.router = router;
    }

    synchronized void add(LlmGatewayConsumer consumer) throws Exception {
        LlmGatewayConsumer other = consumers.putIfAbsent(consumer.path(), consumer);
        if (other != null && other != consumer) {
            throw new IllegalStateException("two routes start from llm-gateway:" + consumer.path());
        }
        if (!waiting && servers.isEmpty()) {
            waiting = true;
            CamelContext camel = component.getCamelContext();
            camel.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
                    if (alreadyStarted) {
                        listen(); // a route that is added to a running context
                    }
                }

                @Override
                public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
                    listen();
                }
            });
        }
    }

    void remove(LlmGatewayConsumer consumer) {
        consumers.remove(consumer.path(), consumer);
    }

    synchronized int port() {
        return port;
    }

    private synchronized void listen() {
        Vertx vertx = router.vertx();
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        // Vert.x: the same negative port stands for the same free port on every event loop
        int asked = component.getPort() == 0 ? -1 : component.getPort();
        for (int i = 0; i < loops; i++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            CompletableFuture<HttpServer> listening = new CompletableFuture<>();
            context.runOnContext(nothing -> vertx.createHttpServer(options())
                    .requestHandler(this::handle)
                    // who leaves is noticed by his response; without a handler Vert.x logs an error
                    .connectionHandler(connection ->
                            connection.exceptionHandler(broken -> LOG.debug("A caller's connection broke", broken)))
                    .invalidRequestHandler(GatewayServer::invalid)
                    .listen(asked, component.getHost())
                    .onComplete(done -> {
                        if (done.succeeded()) {
                            listening.complete(done.result());
                        } else {
                            listening.completeExceptionally(done.cause());
                        }
                    }));
            HttpServer server = listening.orTimeout(10, TimeUnit.SECONDS).join();
            port = server.actualPort();
            servers.add(server);
        }
        component.listening(port);
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(32 * 1024)
                .setMaxInitialLineLength(8 * 1024)
                .setHttp2ClearTextEnabled(component.isH2c())
                .setCompressionSupported(false)
                .setDecompressionSupported(false);
    }

    private static void invalid(HttpServerRequest request) {
        closeAfter(request);
        request.response().setStatusCode(400).putHeader("Content-Type", "application/json");
        request.response()
                .end("{\"error\":{\"message\":\"This is not a valid HTTP request.\","
                        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
        request.connection().close();
    }

    /** HTTP/2 has no such header: there a stream ends alone. */
    private static void closeAfter(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("Connection", "close");
        }
    }

    private void handle(HttpServerRequest request) {
        LlmGatewayConsumer consumer = consumers.get(request.path());
        if (consumer == null) {
            error(request, ChatError.Kind.NOT_FOUND, 404, "There is nothing at " + shown(request) + ".");
            return;
        }
        if (!consumer.methods().contains(request.method().name())) {
            String allowed = String.join(", ", new TreeSet<>(consumer.methods()));
            request.response().putHeader("Allow", allowed);
            error(request, ChatError.Kind.INVALID_REQUEST, 405, "Use " + allowed + " here.");
            return;
        }
        if (declaredLength(request) > component.getMaxBodyBytes()) {
            tooLarge(request);
            return;
        }
        new Body(request, consumer).read();
    }

    private static String shown(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        return path.length() > 100 ? path.substring(0, 100) + "..." : path;
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void tooLarge(HttpServerRequest request) {
        closeAfter(request);
        error(
                request,
                ChatError.Kind.TOO_LARGE,
                413,
                "The body is too large: " + component.getMaxBodyBytes() + " bytes are allowed.");
    }

    private void error(HttpServerRequest request, ChatError.Kind kind, int status, String message) {
        boolean anthropic = ANTHROPIC_PATH.equals(request.path());
        byte[] body = router.dialects()
                .caller(anthropic ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI)
                .writeError(ChatError.of(kind, status, message), "");
        HttpServerResponse response = request.response();
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        response.end(Buffer.buffer(body));
    }

    /** Collects the body of one request, no further than the limit. */
    private final class Body {
        private final HttpServerRequest request;
        private final LlmGatewayConsumer consumer;
        private Buffer collected = Buffer.buffer();
        private boolean over;
        private boolean ours;

        Body(HttpServerRequest request, LlmGatewayConsumer consumer) {
            this.request = request;
            this.consumer = consumer;
        }

        void read() {
            Context context = Loops.of(router.vertx());
            request.handler(chunk -> {
                if (over) {
                    return;
                }
                if ((long) collected.length() + chunk.length() > component.getMaxBodyBytes()) {
                    over = true;
                    tooLarge(request);
                } else if (collected.length() == 0) {
                    collected = chunk;
                } else {
                    append(chunk);
                }
            });
            request.endHandler(nothing -> {
                if (!over) {
                    over = true;
                    run(context);
                }
            });
        }

        /** The first chunk is not ours to write into: copied once, then grown in place. */
        private void append(Buffer chunk) {
            if (!ours) {
                ours = true;
                collected = Buffer.buffer(4 * collected.length()).appendBuffer(collected);
            }
            collected.appendBuffer(chunk);
        }

        private void run(Context context) {
            byte[] bytes = collected.getBytes();
            ResponseWriter writer = new ResponseWriter(request, context, component.getHeaderFilterStrategy());
            if (bytes.length > LARGE_BODY || component.getDispatch().equals("worker")) {
                workers.execute(() -> consumer.handle(request, bytes, writer));
            } else {
                consumer.handle(request, bytes, writer);
            }
        }
    }

    @Override
    public synchronized void close() {
        for (HttpServer server : servers) {
            server.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .exceptionally(e -> null)
                    .join();
        }
        servers.clear();
        port = 0;
        waiting = false;
        workers.shutdown();
    }
}
