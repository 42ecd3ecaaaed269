package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.provider.Loops;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one response, on the event loop of its request whatever thread the route ends on. */
final class ResponseWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseWriter.class);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final HeaderFilterStrategy strategy;
    private final BooleanSupplier closing;
    private final AtomicBoolean released = new AtomicBoolean();
    private @Nullable Runnable closed;
    private Flow.@Nullable Subscription stream;
    private @Nullable Runnable streamOver;
    private Handler<AsyncResult<Void>> ending = done -> {};

    /** @param closing whether a connection ends with its answer, because the server stops */
    ResponseWriter(HttpServerRequest request, Context context, HeaderFilterStrategy strategy, BooleanSupplier closing) {
        this.strategy = strategy;
        this.closing = closing;
        this.request = request;
        this.response = request.response();
        this.context = context;
        response.closeHandler(nothing -> gone());
        response.exceptionHandler(failure -> gone());
    }

    /** Runs when the client goes away before it has its answer. */
    void onClose(Runnable hook) {
        closed = hook;
    }

    private void gone() {
        if (response.ended()) {
            return;
        }
        if (stream != null) {
            stream.cancel();
        }
        if (closed != null) {
            closed.run();
        }
        Runnable over = streamOver; // nobody reports the end of a stream that was cancelled
        if (over != null) {
            over.run();
        }
    }

    /**
     * Writes what the route made.
     *
     * @param isAnswer whether the message is what the caller is told; else that something went wrong here
     * @param release runs once, when the response is over
     */
    void write(Exchange exchange, boolean isAnswer, Runnable release) {
        Loops.run(context, () -> {
            Runnable once = () -> {
                if (released.compareAndSet(false, true)) {
                    release.run();
                }
            };
            try {
                writeNow(exchange, isAnswer, once);
            } catch (RuntimeException | Error e) {
                abort();
                once.run();
                LOG.error("An answer could not be written", e);
            }
        });
    }

    private void writeNow(Exchange exchange, boolean isAnswer, Runnable release) {
        if (response.closed() || response.ended()) {
            if (exchange.getMessage().getBody() instanceof Flow.Publisher<?> unwanted) {
                unwanted.subscribe(new Leaving());
            }
            release.run();
            return;
        }
        Message message = exchange.getMessage();
        if (closing.getAsBoolean() && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
            ending = done -> request.connection().close();
        }
        if (!isAnswer) {
            response.setStatusCode(500).putHeader("Content-Type", "application/json");
            response.end(GatewayServer.INTERNAL_ERROR);
            release.run();
            return;
        }
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status != null) {
            response.setStatusCode(status);
        }
        String type = message.getHeader(Exchange.CONTENT_TYPE, String.class);
        if (type != null) {
            response.putHeader("Content-Type", type);
        }
        ReplyHeaders.of(exchange, request, strategy).forEach(response::putHeader);
        if (exchange.getProperty(LlmRouterConstants.RESPONSE_HEADERS) instanceof Map<?, ?> headers) {
            headers.forEach((name, value) -> response.putHeader(name.toString(), value.toString()));
        }
        Object body = message.getBody();
        if (body instanceof Flow.Publisher<?> publisher) {
            response.setChunked(true);
            response.putHeader("Cache-Control", "no-cache");
            streamOver = release;
            publisher.subscribe(new Writing(release));
        } else {
            end(body, message);
            release.run();
        }
    }

    private void end(@Nullable Object body, Message message) {
        Buffer buffer;
        if (body == null) {
            buffer = Buffer.buffer();
        } else if (body instanceof byte[] bytes) {
            buffer = Buffer.buffer(io.netty.buffer.Unpooled.wrappedBuffer(bytes));
        } else if (body instanceof String text) {
            buffer = Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
        } else {
            buffer = Buffer.buffer(message.getBody(byte[].class));
        }
        if (request.method().name().equals("HEAD")) {
            response.putHeader("Content-Length", Integer.toString(buffer.length()))
                    .end()
                    .onComplete(ending);
        } else {
            response.end(buffer).onComplete(ending);
        }
    }

    /** Breaks the connection off, so that nobody takes what was sent for whole. */
    void abort() {
        Loops.run(context, () -> {
            if (!response.ended()) {
                response.reset();
                if (request.version() != HttpVersion.HTTP_2) { // where a stream ends alone
                    request.connection().close();
                }
            }
        });
    }

    /** Leaves a stream that nobody is there to read any more, so that its provider stops. */
    private static final class Leaving implements Flow.Subscriber<Object> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(Object item) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    /** Writes a stream item by item, asking for the next when the last has room. */
    private final class Writing implements Flow.Subscriber<Object> {
        private final Runnable release;

        Writing(Runnable release) {
            this.release = release;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            stream = subscription;
            if (response.closed()) {
                subscription.cancel();
                release.run();
                return;
            }
            subscription.request(1);
        }

        @Override
        public void onNext(Object item) {
            Loops.run(context, () -> {
                if (response.ended() || response.closed()) {
                    return;
                }
                response.write(Buffer.buffer(io.netty.buffer.Unpooled.wrappedBuffer((byte[]) item)));
                if (response.writeQueueFull()) {
                    response.drainHandler(nothing -> more());
                } else {
                    more();
                }
            });
        }

        private void more() {
            if (stream != null) {
                stream.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            abort();
            Loops.run(context, release);
        }

        @Override
        public void onComplete() {
            Loops.run(context, () -> {
                if (!response.ended() && !response.closed()) {
                    response.end().onComplete(ending);
                }
                release.run();
            });
        }
    }
}
