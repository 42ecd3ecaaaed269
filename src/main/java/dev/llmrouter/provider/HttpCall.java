package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.RetryAfter;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Timeouts;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a provider, whatever carries it: keeps the time limits, reads the answer, and tells the outcome once. All
 * of it runs on one event loop; a {@link Connection}'s owner tells it what arrives, in this order: {@link #connected},
 * {@link #sent}, {@link #head}, {@link #bytes} any number of times, then {@link #end}; or {@link #broken} at any time. A large
 * whole answer is parsed, and told, on a worker.
 */
final class HttpCall {
    /** Bytes that an error's body may have; what is beyond is not read. */
    static final int ERROR_BYTES = 1_000_000;
    /** Bytes that a whole answer may have. */
    static final int REPLY_BYTES = 64_000_000;
    /** Bytes that may come before the first content of a stream. */
    static final int HEAD_BYTES = 1_000_000;
    /** How long a stream whose choices are all finished may go on without its terminator or more content: usage may still come. */
    static final Duration LINGER = Duration.ofSeconds(4);
    /** How long a connection may take to end after the stream's terminator, to be used again. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);

    private enum Phase {
        CONNECT,
        HEADERS,
        WHOLE,
        ERROR,
        HEAD,
        STREAM,
        LINGER,
        DRAIN,
        OVER
    }

    private final ProviderCall call;
    private final ProviderDialect dialect;
    private final ProviderClient.Callback callback;
    private final Context context;
    private final Executor workers;
    private final DueTimer timer;
    private final Faults faults;
    private final Timeouts timeouts;
    private final Clock clock;
    private Phase phase = Phase.CONNECT;
    private Runnable unhook = () -> {};
    private @Nullable Connection connection;
    private boolean told;
    private long sentNanos;
    private long limitNanos;
    private int status;
    private UnaryOperator<@Nullable String> headers = name -> null;
    private @Nullable ByteArrayOutputStream body;
    private @Nullable StreamReading reading;
    private @Nullable LiveStream live;
    private int headBytes;
    private long lingeredAt;
    private boolean sniffing;
    private boolean paused;

    HttpCall(
            ProviderCall call,
            ProviderDialect dialect,
            ProviderClient.Callback callback,
            Vertx vertx,
            Context context,
            Executor workers,
            Clock clock) {
        this.call = call;
        this.dialect = dialect;
        this.callback = callback;
        this.context = context;
        this.workers = workers;
        this.clock = clock;
        this.faults = new Faults(call.candidate());
        this.timeouts = call.candidate().timeouts();
        this.timer = new DueTimer(vertx, this::due);
    }

    /** @return false if there is nothing to do any more: the caller has gone, or the deadline has passed */
    boolean begin() {
        if (call.deadlineNanos() - System.nanoTime() <= 0) {
            fail(faults.of(Fault.DEADLINE, "was not called: the request's deadline has passed"));
            return false;
        }
        limit(timeouts.connect());
        unhook = call.cancellation().onCancel(() -> Loops.run(context, this::cancelled));
        return phase != Phase.OVER;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** There is a connection; nothing has been sent. */
    void connected(Connection established) {
        connection = established;
        if (isOver()) {
            established.abort();
        }
    }

    /** The request is on its way. */
    void sent() {
        if (!isOver()) {
            phase = Phase.HEADERS;
            sentNanos = System.nanoTime();
            limit(call.request().stream() ? shorter(timeouts.headers(), timeouts.firstToken()) : timeouts.headers());
        }
    }

    /** @param named gives a response header by its name in lower case */
    void head(int code, UnaryOperator<@Nullable String> named) {
        if (isOver()) {
            return;
        }
        status = code;
        headers = named;
        if (code >= 300 && code < 400) {
            fail(faults.of(Fault.REDIRECT, "answered with a redirect, status " + code + ", which is never followed"));
        } else if (code < 200 || code >= 400) {
            body = new ByteArrayOutputStream(512);
            phase = Phase.ERROR;
            limit(timeouts.idle());
        } else if (call.request().stream()) {
            streamHead(named.apply("content-type"));
        } else {
            whole();
        }
    }

    private void streamHead(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.trim().toLowerCase(java.util.Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            startReading();
        } else if (type.startsWith("application/json")) {
            whole();
        } else if (type.isEmpty() || type.startsWith("text/plain") || type.startsWith("application/octet-stream")) {
            sniffing = true;
            startReading();
        } else {
            fail(faults.of(Fault.MALFORMED, "answered with a content type that is neither a stream nor JSON"));
        }
    }

    private void startReading() {
        Integer n = call.request().sampling().n();
        reading = new StreamReading(dialect.decoder(), faults, n == null ? 1 : Math.max(1, n));
        phase = Phase.HEAD;
        limitNanos = bounded(sentNanos + timeouts.firstToken().toNanos());
        timer.set(limitNanos);
    }

    private void whole() {
        body = new ByteArrayOutputStream(4_096);
        phase = Phase.WHOLE;
        limit(timeouts.idle());
    }

    void bytes(byte[] bytes) {
        switch (phase) {
            case WHOLE -> collect(bytes);
            case ERROR -> collectError(bytes);
            case HEAD, STREAM, LINGER -> read(bytes);
            case CONNECT, HEADERS, DRAIN, OVER -> {}
        }
    }

    private void collect(byte[] bytes) {
        ByteArrayOutputStream sink = collected();
        if (sink.size() + bytes.length > REPLY_BYTES) {
            fail(faults.of(Fault.MALFORMED, "answered with more than " + REPLY_BYTES + " bytes"));
            return;
        }
        sink.write(bytes, 0, bytes.length);
        limit(timeouts.idle());
    }

    private void collectError(byte[] bytes) {
        ByteArrayOutputStream sink = collected();
        sink.write(bytes, 0, Math.min(bytes.length, ERROR_BYTES - sink.size()));
        if (sink.size() >= ERROR_BYTES) {
            failByStatus();
        } else {
            limit(timeouts.idle());
        }
    }

    private void read(byte[] bytes) {
        if (phase == Phase.HEAD && sniffing && bytes.length > 0) {
            sniffing = false;
            if (Sniffing.looksLikeJson(bytes)) {
                reading = null;
                whole();
                collect(bytes);
                return;
            }
        }
        LiveStream stream = stream();
        StreamReading source = reading();
        source.feed(bytes, stream::add);
        if (phase == Phase.HEAD) {
            headBytes += bytes.length;
        }
        progress(source, stream);
    }

    private void progress(StreamReading source, LiveStream stream) {
        ProviderException failure = source.failure();
        if (phase == Phase.HEAD) {
            if (source.hasContent()) {
                phase = Phase.STREAM;
                reply(new ProviderReply.Streaming(dialect.name(), stream, System.nanoTime() - sentNanos));
            } else if (failure != null || source.hasEnded()) {
                fail(failure == null ? faults.of(Fault.TRUNCATED, "ended its stream without any content") : failure);
                return;
            } else if (headBytes > HEAD_BYTES) {
                fail(faults.of(Fault.MALFORMED, "sent " + HEAD_BYTES + " bytes of a stream without any content"));
                return;
            } else {
                return;
            }
        }
        stream.flush();
        if (isOver()) {
            return;
        }
        if (failure != null) {
            fail(failure);
        } else if (source.hasEnded()) {
            stream.complete();
            drainConnection();
        } else {
            linger(source);
            pauseAsNeeded(stream);
        }
    }

    private void linger(StreamReading source) {
        if (!source.isFinished()) {
            limit(timeouts.idle());
        } else if (phase != Phase.LINGER || source.contents() > lingeredAt) {
            phase = Phase.LINGER;
            lingeredAt = source.contents();
            limit(shorter(LINGER, timeouts.idle()));
        }
    }

    private void pauseAsNeeded(LiveStream stream) {
        Connection source = connection;
        if (!paused && source != null && !stream.wantsMore()) {
            paused = true;
            source.pause();
            timer.set(call.deadlineNanos()); // a slow reader is no fault of the provider's
        }
    }

    private void wanted() {
        Connection source = connection;
        if (paused && source != null && !isOver()) {
            paused = false;
            limit(phase == Phase.LINGER ? shorter(LINGER, timeouts.idle()) : timeouts.idle());
            source.resume();
        }
    }

    private void drainConnection() {
        release();
        phase = Phase.DRAIN;
        Connection source = connection;
        if (source != null && paused) {
            paused = false;
            source.resume();
        }
        limitNanos = System.nanoTime() + DRAIN.toNanos();
        timer.set(limitNanos);
    }

    /** The answer has ended in an orderly way. */
    void end() {
        switch (phase) {
            case WHOLE -> parse();
            case ERROR -> failByStatus();
            case HEAD, STREAM, LINGER -> endOfStream();
            case DRAIN -> over();
            case CONNECT, HEADERS -> fail(faults.of(Fault.RESET, "closed the connection without an answer"));
            case OVER -> {}
        }
    }

    private void endOfStream() {
        StreamReading source = reading();
        LiveStream stream = stream();
        source.finish(stream::add);
        if (phase == Phase.HEAD) {
            progress(source, stream);
            if (phase == Phase.HEAD) {
                fail(faults.of(Fault.TRUNCATED, "ended its stream before any content"));
                return;
            }
        }
        if (isOver() || phase == Phase.DRAIN) {
            over();
        } else if (source.isComplete()) {
            stream.complete();
            over();
        } else {
            ProviderException failure = source.failure();
            fail(failure != null ? failure : truncated());
        }
    }

    private ProviderException truncated() {
        return faults.of(Fault.TRUNCATED, "ended its stream without saying that it is complete");
    }

    /** The connection, or the way to it, broke. */
    void broken(Throwable cause) {
        switch (phase) {
            case OVER -> {}
            case DRAIN -> over();
            case CONNECT ->
                fail(faults.of(
                        Sniffing.isTimeout(cause) ? Fault.CONNECT_TIMEOUT : Fault.CONNECT, "cannot be reached", cause));
            case ERROR -> failByStatus();
            case HEADERS, WHOLE, HEAD ->
                fail(faults.of(
                        Sniffing.isMalformed(cause) ? Fault.MALFORMED : Fault.RESET,
                        "broke off before its answer was whole",
                        cause));
            case STREAM, LINGER -> {
                StreamReading source = reading();
                source.finish(stream()::add);
                if (source.isComplete()) {
                    stream().complete();
                    over();
                } else {
                    fail(faults.of(Fault.RESET, "broke off its stream", cause));
                }
            }
        }
    }

    /** A failure that is known as such, in place of {@link #broken}. */
    void refused(Fault fault, String what, Throwable cause) {
        fail(faults.of(fault, what, cause));
    }

    private void due() {
        long now = System.nanoTime();
        boolean deadline = call.deadlineNanos() - now <= 0;
        switch (phase) {
            case OVER -> {}
            case DRAIN -> {
                abandon();
            }
            case LINGER -> {
                stream().complete();
                abandon();
            }
            case CONNECT, HEADERS, WHOLE, ERROR, HEAD, STREAM -> {
                if (deadline) {
                    fail(faults.of(Fault.DEADLINE, "was given up: the request's deadline has passed"));
                } else {
                    fail(timedOut());
                }
            }
        }
    }

    private ProviderException timedOut() {
        return switch (phase) {
            case CONNECT -> faults.of(Fault.CONNECT_TIMEOUT, "did not connect within " + timeouts.connect());
            case HEADERS ->
                call.request().stream() && timeouts.firstToken().compareTo(timeouts.headers()) < 0
                        ? firstToken()
                        : faults.of(Fault.HEADERS_TIMEOUT, "did not answer within " + timeouts.headers());
            case HEAD -> firstToken();
            default -> faults.of(Fault.IDLE_TIMEOUT, "sent nothing for " + timeouts.idle());
        };
    }

    private ProviderException firstToken() {
        return faults.of(Fault.FIRST_TOKEN_TIMEOUT, "sent no content within " + timeouts.firstToken());
    }

    private void cancelled() {
        ProviderException gone = faults.of(Fault.CANCELLED, "was given up: the caller has gone");
        LiveStream stream = live;
        if (told && stream != null && !isOver()) {
            abandon();
            stream.failNow(gone);
        } else {
            fail(gone);
        }
    }

    private void parse() {
        byte[] bytes = collected().toByteArray();
        body = null;
        over(); // the answer is here: neither time nor the caller changes that
        if (bytes.length <= Weight.LARGE) {
            parse(bytes);
            return;
        }
        try {
            workers.execute(() -> parse(bytes));
        } catch (RejectedExecutionException e) {
            parse(bytes); // it is paid for
        }
    }

    private void parse(byte[] bytes) {
        ProviderReply reply;
        try {
            reply = new ProviderReply.Whole(dialect.parseReply(bytes));
        } catch (MalformedReplyException e) {
            tell(
                    Sniffing.isErrorObject(bytes)
                            ? faults.of(dialect.parseError(status, bytes))
                            : faults.of(Fault.MALFORMED, "sent an answer that is not of its dialect", e));
            return;
        } catch (RuntimeException e) {
            tell(faults.of(Fault.MALFORMED, "sent an answer that cannot be read", e));
            return;
        }
        reply(reply);
    }

    private void failByStatus() {
        ChatError error = dialect.parseError(status, collected().toByteArray());
        fail(faults.of(error.advised(RetryAfter.parse(headers, clock), RetryAfter.shouldRetry(headers))));
    }

    private void reply(ProviderReply reply) {
        told = true;
        try {
            callback.replied(reply);
        } catch (RuntimeException | Error e) {
            LOG.error("The receiver of a provider's answer failed", e);
            abandon();
        }
    }

    private void fail(ProviderException failure) {
        if (isOver() || phase == Phase.DRAIN) {
            return;
        }
        LiveStream stream = live;
        abandon();
        if (!told) {
            tell(failure);
        } else if (stream != null) {
            stream.fail(failure);
        }
    }

    private void tell(ProviderException failure) {
        told = true;
        try {
            callback.failed(failure);
        } catch (RuntimeException | Error e) {
            LOG.error("The receiver of a provider's failure failed", e);
        }
    }

    /** Over first: closing the connection reports at once that it broke, and that must not pass for the cause. */
    private void abandon() {
        Connection source = connection;
        boolean open = !isOver();
        over();
        if (open && source != null) {
            source.abort();
        }
    }

    private void over() {
        phase = Phase.OVER;
        timer.stop();
        release();
    }

    private void release() {
        unhook.run();
        unhook = () -> {};
    }

    private void limit(Duration time) {
        limitNanos = bounded(System.nanoTime() + time.toNanos());
        timer.set(limitNanos);
    }

    private long bounded(long nanos) {
        return nanos - call.deadlineNanos() < 0 ? nanos : call.deadlineNanos();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private ByteArrayOutputStream collected() {
        ByteArrayOutputStream sink = body;
        if (sink == null) {
            sink = new ByteArrayOutputStream();
            body = sink;
        }
        return sink;
    }

    private StreamReading reading() {
        StreamReading source = reading;
        if (source == null) {
            throw new IllegalStateException("There is no stream in phase " + phase + ".");
        }
        return source;
    }

    private LiveStream stream() {
        LiveStream stream = live;
        if (stream == null) {
            stream = new LiveStream(context, new LiveStream.Pace() {
                @Override
                public void wanted() {
                    HttpCall.this.wanted();
                }

                @Override
                public void cancelled() {
                    abandon();
                }
            });
            live = stream;
        }
        return stream;
    }
}
