package dev.llmrouter.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.Portability;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The simulator as an HTTP server that speaks OpenAI's (chat completions and Responses), Anthropic's and Gemini's wire formats, whole and streamed, with the
 * latency, speed, faults and quality of its {@link Behaviour}. Every response carries the header {@code x-simulator: true}.
 */
public final class SimulatorServer implements AutoCloseable {
    private static final String GEMINI_PATH = "/v1beta/models/";

    private final Vertx vertx;
    private final HttpServer server;
    private final Behaviour behaviour;
    private final Dialects dialects;
    private final Clock clock;
    private final FaultPlan faults = new FaultPlan();
    private final SimulatorBill bill = new SimulatorBill();

    private SimulatorServer(Vertx vertx, Behaviour behaviour, Clock clock, String host, int port) {
        this.vertx = vertx;
        this.behaviour = behaviour;
        this.clock = clock;
        this.dialects = new Dialects(clock);
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> handle(request, body)))
                .listen(port, host)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Starts a server. @param port 0 for any */
    public static SimulatorServer start(Behaviour behaviour, Clock clock, String host, int port) {
        return new SimulatorServer(Vertx.vertx(), behaviour, clock, host, port);
    }

    public int port() {
        return server.actualPort();
    }

    /**
     * What was billed, by the provider's name of the model, at the behaviour's price: every answer in full when its making
     * begins, streams too.
     */
    public SimulatorBill bill() {
        return bill;
    }

    /** The next requests meet these faults, one each, in this order. */
    public void next(Fault... script) {
        faults.next(List.of(script));
    }

    /** One request on its wire. */
    private record Asked(Wire wire, ChatRequest request, String model, boolean stream) {}

    private void handle(HttpServerRequest http, Buffer body) {
        HttpServerResponse response = http.response();
        response.putHeader("x-simulator", "true");
        Wire wire = http.path().startsWith(GEMINI_PATH)
                ? new GeminiWire()
                : http.path().equals("/v1/messages")
                        ? new AnthropicWire()
                        : http.path().endsWith("/responses") ? new ResponsesWire() : new OpenAiWire();
        try {
            Asked asked = read(http, body, wire);
            if (asked == null) {
                json(
                        response,
                        404,
                        wire.error(ChatError.of(ChatError.Kind.NOT_FOUND, 404, "Unknown path. (simulated)")));
            } else {
                answer(http, asked);
            }
        } catch (BadRequestException e) {
            json(response, e.error().status(), wire.error(e.error()));
        } catch (IOException e) {
            json(response, 400, wire.error(ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "Not JSON. (simulated)")));
        }
    }

    private @org.jspecify.annotations.Nullable Asked read(HttpServerRequest http, Buffer body, Wire wire)
            throws BadRequestException, IOException {
        if (http.method() != HttpMethod.POST) {
            return null;
        }
        if (wire instanceof GeminiWire) {
            String rest = http.path().substring(GEMINI_PATH.length());
            int colon = rest.lastIndexOf(':');
            if (colon < 0) {
                return null;
            }
            String model = rest.substring(0, colon);
            ChatRequest request = GeminiWire.request(Wire.JSON.readTree(body.getBytes()), model);
            return new Asked(wire, request, model, rest.endsWith(":streamGenerateContent"));
        }
        boolean embeddings = wire instanceof OpenAiWire && http.path().endsWith("/embeddings");
        if (wire instanceof OpenAiWire && !embeddings && !http.path().endsWith("/chat/completions")) {
            return null;
        }
        Dialect.Name name = embeddings
                ? Dialect.Name.EMBEDDINGS
                : wire instanceof AnthropicWire
                        ? Dialect.Name.ANTHROPIC
                        : wire instanceof ResponsesWire ? Dialect.Name.RESPONSES : Dialect.Name.OPENAI;
        ChatRequest request = dialects.caller(name).parseRequest(body.getBytes(), Limits.ofDefaults());
        ChatError unable = Portability.onlyInResponses(request);
        if (unable != null) {
            throw new BadRequestException(unable); // it keeps nothing, and has no tools of its own
        }
        return new Asked(wire, request, request.model(), request.stream());
    }

    private void answer(HttpServerRequest http, Asked asked) {
        HttpServerResponse response = http.response();
        Fault fault = RequestCheck.check(asked.request(), behaviour, faults.draw(asked.model(), behaviour));
        if (fault instanceof Fault.Hang) {
            return;
        }
        if (fault instanceof Fault.Reset) {
            http.connection().close();
            return;
        }
        if (fault instanceof Fault.Status status) {
            if (status.error().retryAfter() != null) {
                response.putHeader(
                        "retry-after", Long.toString(status.error().retryAfter().toSeconds()));
            }
            json(response, status.error().status(), asked.wire().error(status.error()));
            return;
        }
        if (asked.request().isEmbeddings()) {
            Usage usage = SimulatedEmbeddings.usage(asked.request());
            bill.charge(asked.model(), behaviour.price(), usage, true);
            ObjectNode whole = EmbeddingsWire.whole(asked.request(), asked.model(), usage);
            later(behaviour.dueNanos(0) / 1_000_000, () -> whole(http, whole, fault));
            return;
        }
        SimulatedAnswer answer = new SimulatedModel(asked.model(), behaviour).answer(asked.request(), null);
        bill.charge(asked.model(), behaviour.price(), answer.usage(), true);
        String id = "sim" + answer.fingerprint();
        long created = clock.instant().getEpochSecond();
        if (asked.stream()) {
            List<String> events =
                    asked.wire().stream(id, created, answer, asked.request().streamUsage());
            stream(http, events, fault);
        } else {
            ObjectNode whole = asked.wire().whole(id, created, answer);
            long millis = behaviour.dueNanos(answer.usage().outputTokens()) / 1_000_000;
            later(millis, () -> whole(http, whole, fault));
        }
    }

    private void whole(HttpServerRequest http, ObjectNode whole, Fault fault) {
        if (fault instanceof Fault.Cut) {
            http.connection().close();
        } else if (fault instanceof Fault.MalformedChunk) {
            http.response().putHeader("Content-Type", "application/json").end("{\"id\":");
        } else {
            json(http.response(), 200, whole);
        }
    }

    private void stream(HttpServerRequest http, List<String> events, Fault fault) {
        HttpServerResponse response = http.response();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        int cut = fault instanceof Fault.Cut f ? f.afterTokens() + 1 : Integer.MAX_VALUE;
        int malformed = fault instanceof Fault.MalformedChunk f ? f.afterTokens() + 1 : Integer.MAX_VALUE;
        later(behaviour.dueNanos(0) / 1_000_000, () -> write(http, events, 0, cut, malformed));
    }

    private void write(HttpServerRequest http, List<String> events, int next, int cut, int malformed) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        if (next >= cut) {
            http.connection().close();
            return;
        }
        if (next >= events.size()) {
            response.end();
            return;
        }
        response.write(next == malformed ? "data: {\"broken\n\n" : events.get(next));
        long millis = (behaviour.dueNanos(next + 1L) - behaviour.dueNanos(next)) / 1_000_000;
        if (response.writeQueueFull()) {
            response.drainHandler(nothing -> write(http, events, next + 1, cut, malformed));
        } else if (millis <= 0 && (next & 63) != 63) {
            write(http, events, next + 1, cut, malformed);
        } else {
            later(millis, () -> write(http, events, next + 1, cut, malformed));
        }
    }

    private void later(long millis, Runnable action) {
        vertx.setTimer(Math.max(1, millis), timer -> action.run());
    }

    private static void json(HttpServerResponse response, int status, ObjectNode body) {
        if (!response.closed()) {
            try {
                response.setStatusCode(status)
                        .putHeader("Content-Type", "application/json")
                        .end(Buffer.buffer(Wire.JSON.writeValueAsBytes(body)));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a tree of plain values is always writable", e);
            }
        }
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(e -> null)
                .join();
    }
}
