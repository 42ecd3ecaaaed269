package dev.llmrouter.provider;

import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.SseParser;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Timeouts;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a provider, whatever carries it: keeps the time limits, leaves the body to a {@link BodyPhase}, and tells the
 * outcome once. All of it runs on one event loop; a {@link Connection}'s owner tells it what arrives, in this order:
 * {@link #connected}, {@link #sent}, {@link #head}, {@link #bytes} any number of times, then {@link #end}; or {@link #broken}
 * at any time. A large body is parsed, and told, on a worker.
 */
final class HttpCall {
    private static final String SIMULATOR_MARK = "x-simulator";

    /** Bytes that an error's body may have; what is beyond is not read. */
    static final int ERROR_BYTES = 1_000_000;
    /** Bytes that a whole answer may have. */
    static final int REPLY_BYTES = 64_000_000;
    /**
     * Bytes that may come before the first content of a stream: Responses repeat the request's instructions in two events before anything is
     * made, and each event has its own limit.
     */
    static final int HEAD_BYTES = 2 * SseParser.DEFAULT_EVENT_BYTES;
    /** How long a stream whose choices are all finished may go on without its terminator or more content: usage may still come. */
    static final Duration LINGER = Duration.ofSeconds(4);

    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);

    private enum Phase {
        CONNECT,
        HEADERS,
        BODY,
        OVER
    }

    private final ProviderCall call;
    private final ProviderDialect dialect;
    private final ProviderClient.Callback callback;
    private final Loop loop;
    private final Executor workers;
    private final DueTimer timer;
    private final Faults faults;
    private final Timeouts timeouts;
    private final Clock clock;
    private Phase phase = Phase.CONNECT;
    private Runnable unhook = () -> {};
    private @Nullable Connection connection;
    private @Nullable BodyPhase body;
    private boolean told;
    private long sentNanos;
    private boolean isMadeUp;
    private int status;

    HttpCall(
            ProviderCall call,
            ProviderDialect dialect,
            ProviderClient.Callback callback,
            Loop loop,
            Executor workers,
            Clock clock) {
        this.call = call;
        this.dialect = dialect;
        this.callback = callback;
        this.loop = loop;
        this.workers = workers;
        this.clock = clock;
        this.faults = new Faults(call.candidate());
        this.timeouts = call.candidate().timeouts();
        this.timer = new DueTimer(loop, this::due);
    }

    /** @return false if there is nothing to do any more: the caller has gone, or the deadline has passed */
    boolean begin() {
        if (call.deadlineNanos() - loop.nanoTime() <= 0) {
            fail(faults.of(Fault.DEADLINE, "was not called: the request's deadline has passed"));
            return false;
        }
        limit(timeouts.headers()); // how long it may take to connect is kept by who connects
        unhook = call.cancellation().onCancel(() -> loop.run(this::cancelled));
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
            sentNanos = loop.nanoTime();
            boolean stream = call.request().stream();
            Duration headers = headers();
            limit(stream ? shorter(headers, timeouts.firstToken()) : headers);
        }
    }

    /** @param named gives a response header by its name in lower case */
    void head(int code, UnaryOperator<@Nullable String> named) {
        if (isOver()) {
            return;
        }
        status = code;
        isMadeUp = "true".equals(named.apply(SIMULATOR_MARK));
        phase = Phase.BODY;
        if (code >= 300 && code < 400) {
            fail(faults.of(Fault.REDIRECT, "answered with a redirect, status " + code + ", which is never followed"));
        } else if (code == Sniffing.PROXY_STATUS) {
            fail(faults.refusedByProxy());
        } else if (code < 200 || code >= 400) {
            body = new ErrorBody(this, dialect, faults, workers, named, clock);
        } else if (call.request().stream()) {
            streamed(named.apply("content-type"));
        } else {
            whole();
        }
    }

    /** Whether the answer comes from the command {@code simulate}, which says so in a header. */
    boolean isMadeUp() {
        return isMadeUp;
    }

    private void streamed(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.trim().toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            stream(false);
        } else if (type.startsWith("application/json")) {
            whole();
        } else if (type.isEmpty() || type.startsWith("text/plain") || type.startsWith("application/octet-stream")) {
            stream(true);
        } else {
            fail(faults.of(Fault.MALFORMED, "answered with a content type that is neither a stream nor JSON"));
        }
    }

    private void stream(boolean sniffing) {
        Integer n = call.request().sampling().n();
        body = new StreamBody(this, dialect, faults, n == null ? 1 : Math.max(1, n), sniffing, loop);
    }

    /** From here on the body is one answer, not a stream. */
    BodyPhase whole() {
        WholeBody whole = new WholeBody(this, dialect, faults, workers);
        body = whole;
        return whole;
    }

    void bytes(byte[] bytes) {
        if (phase == Phase.BODY && body != null) {
            BodyPhase read = body;
            try {
                read.bytes(bytes);
            } catch (RuntimeException | Error e) {
                unreadable(e);
            }
        }
    }

    /** Whatever goes wrong here, somebody waits for an outcome. */
    private void unreadable(Throwable cause) {
        fail(faults.unreadable(cause));
    }

    /** The answer has ended in an orderly way. */
    void end() {
        if (phase == Phase.BODY && body != null) {
            BodyPhase read = body;
            try {
                read.end();
            } catch (RuntimeException | Error e) {
                unreadable(e);
            }
        } else if (!isOver()) {
            fail(faults.of(Fault.RESET, "closed the connection without an answer"));
        }
    }

    /** The connection, or the way to it, broke. */
    void broken(Throwable cause) {
        switch (phase) {
            case OVER -> {}
            case CONNECT ->
                fail(
                        Sniffing.isTimeout(cause)
                                ? faults.of(
                                        Fault.CONNECT_TIMEOUT,
                                        "did not connect within " + Faults.seconds(timeouts.connect()),
                                        cause)
                                : faults.unreachable(cause));
            case HEADERS -> fail(Sniffing.alert(cause) == null ? faults.brokenOff(cause) : faults.unreachable(cause));
            case BODY -> {
                BodyPhase read = body;
                if (read != null) {
                    try {
                        read.broken(cause);
                    } catch (RuntimeException | Error e) {
                        unreadable(e);
                    }
                }
            }
        }
    }

    /** A failure that is known as such, in place of {@link #broken}. */
    void refused(Fault fault, String what, Throwable cause) {
        fail(faults.of(fault, what, cause));
    }

    /** The request cannot be written: nobody is called. */
    void unwritable(Throwable cause) {
        fail(faults.unwritable(cause));
    }

    private void due() {
        if (isOver()) {
            return;
        }
        BodyPhase read = body;
        if (call.deadlineNanos() - loop.nanoTime() <= 0 && (read == null || !read.isFinished())) {
            fail(faults.of(Fault.DEADLINE, "was given up: the request's deadline has passed"));
        } else if (read != null) {
            read.due();
        } else {
            fail(timedOut());
        }
    }

    private ProviderException timedOut() {
        if (phase == Phase.CONNECT) {
            return faults.of(
                    Fault.CONNECT_TIMEOUT, "had no connection free within " + Faults.seconds(timeouts.headers()));
        }
        return call.request().stream() && timeouts.firstToken().compareTo(timeouts.headers()) < 0
                ? faults.firstToken(timeouts)
                : faults.of(Fault.HEADERS_TIMEOUT, "did not answer within " + Faults.seconds(headers()));
    }

    private Duration headers() {
        return timeouts.headers(
                call.request().stream(), call.request().sampling().maxOutputTokens());
    }

    private void cancelled() {
        ProviderException gone = faults.of(Fault.CANCELLED, "was given up: the caller has gone");
        BodyPhase read = body;
        if (told && read != null && !isOver()) {
            abandon();
            read.leave(gone);
        } else {
            fail(gone);
        }
    }

    /** The answer is handed over; once. */
    void reply(ProviderReply reply) {
        told = true;
        try {
            callback.replied(reply);
        } catch (RuntimeException | Error e) {
            LOG.error("The receiver of a provider's answer failed", e);
            abandon();
        }
    }

    /** Ends the call with a failure, unless its outcome stands. */
    void fail(ProviderException failure) {
        BodyPhase read = body;
        if (isOver() || (read != null && read.isSettled())) {
            return;
        }
        abandon();
        if (!told) {
            tell(failure);
        } else if (read != null) {
            read.fail(failure);
        }
    }

    /** The failure of a call that is over; once. */
    void tell(ProviderException failure) {
        told = true;
        try {
            callback.failed(failure);
        } catch (RuntimeException | Error e) {
            LOG.error("The receiver of a provider's failure failed", e);
        }
    }

    /** Over first: closing the connection reports at once that it broke, and that must not pass for the cause. */
    void abandon() {
        Connection source = connection;
        boolean open = !isOver();
        over();
        if (open && source != null) {
            source.abort();
        }
    }

    /** Neither time nor the caller nor the connection changes anything from here on. */
    void over() {
        phase = Phase.OVER;
        timer.stop();
        release();
    }

    /** The caller's going is no news any more. */
    void release() {
        unhook.run();
        unhook = () -> {};
    }

    /** The next limit, from now; the request's deadline if that is sooner. */
    void limit(Duration time) {
        timer.set(bounded(loop.nanoTime() + time.toNanos()));
    }

    /** The next limit, from when the request was sent; the request's deadline if that is sooner. */
    void limitSinceSent(Duration time) {
        timer.set(bounded(sentNanos + time.toNanos()));
    }

    /** The next limit, from now, also beyond the request's deadline. */
    void limitWhatever(Duration time) {
        timer.set(loop.nanoTime() + time.toNanos());
    }

    private long bounded(long nanos) {
        return nanos - call.deadlineNanos() < 0 ? nanos : call.deadlineNanos();
    }

    boolean hasConnection() {
        return connection != null;
    }

    /** Nothing more is read until {@link #resume}; the request's deadline alone counts meanwhile. */
    void pause() {
        Connection source = connection;
        if (source != null) {
            source.pause();
            timer.set(call.deadlineNanos());
        }
    }

    void resume() {
        Connection source = connection;
        if (source != null) {
            source.resume();
        }
    }

    Timeouts timeouts() {
        return timeouts;
    }

    int status() {
        return status;
    }

    long nanosSinceSent() {
        return loop.nanoTime() - sentNanos;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
