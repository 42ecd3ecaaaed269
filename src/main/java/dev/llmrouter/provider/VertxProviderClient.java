package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls providers over HTTP, from one pool of connections for each limit of the time to connect. Redirects are not followed, nothing is tried twice (a request
 * that was sent may have been billed), and nothing of the caller's headers is sent. Safe for use by many threads.
 *
 * <p>HTTP/1.1 only: giving up one answer then closes one connection, which is what makes a provider stop generating.
 */
public final class VertxProviderClient implements ProviderClient, AutoCloseable {
    /** Connections that one provider may have at a time. */
    public static final int MAX_CONNECTIONS = 16_384;

    /** Seconds after which an unused connection is closed: well below the usual 60 s of load balancers. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(VertxProviderClient.class);

    private final Vertx vertx;
    /** By how long a connection may take, in ms; mostly there is one. */
    private final Map<Integer, HttpClient> clients = new ConcurrentHashMap<>();

    private final BiFunction<Protocol, ChatRequest, ? extends ProviderDialect> dialects;
    private final Tls tls;
    private final Clock clock;
    private final ExecutorService workers = Workers.create("llm-provider");

    /**
     * @param dialects the dialect in which a protocol's provider is asked a request; never asked for the simulator's
     * @param tls for providers whose base URL is https
     * @param clock reads the dates of Retry-After
     */
    public VertxProviderClient(
            Vertx vertx, BiFunction<Protocol, ChatRequest, ? extends ProviderDialect> dialects, Tls tls, Clock clock) {
        this.vertx = vertx;
        this.dialects = dialects;
        this.tls = tls;
        this.clock = clock;
    }

    /**
     * The limit is kept where the connection is made: a request that waits for its turn on a busy event loop is not a provider
     * that cannot be reached, and 2,000 requests at once wait long.
     */
    private HttpClient client(Duration connect) {
        return clients.computeIfAbsent((int) Math.max(1, Math.min(connect.toMillis(), Integer.MAX_VALUE)), this::open);
    }

