package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.RetryAfter;
import dev.llmrouter.dispatch.ProviderException;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body that comes with a status of failure: as much of it as is worth reading. A large one is parsed on a worker. */
final class ErrorBody implements BodyPhase {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorBody.class);
    private static final byte[] NOTHING = {};

    private final HttpCall call;
    private final ProviderDialect dialect;
    private final Faults faults;
    private final Executor workers;
    private final UnaryOperator<@Nullable String> headers;
    private final Clock clock;
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream(512);

    ErrorBody(
            HttpCall call,
            ProviderDialect dialect,
            Faults faults,
            Executor workers,
            UnaryOperator<@Nullable String> headers,
            Clock clock) {
        this.call = call;
        this.dialect = dialect;
        this.faults = faults;
        this.workers = workers;
        this.headers = headers;
        this.clock = clock;
        call.limit(call.timeouts().idle());
    }

    @Override
    public void bytes(byte[] bytes) {
        sink.write(bytes, 0, Math.min(bytes.length, HttpCall.ERROR_BYTES - sink.size()));
        if (sink.size() >= HttpCall.ERROR_BYTES) {
            end();
        } else {
            call.limit(call.timeouts().idle());
        }
    }

    /** What the status says counts, however the body ended. */
    @Override
    public void end() {
        byte[] bytes = sink.toByteArray();
        if (bytes.length <= Weight.LARGE) {
            call.fail(read(bytes));
            return;
        }
        call.abandon();
        try {
            workers.execute(() -> call.tell(read(bytes)));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter where no thread can be made
            call.tell(read(bytes));
        }
    }

    private ProviderException read(byte[] bytes) {
        ChatError error;
        try {
            error = dialect.parseError(call.status(), bytes);
        } catch (RuntimeException | Error e) { // the status is known, and somebody waits for it
            LOG.warn("An error of {} bytes with status {} cannot be read", bytes.length, call.status(), e);
            error = dialect.parseError(call.status(), NOTHING);
        }
        return faults.of(error.advised(RetryAfter.parse(headers, clock), RetryAfter.shouldRetry(headers)));
    }

    @Override
    public void broken(Throwable cause) {
        end();
    }

    @Override
    public void due() {
        call.fail(faults.idle(call.timeouts()));
    }
}
