package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.provider.Tls;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The sockets of the gateway: one server on each event loop, all on the same port, with their connections' time limits. */
final class Listeners implements AutoCloseable {
    private final LlmGatewayComponent component;
    private final LlmRouterContext router;
    private final Handler<HttpServerRequest> invalid;
    private final Duration idle;
    private final List<HttpServer> servers = new ArrayList<>();
    private final Set<Long> sweeps = ConcurrentHashMap.newKeySet();
    private int port;

    /** @param invalid answers what is no HTTP */
    Listeners(LlmGatewayComponent component, LlmRouterContext router, Handler<HttpServerRequest> invalid) {
        this.invalid = invalid;
        this.component = component;
        this.router = router;
        this.idle = Duration.ofSeconds(component.getIdleSeconds());
    }

    /** What is listened on; 0 for nothing. */
    synchronized int port() {
        return port;
    }

    synchronized boolean areOpen() {
        return !servers.isEmpty();
    }

    /** Starts to listen. @param handler takes requests, on the loop that has read their head */
    synchronized void listen(Handler<HttpServerRequest> handler) {
        Vertx vertx = router.vertx();
        HttpServerOptions options = options();
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        // Vert.x: the same negative port stands for the same free port on every event loop
        int asked = component.getPort() == 0 ? -1 : component.getPort();
        for (int i = 0; i < loops; i++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            CompletableFuture<HttpServer> listening = new CompletableFuture<>();
            Connections connections = new Connections();
            context.runOnContext(nothing -> vertx.createHttpServer(options)
                    .requestHandler(request -> {
                        if (connections.isEnding(request)) {
                            return;
                        }
                        connections.began(request);
                        if (hasUnknownCoding(request)) {
                            connections.ends(
                                    request); // where the body ends is not known, and what is read next is no request
                            invalid.handle(request);
                            return;
                        }
                        handler.handle(request);
                    })
                    .connectionHandler(connections::opened)
                    .invalidRequestHandler(invalid)
                    .listen(asked, component.getHost())
                    .onComplete(done -> {
                        if (done.succeeded()) {
                            listening.complete(done.result());
                        } else {
                            listening.completeExceptionally(done.cause());
                        }
                    }));
            HttpServer server = server(listening);
            port = server.actualPort();
            servers.add(server);
            long round = Math.max(100, Math.min(5_000, idle.toMillis() / 2));
            context.runOnContext(nothing -> sweeps.add(vertx.setPeriodic(
                    round, timer -> connections.sweep(idle, Connections.longestSilence(policies())))));
        }
        component.listening(port);
    }

    /** Of codings of the transfer {@code chunked} alone is known. Source: RFC 9112, 6.3. */
    private static boolean hasUnknownCoding(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.size() > 1
                || codings.size() == 1 && !codings.get(0).strip().equalsIgnoreCase("chunked");
    }

    private HttpServer server(CompletableFuture<HttpServer> listening) {
        try {
            return listening.orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new CannotListenException(component.getHost(), component.getPort(), e.getCause());
        }
    }

    private List<RoutingPolicy> policies() {
        return router.policies().values().stream().map(LoadedPolicy::policy).toList();
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
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
        Tls tls = component.tls();
        if (tls != null) {
            tls.applyTo(options);
        }
        return options;
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
    }
}
