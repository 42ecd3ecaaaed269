package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FailedReplyException;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** An answer that is read whole, then parsed: a large one on a worker. */
final class WholeBody implements BodyPhase {
    private final HttpCall call;
    private final ProviderDialect dialect;
    private final Faults faults;
    private final Executor workers;
    /** The first piece, mostly all of it; then further ones. */
    private byte[] read = {};

    private @Nullable ByteArrayOutputStream more;

    WholeBody(HttpCall call, ProviderDialect dialect, Faults faults, Executor workers) {
        this.call = call;
        this.dialect = dialect;
        this.faults = faults;
        this.workers = workers;
        call.limit(call.timeouts().idle());
    }

    @Override
    public void bytes(byte[] bytes) {
        int size = more == null ? read.length : more.size();
        if (size + bytes.length > HttpCall.REPLY_BYTES) {
            call.fail(faults.of(Fault.MALFORMED, "answered with more than " + HttpCall.REPLY_BYTES + " bytes"));
            return;
        }
        if (size == 0) {
            read = bytes;
        } else {
            append(bytes);
        }
        call.limit(call.timeouts().idle());
    }

    private void append(byte[] bytes) {
        ByteArrayOutputStream sink = more;
        if (sink == null) {
            sink = new ByteArrayOutputStream(4 * (read.length + bytes.length));
            sink.writeBytes(read);
            more = sink;
        }
        sink.writeBytes(bytes);
    }

    @Override
    public void end() {
        byte[] bytes = more == null ? read : more.toByteArray();
        call.over(); // the answer is here: neither time nor the caller changes that
        if (bytes.length <= Weight.LARGE) {
            parse(bytes);
            return;
        }
        try {
            workers.execute(() -> parse(bytes));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter where no thread can be made
            parse(bytes); // it is paid for
        }
    }

    private void parse(byte[] bytes) {
        ProviderReply reply;
        try {
            ChatReply read = dialect.parseReply(bytes);
            if (read.isEmpty()) {
                call.tell(faults.of(Fault.MALFORMED, "answered with nothing: no text, no call, no tokens")
                        .whileWorking(read.usage()));
                return;
            }
            reply = new ProviderReply.Whole(read, call.isMadeUp());
        } catch (FailedReplyException e) {
            call.tell(faults.of(e.error()).whileWorking(e.usage()));
            return;
        } catch (MalformedReplyException e) {
            call.tell(malformed(bytes, e));
            return;
        } catch (RuntimeException | Error e) { // nothing else ends this call: its time is not kept any more
            call.tell(faults.unreadable(e));
            return;
        }
        call.reply(reply);
    }

    private ProviderException malformed(byte[] bytes, MalformedReplyException e) {
        try {
            return e.usage() == null && Sniffing.isErrorObject(bytes)
                    ? faults.of(dialect.parseError(call.status(), bytes))
                    : faults.of(Fault.MALFORMED, "sent an answer that is not of its dialect", e)
                            .whileWorking(e.usage());
        } catch (RuntimeException | Error again) {
            return faults.unreadable(again);
        }
    }

    @Override
    public void broken(Throwable cause) {
        call.fail(faults.brokenOff(cause));
    }

    @Override
    public void due() {
        call.fail(faults.idle(call.timeouts()));
    }
}
