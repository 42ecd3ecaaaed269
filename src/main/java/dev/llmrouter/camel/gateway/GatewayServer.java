package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.provider.Loops;
import dev.llmrouter.provider.Workers;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
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

    private static final String EXPECT_CONTINUE = "100-continue";

    private final LlmGatewayComponent component;
    private final LlmRouterContext router;
    private final Map<String, LlmGatewayConsumer> consumers = new ConcurrentHashMap<>();
    /** Paths whose route is stopped but not removed. */
    private final Set<String> resting = ConcurrentHashMap.newKeySet();

    private final Executor workers;
    private final @Nullable ExecutorService ownWorkers;
    private final Admission admission;
    private final @Nullable LocalCallers localCallers;
    private final Cors cors;
    private final BodyReader.Limits bodyLimits;
    private final Refusals refusals;
    private final Listeners listeners;
    private boolean waiting;

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
        this.refusals = new Refusals(router.vertx(), router.dialects(), bodyLimits);
        this.listeners = new Listeners(component, router);
    }

    synchronized void add(LlmGatewayConsumer consumer) throws Exception {
        resting.remove(consumer.path());
        LlmGatewayConsumer other = consumers.putIfAbsent(consumer.path(), consumer);
        if (other != null && other != consumer) {
            throw new IllegalStateException("two routes start from llm-gateway:" + consumer.path());
        }
        if (!waiting && !listeners.areOpen()) {
            waiting = true;
            CamelContext camel = component.getCamelContext();
            camel.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
                    if (alreadyStarted) {
                        listeners.listen(GatewayServer.this::handle); // a route that is added to a running context
                    }
                }

                @Override
                public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
                    listeners.listen(GatewayServer.this::handle);
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

    int port() {
        return listeners.port();
    }

    private void handle(HttpServerRequest request) {
        cors.mark(request);
        String served = servedPath(request);
        LlmGatewayConsumer consumer = consumers.get(served);
        if (isDraining() || consumer == null && resting.contains(served)) {
            request.response().putHeader("Retry-After", Refusals.RETRY_AFTER);
            refusals.refuseAndClose(
                    request, ChatError.Kind.OVERLOADED, 503, "This instance is stopping: send it again.");
            return;
        }
        if (consumer == null) {
            refusals.refuse(
                    request, ChatError.Kind.NOT_FOUND, 404, "There is nothing at " + Refusals.shown(request) + ".");
            return;
        }
        if (!consumer.methods().contains(request.method().name())) {
            otherMethod(request, consumer);
            return;
        }
        String foreign = localCallers == null || consumer.hasKeys() ? null : localCallers.refusal(request);
        if (foreign != null) {
            refusals.refuse(request, ChatError.Kind.PERMISSION, 403, foreign);
            return;
        }
        AccessKey key;
        try {
            key = consumer.authenticate(request);
        } catch (BadRequestException e) {
            refusals.refuse(request, e.error());
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
            refusals.noContent(request);
        } else {
            refusals.refuse(request, ChatError.Kind.INVALID_REQUEST, 405, "Use " + allowed + " here.");
        }
    }

    /** Everything that the head tells is fine: the body may come. */
    private void admit(HttpServerRequest request, LlmGatewayConsumer consumer, @Nullable AccessKey key) {
        long declared = Refusals.declaredLength(request);
        if (declared > bodyLimits.maxBytes()) {
            refusals.refuse(request, BodyReader.Fault.TOO_LARGE);
            return;
        }
        String expected = request.getHeader("Expect");
        if (expected != null && !expected.equalsIgnoreCase(EXPECT_CONTINUE)) {
            refusals.refuse(
                    request, ChatError.Kind.INVALID_REQUEST, 417, "Of 'Expect', 100-continue alone is known here.");
            return;
        }
        Admission.Ticket ticket = admission.enter();
        if (ticket == null || !ticket.holds(declared)) {
            if (ticket != null) {
                ticket.close();
            }
            refusals.refuse(request, BodyReader.Fault.NO_ROOM);
            return;
        }
        Context context = Loops.of(router.vertx());
        new BodyReader(
                        request,
                        bodyLimits,
                        ticket,
                        router.vertx(),
                        fault -> refusals.refuse(request, fault),
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
            refusals.refuse(request, BodyReader.Fault.NO_ROOM);
        }
    }

    @Override
    public synchronized void close() {
        listeners.close();
        waiting = false;
        if (ownWorkers != null) {
            ownWorkers.shutdown();
        }
    }
}
