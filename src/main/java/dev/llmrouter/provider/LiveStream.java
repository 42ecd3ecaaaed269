package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The items of one stream for one subscriber, who sets the pace: what is read from the provider is bounded by one read
 * beyond what the subscriber asked for. All state belongs to one event loop; {@code subscribe}, {@code request} and
 * {@code cancel} may come from any thread.
 */
final class LiveStream implements Flow.Publisher<StreamItem>, Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

    private final Loop loop;
    private final Pace pace;
    private final Queue<StreamItem> waiting = new ArrayDeque<>();
    private final AtomicBoolean taken = new AtomicBoolean();
    private Flow.@Nullable Subscriber<? super StreamItem> subscriber;
    private long demand;
    private boolean over;
    private boolean complete;
    private boolean draining;
    private @Nullable ProviderException failure;

    /** What the subscriber's pace means for the provider's side. */
    interface Pace {
        /** More is wanted. */
        void wanted();

        /** Nobody wants the rest. */
        void cancelled();
    }

    LiveStream(Loop loop, Pace pace) {
        this.loop = loop;
        this.pace = pace;
    }

    /** Whether another read would find somebody to take it. */
    boolean wantsMore() {
        return waiting.isEmpty() && demand > 0;
    }

    void add(StreamItem item) {
        if (!over) {
            waiting.add(item);
        }
    }

    /** Hands out what is asked for. */
    void flush() {
        drain();
    }

    void complete() {
        if (!complete && failure == null) {
            complete = true;
            drain();
        }
    }

    /** Ends the stream after what has already arrived. */
    void fail(ProviderException reason) {
        if (!complete && failure == null) {
            failure = reason;
            drain();
        }
    }

    /** Ends the stream now; what waits is dropped. */
    void failNow(ProviderException reason) {
        if (!over) {
            waiting.clear();
            complete = false;
            failure = reason;
            drain();
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super StreamItem> newcomer) {
        if (!taken.compareAndSet(false, true)) {
            newcomer.onSubscribe(new Nothing());
            newcomer.onError(new IllegalStateException("A provider's stream can be subscribed to once only."));
            return;
        }
        on(() -> {
            subscriber = newcomer;
            guarded(() -> newcomer.onSubscribe(this));
            drain();
        });
    }

    @Override
    public void request(long n) {
        on(() -> {
            if (over) {
                return;
            }
            if (n <= 0) {
                Flow.Subscriber<? super StreamItem> target = subscriber;
                cancelNow();
                if (target != null) {
                    guarded(() -> target.onError(new IllegalArgumentException("Requested " + n + " items.")));
                }
                return;
            }
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            drain();
            if (!over && !draining && wantsMore()) {
                pace.wanted();
            }
        });
    }

    @Override
    public void cancel() {
        on(this::cancelNow);
    }

    private void cancelNow() {
        if (!over) {
            over = true;
            waiting.clear();
            pace.cancelled();
        }
    }

    private void drain() {
        Flow.Subscriber<? super StreamItem> target = subscriber;
        if (target == null || draining) {
            return;
        }
        draining = true;
        try {
            while (!over && demand > 0 && !waiting.isEmpty()) {
                StreamItem item = waiting.remove();
                demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                guarded(() -> target.onNext(item));
            }
        } finally {
            draining = false;
        }
        end(target);
    }

    private void end(Flow.Subscriber<? super StreamItem> target) {
        if (over || !waiting.isEmpty()) {
            return;
        }
        ProviderException reason = failure;
        if (reason != null) {
            over = true;
            guarded(() -> target.onError(reason));
        } else if (complete) {
            over = true;
            guarded(target::onComplete);
        }
    }

    private void guarded(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException | Error e) {
            boolean open = !over;
            cancelNow();
            LOG.error("The subscriber of a provider's stream failed; the stream is cancelled", e);
            Flow.Subscriber<? super StreamItem> target = subscriber;
            if (open && target != null) {
                guarded(() -> target.onError(broken(e)));
            }
        }
    }

    /** What the subscriber is told, so that whoever waits behind it gets an end. */
    private static ProviderException broken(Throwable cause) {
        String what = "The stream was ended: this router failed while it passed it on.";
        return new ProviderException(
                ProviderException.Fault.INTERNAL, ChatError.of(ChatError.Kind.SERVER, 500, what), what, cause);
    }

    private void on(Runnable action) {
        loop.run(action);
    }

    /** For a subscriber who comes too late. */
    private static final class Nothing implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
