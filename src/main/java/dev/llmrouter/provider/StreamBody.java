package dev.llmrouter.provider;

import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer that comes as a stream of events. Its head is read before it counts as an answer: until there is content, another
 * provider can still be asked; once the provider has begun with a part of it, it has as long as between two reads. Then it is
 * handed on at the pace of its subscriber. Where its choices are all finished it may
 * linger for the usage, and after its terminator the connection may end, to be used again.
 */
final class StreamBody implements BodyPhase {
    /** How long a connection may take to end after the stream's terminator. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private enum Phase {
        /** No content yet. */
        HEAD,
        CONTENT,
        /** All choices are finished, the terminator is not there. */
        LINGER,
        /** The answer is whole; the connection has not ended. */
        DRAIN
    }

    private final HttpCall call;
    private final ProviderDialect dialect;
    private final Faults faults;
    private final Timeouts timeouts;
    private final StreamReading reading;
    private final LiveStream stream;
    private Phase phase = Phase.HEAD;
    private int headBytes;
    private long lingeredAt;
    private boolean sniffing;
    private boolean paused;

    /** @param sniffing whether nothing has said yet that this is a stream */
    StreamBody(HttpCall call, ProviderDialect dialect, Faults faults, int choices, boolean sniffing, Loop loop) {
        this.call = call;
        this.dialect = dialect;
        this.faults = faults;
        this.timeouts = call.timeouts();
        this.sniffing = sniffing;
        this.reading = new StreamReading(dialect.decoder(), faults, choices);
        this.stream = new LiveStream(loop, new LiveStream.Pace() {
            @Override
            public void wanted() {
                resume();
            }

            @Override
            public void cancelled() {
                call.abandon();
            }
        });
        call.limitSinceSent(timeouts.firstToken());
    }

    @Override
    public void bytes(byte[] bytes) {
        if (phase == Phase.DRAIN) {
            return;
        }
        if (phase == Phase.HEAD && sniffing && bytes.length > 0) {
            sniffing = false;
            if (Sniffing.looksLikeJson(bytes)) {
                call.whole().bytes(bytes);
                return;
            }
        }
        reading.feed(bytes, stream::add);
        if (phase == Phase.HEAD) {
            headBytes += bytes.length;
        }
        progress();
    }

    private void progress() {
        ProviderException failure = reading.failure();
        if (phase == Phase.HEAD && !isAnswer(failure)) {
            if (reading.isWorking() && !call.isOver()) {
                call.limit(longer(timeouts.idle(), timeouts.firstToken().minusNanos(call.nanosSinceSent())));
            }
            return;
        }
        stream.flush();
        if (call.isOver()) {
            return;
        }
        if (failure != null) {
            call.fail(failure);
        } else if (reading.hasEnded()) {
            stream.complete();
            drain();
        } else {
            linger();
            pauseAsNeeded();
        }
    }

    /** Whether there is content; without any, what has come may be a failure. */
    private boolean isAnswer(@Nullable ProviderException failure) {
        if (reading.hasContent()) {
            phase = Phase.CONTENT;
            call.reply(new ProviderReply.Streaming(dialect.name(), stream, call.nanosSinceSent()));
            return true;
        }
        if (failure != null || reading.hasEnded()) {
            call.fail(failure == null ? empty() : reading.whileWorking(failure));
        } else if (headBytes > HttpCall.HEAD_BYTES) {
            call.fail(reading.whileWorking(faults.of(
                    Fault.MALFORMED, "sent " + HttpCall.HEAD_BYTES + " bytes of a stream without any content")));
        }
        return false;
    }

    private ProviderException empty() {
        return reading.whileWorking(faults.of(Fault.TRUNCATED, "ended its stream without any content"));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private void linger() {
        if (!reading.isFinished()) {
            call.limit(timeouts.idle());
        } else if (phase != Phase.LINGER || reading.contents() > lingeredAt) {
            phase = Phase.LINGER;
            lingeredAt = reading.contents();
            call.limit(HttpCall.shorter(HttpCall.LINGER, timeouts.idle()));
        }
    }

    private void pauseAsNeeded() {
        if (!paused && call.hasConnection() && !stream.wantsMore()) {
            paused = true;
            call.pause(); // a slow reader is no fault of the provider's
        }
    }

    private void resume() {
        if (paused && !call.isOver()) {
            paused = false;
            call.limit(phase == Phase.LINGER ? HttpCall.shorter(HttpCall.LINGER, timeouts.idle()) : timeouts.idle());
            call.resume();
        }
    }

    private void drain() {
        phase = Phase.DRAIN;
        call.release();
        if (paused) {
            paused = false;
            call.resume();
        }
        call.limitWhatever(DRAIN);
    }

    @Override
    public void end() {
        if (phase == Phase.DRAIN) {
            call.over();
            return;
        }
        reading.finish(stream::add);
        if (phase == Phase.HEAD) {
            progress();
            if (phase == Phase.HEAD) {
                call.fail(empty());
                return;
            }
        }
        if (call.isOver() || phase == Phase.DRAIN) {
            call.over();
        } else if (reading.isComplete()) {
            stream.complete();
            call.over();
        } else {
            ProviderException failure = reading.failure();
            call.fail(
                    failure != null
                            ? failure
                            : faults.of(Fault.TRUNCATED, "ended its stream without saying that it is complete"));
        }
    }

    @Override
    public void broken(Throwable cause) {
        switch (phase) {
            case DRAIN -> call.over();
            case HEAD -> call.fail(reading.whileWorking(faults.brokenOff(cause)));
            case CONTENT, LINGER -> {
                reading.finish(stream::add);
                if (reading.isComplete()) {
                    stream.complete();
                    call.over();
                } else {
                    call.fail(
                            Sniffing.isOutOfMemory(cause)
                                    ? faults.unreadable(cause)
                                    : faults.of(Fault.RESET, "broke off its stream", cause));
                }
            }
        }
    }

    @Override
    public void due() {
        switch (phase) {
            case HEAD ->
                call.fail(reading.whileWorking(
                        reading.isWorking() ? faults.idle(timeouts) : faults.firstToken(timeouts)));
            case CONTENT -> call.fail(faults.idle(timeouts));
            case LINGER -> {
                stream.complete();
                call.abandon();
            }
            case DRAIN -> call.abandon();
        }
    }

    /** What lingers or drains has been answered: the request's deadline is no failure of it. */
    @Override
    public boolean isFinished() {
        return phase == Phase.LINGER || phase == Phase.DRAIN;
    }

    @Override
    public boolean isSettled() {
        return phase == Phase.DRAIN;
    }

    @Override
    public void fail(ProviderException failure) {
        stream.fail(failure);
    }

    @Override
    public void leave(ProviderException gone) {
        stream.failNow(gone);
    }
}
