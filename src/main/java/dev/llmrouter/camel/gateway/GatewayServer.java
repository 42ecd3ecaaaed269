package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.gateway.RefusalMeter.Reason;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.provider.Loops;
import dev.llmrouter.provider.Workers;
import io.micrometer.core.instrument.MeterRegistry;
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
    private final Admission unbounded = Admission.open();
    private final @Nullable LocalCallers localCallers;
    private final Cors cors;
    private final BodyBounds bounds;
    private final RefusalMeter meter;
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
        this.bounds = new BodyBounds(component, router);
        this.admission = new Admission(component.getMaxRequests(), bounds::together);
        this.cors = Cors.of(component.allowedOrigins());
        this.localCallers = LocalCallers.isLoopback(component.getHost())
                ? new LocalCallers(component.allowedHostNames(), cors)
                : null;
        this.meter = new RefusalMeter(
                component.getCamelContext().getRegistry().findSingleByType(MeterRegistry.class),
                router.vertx(),
                RefusalMeter.PERIOD_MILLIS);
        this.refusals = new Refusals(router.vertx(), router.dialects(), meter);
        this.listeners = new Listeners(component, router, refusals::invalid);
    }

    synchronized void add(LlmGatewayConsumer consumer) throws Exception {
        boolean beginsToListen = !waiting && !listeners.areOpen();
        if (beginsToListen) {
            component.checkOpen();
        }
        resting.remove(consumer.path());
        LlmGatewayConsumer other = consumers.putIfAbsent(consumer.path(), consumer);
        if (other != null && other != consumer) {
            throw new IllegalStateException("two routes start from llm-gateway:" + consumer.path());
        }
        if (beginsToListen) {
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
            refusals.stopping(request);
            return;
        }
        if (consumer == null) {
            String message = "There is nothing at " + Refusals.shown(request) + ".";
            refusals.refuse(request, Reason.NOT_FOUND, ChatError.of(ChatError.Kind.NOT_FOUND, 404, message));
            return;
        }
        if (!consumer.methods().contains(request.method().name())) {
            otherMethod(request, consumer);
            return;
        }
        String foreign = foreign(request, consumer);
        if (foreign != null) {
            refusals.refuse(request, Reason.HOST, ChatError.of(ChatError.Kind.PERMISSION, 403, foreign));
            return;
        }
        AccessKey key;
        try {
            key = consumer.authenticate(request);
        } catch (BadRequestException e) {
            refusals.refuse(request, Reason.KEY, e.error());
            return;
        }
        admit(request, consumer, key);
    }

    private @Nullable String foreign(HttpServerRequest request, LlmGatewayConsumer consumer) {
        return localCallers == null || consumer.servesAnyHost() || consumer.hasKeys()
                ? null
                : localCallers.refusal(request, router.hasKeys());
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
            String message = "Use " + allowed + " here.";
            refusals.refuse(request, Reason.METHOD, ChatError.of(ChatError.Kind.INVALID_REQUEST, 405, message));
        }
    }

    /** Everything that the head tells is fine: the body may come. */
    private void admit(HttpServerRequest request, LlmGatewayConsumer consumer, @Nullable AccessKey key) {
        BodyReader.Limits limits = bounds.of(consumer);
        long declared = Refusals.declaredLength(request);
        if (declared > limits.maxBytes()) {
            refusals.refuse(request, BodyReader.Fault.TOO_LARGE, limits);
            return;
        }
        String expected = request.getHeader("Expect");
        if (expected != null && !expected.equalsIgnoreCase(EXPECT_CONTINUE)) {
            String message = "Of 'Expect', 100-continue alone is known here.";
            refusals.refuse(request, Reason.EXPECTATION, ChatError.of(ChatError.Kind.INVALID_REQUEST, 417, message));
            return;
        }
        if (consumer.takesBodies() && refusals.isEncoded(request)) {
            return;
        }
        Admission room = consumer.needsAdmission() ? admission : unbounded;
        // nothing is kept for what is declared: bodies that never come would take the room of others
        if (!room.hasRoomFor(declared)) {
            refusals.refuse(request, BodyReader.Fault.NO_ROOM, limits);
            return;
        }
        Admission.Ticket ticket = room.enter();
        if (ticket == null) {
            refusals.overloaded(
                    request,
                    "As many requests are under way as there may be (camel.component.llm-gateway.max-requests).");
            return;
        }
        Context context = Loops.of(router.vertx());
        new BodyReader(
                        request,
                        limits,
                        ticket,
                        router.vertx(),
                        fault -> refusals.refuse(request, fault, limits),
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
        byte[] bytes;
        try {
            bytes = body.getBytes();
        } catch (OutOfMemoryError e) {
            ticket.close();
            refusals.overloaded(request, "There is not memory enough for the body.");
            return;
        }
        ResponseWriter writer =
                new ResponseWriter(request, context, component.getHeaderFilterStrategy(), this::isDraining);
        LlmGatewayConsumer.Incoming incoming = new LlmGatewayConsumer.Incoming(request, bytes, key, ticket::close);
        if (bytes.length <= LARGE_BODY
                && !consumer.needsWorker()
                && !component.getDispatch().equals("worker")) {
            handle(consumer, incoming, writer, ticket, context);
            return;
        }
        try {
            workers.execute(() -> handle(consumer, incoming, writer, ticket, context));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter where no thread can be made
            ticket.close();
            refusals.overloaded(
                    request, "All threads for requests are busy (camel.component.llm-gateway.worker-pool).");
        }
    }

    /** Hands a request over whose body has room for what is read of it, too. */
    private void handle(
            LlmGatewayConsumer consumer,
            LlmGatewayConsumer.Incoming incoming,
            ResponseWriter writer,
            Admission.Ticket ticket,
            Context context) {
        long room = JsonWeight.room(incoming.body());
        if (!consumer.needsAdmission() || ticket.holds(room)) {
            consumer.handle(incoming, writer);
            return;
        }
        ticket.close();
        Loops.run(context, () -> refusals.tooManyValues(incoming.request(), room, bounds.together()));
    }

    @Override
    public synchronized void close() {
        listeners.close();
        meter.close();
        waiting = false;
        if (ownWorkers != null) {
            ownWorkers.shutdown();
        }
    }
}
