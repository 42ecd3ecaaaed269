package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.provider.Loops;
import dev.llmrouter.provider.Workers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server that all endpoints of the component share: an instance on each event loop. Whether a request
 * may come is decided by its head; only then is its body read, within the bounds of size, time and memory.
 *
 * <p>It listens once all routes have started, so that nobody meets a 404 meanwhile.
 */
final class GatewayServer implements AutoCloseable {
    static final String INTERNAL_ERROR =
            "{\"error\":{\"message\":\"Internal error.\",\"type\":\"server_error\",\"param\":null,\"code\":null}}";

    /** Bodies above this size are parsed on a worker: parsing them would hold up the event loop. In bytes. */
    static final int LARGE_BODY = 256 * 1024;

    /** How long a caller may go on sending what nobody reads any more, so that he reads why. In ms. */
    private static final long LINGER_MILLIS = 1_000;

    /** When to try again where there is no room: requests end all the time. In seconds. */
    private static final String RETRY_AFTER = "1";

    private static final String EXPECT_CONTINUE = "100-continue";
    private static final String ANTHROPIC_PATH = "/v1/messages";

    private final LlmGatewayComponent component;
    private final LlmRouterContext router;
    private final Map<String, LlmGatewayConsumer> consumers = new ConcurrentHashMap<>();
    /** Paths whose route is stopped but not removed. */
    private final Set<String> resting = ConcurrentHashMap.newKeySet();

    private final List<HttpServer> servers = new ArrayList<>();
    private final Executor workers;
    private final @Nullable ExecutorService ownWorkers;
    private final Admission admission;
    private final @Nullable LocalCallers localCallers;
    private final Cors cors;
    private final BodyReader.Limits bodyLimits;
    private final Duration idle;
    private final Set<Long> sweeps = ConcurrentHashMap.newKeySet();
    private boolean waiting;
    private int port;

    GatewayServer(LlmGatewayComponent component, LlmRouterContext router) {
        this.component = component;
        this.router = router;
        ExecutorService given = component.getWorkerPool();
        ExecutorService own = given == null ? Workers.create("llm-gateway") : null;
        this.ownWorkers = own;
        this.workers = given != null ? given : Objects.requireNonNull(own);
        this.admission = new Admission(component.getMaxRequests(), component.bodyBudgetOrDefault());
        this.cors = Cors.of(component.getCorsOrigins());
        this.localCallers = LocalCallers.isLoopback(component.getHost())
                ? new LocalCallers(component.allowedHostNames(), cors)
                : null;
        this.bodyLimits =
                new BodyReader.Limits(component.getMaxBodyBytes(), component.getBodyTimeoutSeconds() * 1_000L);
        this.idle = Duration.ofSeconds(component.getIdleSeconds());
    }

