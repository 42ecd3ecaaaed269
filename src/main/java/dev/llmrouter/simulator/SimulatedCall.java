package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** One attempt in process: settles once, by its course, the deadline or the caller's leaving, whichever is first. */
final class SimulatedCall {
    private static final Runnable NOTHING = () -> {};
    private final ProviderCall call;
    private final ProviderClient.Callback callback;
    private final Failures failures;
    private final Timer timer;
    private final long startNanos;
    private final AtomicBoolean settled = new AtomicBoolean();

    SimulatedCall(ProviderCall call, ProviderClient.Callback callback, Failures failures, Timer timer) {
        this.call = call;
        this.callback = callback;
        this.failures = failures;
        this.timer = timer;
        this.startNanos = timer.nanoTime();
    }

    long startNanos() {
        return startNanos;
    }

    void fail(Course course) {
        ProviderException failure = course.end() == null ? failures.of(ProviderException.Fault.RESET) : course.end();
        settleAt(course.firstNanos(), () -> () -> callback.failed(failure));
    }

    void whole(Course course, Account account, ChatReply reply) {
        account.chargeWhole(course.end() == null);
        ProviderException failure = course.end();
        if (failure == null) {
            settleAt(course.endNanos(), () -> () -> callback.replied(new ProviderReply.Whole(reply)));
        } else {
            fail(course);
        }
    }

    void stream(Course course, Account account) {
        if (course.items().isEmpty()) {
            account.chargeSent((int) account.answer().usage().reasoningTokens(), false);
            fail(course);
            return;
        }
        settleAt(course.firstNanos(), () -> {
            Live live = new Live(course, account);
            long first = Math.max(1, timer.nanoTime() - startNanos);
            ProviderReply reply = new ProviderReply.Streaming(Dialect.Name.TEXT, live.stream, first);
            live.watch();
            return () -> callback.replied(reply);
        });
    }

    /** @param outcome makes what to tell the callback; asked only if nothing else settled the attempt before */
    private void settleAt(long nanos, Supplier<Runnable> outcome) {
        if (nanos <= 0) {
            outcome.get().run();
            return;
        }
        long untilDeadline = call.deadlineNanos() - startNanos;
        boolean inTime = nanos <= untilDeadline;
        Watch watch = new Watch();
        watch.add(timer.schedule(
                () -> settle(
                        watch,
                        inTime ? outcome : () -> () -> callback.failed(failures.of(ProviderException.Fault.DEADLINE))),
                Math.min(nanos, untilDeadline)));
        watch.add(call.cancellation()
                .onCancel(() ->
                        settle(watch, () -> () -> callback.failed(failures.of(ProviderException.Fault.CANCELLED)))));
    }

    private void settle(Watch watch, Supplier<Runnable> outcome) {
        if (settled.compareAndSet(false, true)) {
            watch.off();
            outcome.get().run();
        }
    }

    /** A stream that is being read, ended early by the deadline or the caller's leaving. */
    private final class Live {
        private final SimulatedStream stream;
        private final Watch watch = new Watch();

        Live(Course course, Account account) {
            stream = new SimulatedStream(course, startNanos, timer, this::over);
            this.account = account;
        }

        private final Account account;

        void watch() {
            watch.add(timer.schedule(
                    () -> stream.breakOff(failures.of(ProviderException.Fault.DEADLINE)),
                    call.deadlineNanos() - timer.nanoTime()));
            watch.add(call.cancellation()
                    .onCancel(() -> stream.breakOff(failures.of(ProviderException.Fault.CANCELLED))));
        }

        private void over(int tokens) {
            watch.off();
            account.chargeSent(tokens, stream.isWhole());
        }
    }

    /** Things to call off when all is over. */
    private static final class Watch {
        private Runnable first = NOTHING;
        private Runnable second = NOTHING;
        private boolean over;

        void add(Runnable callOff) {
            synchronized (this) {
                if (!over) {
                    second = first;
                    first = callOff;
                    return;
                }
            }
            callOff.run();
        }

        void off() {
            Runnable one;
            Runnable other;
            synchronized (this) {
                over = true;
                one = first;
                other = second;
                first = NOTHING;
                second = NOTHING;
            }
            one.run();
            other.run();
        }
    }
}
