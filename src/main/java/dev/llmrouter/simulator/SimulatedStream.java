package dev.llmrouter.simulator;

import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the items of a course to one subscriber, each when it is due and asked for. Without delays everything happens on
 * the thread that asks.
 */
final class SimulatedStream implements Flow.Publisher<StreamItem>, Flow.Subscription {
    private final Course course;
    private final long startNanos;
    private final Timer timer;
    private final IntConsumer settle;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicBoolean settled = new AtomicBoolean();
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private volatile Flow.@Nullable Subscriber<? super StreamItem> subscriber;
    private volatile boolean cancelled;
    private volatile boolean waiting;
    private volatile @Nullable Throwable broken;
    private boolean done;
    private int next;
    private int tokens;

    /** @param settle is told once, at the end, how many output tokens went out */
    SimulatedStream(Course course, long startNanos, Timer timer, IntConsumer settle) {
        this.course = course;
        this.startNanos = startNanos;
        this.timer = timer;
        this.settle = settle;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super StreamItem> one) {
        if (!taken.compareAndSet(false, true)) {
            one.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {}
            });
            one.onError(new IllegalStateException("This stream has a subscriber already; it is for one alone."));
            return;
        }
        one.onSubscribe(this);
        subscriber = one;
        drain();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            broken = new IllegalArgumentException("Requested were " + count + " items; allowed 1 or more.");
        } else {
            demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        drain();
    }

    /** Ends the stream from outside: the deadline passed, or the caller went. */
    void breakOff(ProviderException failure) {
        broken = failure;
        if (taken.get()) {
            drain();
        } else {
            settle();
        }
    }

    /** One thread at a time is in here; a signal that comes meanwhile makes it go round once more. */
    private void drain() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            Flow.Subscriber<? super StreamItem> to = subscriber;
            if (to != null && !done) {
                emit(to);
            }
            missed = signals.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit(Flow.Subscriber<? super StreamItem> to) {
        while (!done) {
            if (cancelled || broken != null) {
                end(to, cancelled ? null : broken);
                return;
            }
            boolean over = next == course.items().size();
            if (!over && demand.get() == 0) {
                return;
            }
            long due = over ? course.endNanos() : course.items().get(next).dueNanos();
            long wait = due - (timer.nanoTime() - startNanos);
            if (due > 0 && wait > 0) {
                waitFor(wait);
                return;
            }
            if (over) {
                end(to, course.end());
            } else {
                give(to);
            }
        }
    }

    private void give(Flow.Subscriber<? super StreamItem> to) {
        Course.Item item = course.items().get(next++);
        tokens += item.tokens();
        demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
        try {
            to.onNext(item.item());
        } catch (RuntimeException subscribersOwn) {
            cancelled = true;
            end(to, null);
            throw subscribersOwn;
        }
    }

    private void waitFor(long nanos) {
        if (!waiting) {
            waiting = true;
            timer.schedule(
                    () -> {
                        waiting = false;
                        drain();
                    },
                    nanos);
        }
    }

    private void end(Flow.Subscriber<? super StreamItem> to, @Nullable Throwable failure) {
        done = true;
        subscriber = null;
        settle();
        if (cancelled) {
            return;
        }
        if (failure == null) {
            to.onComplete();
        } else {
            to.onError(failure);
        }
    }

    private void settle() {
        if (settled.compareAndSet(false, true)) {
            settle.accept(tokens);
        }
    }

    /** Whether everything was given out. */
    boolean isWhole() {
        return next == course.items().size() && course.end() == null;
    }
}