    synchronized void add(LlmGatewayConsumer consumer) throws Exception {
        resting.remove(consumer.path());
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

    /** Its route has stopped, for a while or for good: callers are told to come again, not that there is nothing. */
    void rest(LlmGatewayConsumer consumer) {
        resting.add(consumer.path());
        consumers.remove(consumer.path(), consumer);
    }

    /** Its route has been removed. */
    void remove(LlmGatewayConsumer consumer) {
        if (!isDraining()) {
            resting.remove(consumer.path());
        }
    }

    /** Whether no new requests are taken, because the context stops. */
    boolean isDraining() {
        CamelContext camel = component.getCamelContext();
        return camel.isStopping() || camel.isStopped();
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
            Connections connections = new Connections();
            context.runOnContext(nothing -> vertx.createHttpServer(options())
                    .requestHandler(request -> {
                        connections.began(request);
                        handle(request);
                    })
                    .connectionHandler(connections::opened)
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
            long round = Math.max(100, Math.min(5_000, idle.toMillis() / 2));
            context.runOnContext(nothing -> sweeps.add(vertx.setPeriodic(
                    round, timer -> connections.sweep(idle, Connections.longestSilence(policies())))));
        }
        component.listening(port);
    }

    private List<RoutingPolicy> policies() {
        return router.policies().values().stream().map(LoadedPolicy::policy).toList();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setTcpNoDelay(true)
                .setIdleTimeout(0) // see Connections
                .setMaxHeaderSize(32 * 1024)
                .setMaxInitialLineLength(8 * 1024)
                .setHttp2ClearTextEnabled(component.isH2c())
                .setCompressionSupported(false)
                // no WebSocket is served: no handler for its extensions in every connection
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setDecompressionSupported(false);
    }

    private static void invalid(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        response.setStatusCode(400)
                .putHeader("Content-Type", "application/json")
                .end("{\"error\":{\"message\":\"This is not a valid HTTP request.\","
                        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
        request.connection().close();
    }

    private void handle(HttpServerRequest request) {
        cors.mark(request);
        String served = servedPath(request);
        LlmGatewayConsumer consumer = consumers.get(served);
        if (isDraining() || consumer == null && resting.contains(served)) {
            request.response().putHeader("Retry-After", RETRY_AFTER);
            refuseAndClose(request, ChatError.Kind.OVERLOADED, 503, "This instance is stopping: send it again.");
            return;
        }
        if (consumer == null) {
            refuse(request, ChatError.Kind.NOT_FOUND, 404, "There is nothing at " + shown(request) + ".");
            return;
        }
        if (!consumer.methods().contains(request.method().name())) {
            otherMethod(request, consumer);
            return;
        }
        String foreign = localCallers == null || consumer.hasKeys() ? null : localCallers.refusal(request);
        if (foreign != null) {
            refuse(request, ChatError.Kind.PERMISSION, 403, foreign);
            return;
        }
        AccessKey key;
        try {
            key = consumer.authenticate(request);
        } catch (BadRequestException e) {
            refuse(request, e.error());
            return;
        }
        admit(request, consumer, key);
    }

    /** What it is served by: its path, or the closest one above it that serves all paths below. */
    private String servedPath(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String above = end == path.length() ? path : path.substring(0, end) + "/*";
            if (consumers.containsKey(above) || resting.contains(above)) {
                return above;
            }
        }
        return path;
    }

    /** OPTIONS tells what there is; of any other method, that it is not served. */
    private void otherMethod(HttpServerRequest request, LlmGatewayConsumer consumer) {
        Set<String> methods = new TreeSet<>(consumer.methods());
        boolean asks = request.method().equals(HttpMethod.OPTIONS);
        if (asks) {
            methods.add(HttpMethod.OPTIONS.name());
        }
        String allowed = String.join(", ", methods);
        request.response().putHeader("Allow", allowed);
        if (asks) {
            cors.preflight(request, allowed);
            end(request, 204, Buffer.buffer(), hasUnreadBody(request));
        } else {
            refuse(request, ChatError.Kind.INVALID_REQUEST, 405, "Use " + allowed + " here.");
        }
    }

    /** Everything that the head tells is fine: the body may come. */
    private void admit(HttpServerRequest request, LlmGatewayConsumer consumer, @Nullable AccessKey key) {
        long declared = declaredLength(request);
        if (declared > bodyLimits.maxBytes()) {
            refuse(request, BodyReader.Fault.TOO_LARGE);
            return;
        }
        String expected = request.getHeader("Expect");
        if (expected != null && !expected.equalsIgnoreCase(EXPECT_CONTINUE)) {
            refuse(request, ChatError.Kind.INVALID_REQUEST, 417, "Of 'Expect', 100-continue alone is known here.");
            return;
        }
        Admission.Ticket ticket = admission.enter();
        if (ticket == null || !ticket.holds(declared)) {
            if (ticket != null) {
                ticket.close();
            }
            refuse(request, BodyReader.Fault.NO_ROOM);
            return;
        }
        Context context = Loops.of(router.vertx());
        new BodyReader(
                        request,
                        bodyLimits,
                        ticket,
                        router.vertx(),
                        fault -> refuse(request, fault),
                        body -> run(request, consumer, key, body, ticket, context))
                .read();
        if (expected != null) {
            request.response().writeContinue();
        }
    }

    private void run(
            HttpServerRequest request,
            LlmGatewayConsumer consumer,
            @Nullable AccessKey key,
            Buffer body,
            Admission.Ticket ticket,
            Context context) {
        byte[] bytes = body.getBytes();
        ResponseWriter writer =
                new ResponseWriter(request, context, component.getHeaderFilterStrategy(), this::isDraining);
        LlmGatewayConsumer.Incoming incoming = new LlmGatewayConsumer.Incoming(request, bytes, key, ticket::close);
        if (bytes.length <= LARGE_BODY
                && !consumer.needsWorker()
                && !component.getDispatch().equals("worker")) {
            consumer.handle(incoming, writer);
            return;
        }
        try {
            workers.execute(() -> consumer.handle(incoming, writer));
        } catch (RejectedExecutionException e) {
            ticket.close();
            refuse(request, BodyReader.Fault.NO_ROOM);
        }
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

    private void refuse(HttpServerRequest request, BodyReader.Fault fault) {
        switch (fault) {
            case TOO_LARGE ->
                refuse(
                        request,
                        ChatError.Kind.TOO_LARGE,
                        413,
                        "The body is too large: " + bodyLimits.maxBytes() + " bytes are allowed.");
            case NO_ROOM -> {
                request.response().putHeader("Retry-After", RETRY_AFTER);
                refuse(
                        request,
                        ChatError.Kind.OVERLOADED,
                        503,
                        "There are as many requests under way as there may be. Try again after Retry-After.");
            }
            case TOO_SLOW ->
                refuse(
                        request,
                        ChatError.Kind.TIMEOUT,
                        408,
                        "The body did not come within " + bodyLimits.millis() / 1_000 + " s.");
        }
    }

    private void refuse(HttpServerRequest request, ChatError.Kind kind, int status, String message) {
        refuse(request, ChatError.of(kind, status, message));
    }

    /** A body that nobody has read is in the way of the next request on the connection: it ends with the answer. */
    private void refuse(HttpServerRequest request, ChatError error) {
        end(request, error, hasUnreadBody(request));
    }

    private static boolean hasUnreadBody(HttpServerRequest request) {
        boolean bodyless = declaredLength(request) == 0 && request.getHeader("Transfer-Encoding") == null;
        return !bodyless && !request.isEnded();
    }

    private void refuseAndClose(HttpServerRequest request, ChatError.Kind kind, int status, String message) {
        end(request, ChatError.of(kind, status, message), true);
    }

    private void end(HttpServerRequest request, ChatError error, boolean close) {
        String path = request.path() == null ? "" : request.path();
        boolean anthropic = path.equals(ANTHROPIC_PATH) || path.startsWith(ANTHROPIC_PATH + "/");
        CallerDialect dialect = router.dialects().caller(anthropic ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI);
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", "application/json");
        if (error.status() == 401) {
            // a browser asks its reader for a key on the pages that are for people, and there alone
            response.putHeader(
                    "WWW-Authenticate",
                    BasicKey.isTakenAt(request.path())
                            ? "Basic realm=\"camel-llm-router\", charset=\"UTF-8\""
                            : "Bearer");
        }
        end(request, error.status(), Buffer.buffer(dialect.writeError(error, "")), close);
    }

    private void end(HttpServerRequest request, int status, Buffer body, boolean close) {
        HttpServerResponse response = request.response().setStatusCode(status);
        // in HTTP/2 a stream ends alone, and the header is forbidden
        if (!close || request.version() == HttpVersion.HTTP_2) {
            response.end(body);
            return;
        }
        response.putHeader("Connection", "close");
        HttpConnection connection = request.connection();
        if (request.isEnded()) {
            response.end(body).onComplete(done -> connection.close());
            return;
        }
        // what comes yet is read and dropped for a while: closing on unread bytes would take the answer away
        request.handler(chunk -> {});
        request.endHandler(nothing -> connection.close());
        response.end(body);
        router.vertx().setTimer(LINGER_MILLIS, due -> connection.close());
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
        sweeps.forEach(router.vertx()::cancelTimer);
        sweeps.clear();
        port = 0;
        waiting = false;
        if (ownWorkers != null) {
            ownWorkers.shutdown();
        }
    }
}