    private HttpClient open(int connectMillis) {
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setDecompressionSupported(true)
                .setConnectTimeout(connectMillis)
                .setSslHandshakeTimeout(connectMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
        tls.applyTo(options);
        return vertx.httpClientBuilder()
                .with(options)
                // the builder does not look at the size in HttpClientOptions: without this there are 5
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
                // an attempt hears of it by its request or response; an unused connection may break without harm
                .withConnectHandler(connection -> {
                    Flushes.together(connection);
                    connection.exceptionHandler(broken -> LOG.debug("A connection broke", broken));
                })
                .build();
    }

    @Override
    public void call(ProviderCall call, Callback callback) {
        Context context = Loops.of(vertx);
        if (Weight.isLarge(call.request())) {
            try {
                workers.execute(() -> {
                    Body body = Body.of(call, dialects);
                    Loops.run(context, () -> start(call, callback, context, body));
                });
                return;
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                LOG.debug("No worker is free: a large request is written on an event loop", e);
            }
        }
        Loops.run(context, () -> start(call, callback, context, Body.of(call, dialects)));
    }

    /** What is sent; or why it cannot be written. */
    private record Body(
            byte @Nullable [] bytes,
            @Nullable Throwable failure,
            @Nullable ProviderDialect dialect) {
        static Body of(ProviderCall call, BiFunction<Protocol, ChatRequest, ? extends ProviderDialect> dialects) {
            try {
                ProviderDialect dialect =
                        dialects.apply(call.candidate().provider().protocol(), call.request());
                return new Body(
                        ProviderRequest.body(
                                dialect, call.request(), call.candidate().model()),
                        null,
                        dialect);
            } catch (JsonProcessingException | RuntimeException | Error e) {
                return new Body(null, e, null);
            }
        }
    }

    private void start(ProviderCall call, Callback callback, Context context, Body body) {
        Provider provider = call.candidate().provider();
        Model model = call.candidate().model();
        ProviderDialect written = body.dialect();
        ProviderDialect dialect = written == null ? dialects.apply(provider.protocol(), call.request()) : written;
        HttpCall attempt = new HttpCall(call, dialect, callback, Loop.of(vertx, context), workers, clock);
        if (!attempt.begin()) {
            return;
        }
        byte[] bytes = body.bytes();
        if (bytes == null) {
            attempt.unwritable(Objects.requireNonNull(body.failure()));
            return;
        }
        RequestOptions target;
        try {
            target = target(provider, model, call.request());
        } catch (RuntimeException e) {
            attempt.unwritable(e);
            return;
        }
        client(call.candidate().timeouts().connect()).request(target).onComplete(requested -> {
            if (requested.failed()) {
                attempt.broken(requested.cause());
            } else {
                send(attempt, requested.result(), provider, call.request(), bytes);
            }
        });
    }

    private static void send(
            HttpCall attempt, HttpClientRequest request, Provider provider, ChatRequest asked, byte[] body) {
        Exchanged connection = new Exchanged(request);
        // without a handler, Vert.x reports a request that is given up as an error in the log
        request.exceptionHandler(attempt::broken);
        attempt.connected(connection);
        if (attempt.isOver()) {
            return;
        }
        try {
            MultiMap headers = request.headers();
            ProviderRequest.headers(provider, asked, headers::set);
            attempt.sent();
            request.send(wrapped(body)).onComplete(answered -> {
                if (answered.failed()) {
                    attempt.broken(answered.cause());
                } else {
                    connection.response = answered.result();
                    receive(attempt, answered.result());
                }
            });
        } catch (RuntimeException e) {
            attempt.refused(Fault.CONNECT, "cannot be called: a header of the policy is not valid in HTTP", e);
        }
    }

    private static void receive(HttpCall attempt, HttpClientResponse response) {
        response.exceptionHandler(attempt::broken);
        response.handler(chunk -> attempt.bytes(chunk.getBytes()));
        response.endHandler(nothing -> attempt.end());
        attempt.head(response.statusCode(), response::getHeader);
    }

    private static Buffer wrapped(byte[] bytes) {
        return BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /**
     * The batch API of a provider, over the same connections; null if its protocol has none here, or it is called elsewhere than at
     * a base URL.
     *
     * @param dialect of chat at the provider
     */
    public @Nullable BatchApi batches(Provider provider, ProviderDialect dialect) {
        if (provider.baseUrl() == null || provider.endpoint() != null) {
            return null;
        }
        HttpClient http = client(provider.timeouts().connect());
        return switch (provider.protocol()) {
            case OPENAI -> new OpenAiBatchApi(new BatchHttp(vertx, http, provider, dialect));
            case ANTHROPIC -> new AnthropicBatchApi(new BatchHttp(vertx, http, provider, dialect));
            case OPENAI_RESPONSES, GEMINI, SIMULATOR -> null;
        };
    }

    private static RequestOptions target(Provider provider, Model model, ChatRequest request) {
        return address(provider).setMethod(HttpMethod.POST).setURI(ProviderRequest.uri(provider, model, request));
    }

    /** Where the provider is; without method and path. */
    static RequestOptions address(Provider provider) {
        URI base = Objects.requireNonNull(provider.baseUrl(), "baseUrl");
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || base.getHost() == null) {
            throw new IllegalArgumentException("providers." + provider.name()
                    + ".baseUrl is not an address; allowed is http://HOST or https://HOST, with a path if needed.");
        }
        boolean overTls = scheme.equals("https");
        String host = base.getHost();
        return new RequestOptions()
                .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
                .setPort(base.getPort() > 0 ? base.getPort() : overTls ? 443 : 80)
                .setSsl(overTls)
                .setProxyOptions(Proxies.of(provider, base))
                .setFollowRedirects(false);
    }

    /** Closes all connections; attempts under way fail. */
    @Override
    public void close() {
        clients.values().forEach(HttpClient::close);
        workers.shutdown();
    }

    /** A request and, later, its response. */
    private static final class Exchanged implements Connection {
        private final HttpClientRequest request;
        private @Nullable HttpClientResponse response;

        Exchanged(HttpClientRequest request) {
            this.request = request;
        }

        @Override
        public void pause() {
            if (response != null) {
                response.pause();
            }
        }

        @Override
        public void resume() {
            if (response != null) {
                response.resume();
            }
        }

        @Override
        public void abort() {
            request.reset();
        }
    }
}
