package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.StreamCollector;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import dev.llmrouter.route.Dispatched;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that answers a sampled request: the caller gets it item by item as without this, and what it says is put together beside,
 * in memory only, for the comparison after its end. For one subscriber.
 */
final class SampledStream implements Flow.Publisher<StreamItem> {
    /** Characters of the longest answer that is kept: more than any model writes. */
    private static final int LONGEST = 4_000_000;

    /** Share of the time in which the caller had not asked for more, from which on its end is his doing. Assumption. */
    private static final double SLOW = 0.1;

    private static final Logger LOG = LoggerFactory.getLogger(SampledStream.class);

    private final Flow.Publisher<StreamItem> items;
    private final Dispatched request;
    private final StreamCollector collector = new StreamCollector();
    private final long startNanos = System.nanoTime();
    private long kept;
    private long wanted;
    private long idleSinceNanos = startNanos;
    private long idleNanos;

    /** @param request that is answered by it */
    SampledStream(Flow.Publisher<StreamItem> items, Dispatched request) {
        this.items = items;
        this.request = request;
    }

    Dispatched request() {
        return request;
    }

    /** Completes when the stream is over: with null, or with what broke it off. */
    CompletableFuture<@Nullable ProviderException> end() {
        return request.streamEnd();
    }

    /** The whole answer, once the stream is over; null if it was not complete, or too long to be kept. */
    synchronized @Nullable ChatReply reply() {
        return kept <= LONGEST && collector.isComplete() ? collector.reply() : null;
    }

    /** Whether so much of the time was spent in waiting for the caller that a limit of time says nothing of the model. */
    synchronized boolean isReaderSlow() {
        long now = System.nanoTime();
        long idle = idleNanos + (wanted == 0 ? now - idleSinceNanos : 0);
        return idle > SLOW * (now - startNanos);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super StreamItem> subscriber) {
        items.subscribe(new Keeping(subscriber));
    }

    private synchronized void keep(StreamItem item) {
        for (StreamEvent event : item.meaning()) {
            kept += event.written().length();
            if (kept <= LONGEST) {
                keep(event);
            }
        }
        if (wanted > 0 && wanted < Long.MAX_VALUE && --wanted == 0) {
            idleSinceNanos = System.nanoTime();
        }
    }

    /** Nothing that is kept may be in the way of the answer: what cannot be kept is not compared. */
    private void keep(StreamEvent event) {
        try {
            collector.add(event);
        } catch (RuntimeException e) {
            kept = LONGEST + 1L;
            LOG.warn(
                    "The stream of request {} cannot be kept to be compared",
                    request.received().id(),
                    e);
        }
    }

    private synchronized void wants(long n) {
        if (wanted == 0) {
            idleNanos += System.nanoTime() - idleSinceNanos;
        }
        wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
    }

    private final class Keeping implements Flow.Subscriber<StreamItem>, Flow.Subscription {
        private final Flow.Subscriber<? super StreamItem> subscriber;
        private Flow.@Nullable Subscription upstream;

        Keeping(Flow.Subscriber<? super StreamItem> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void onNext(StreamItem item) {
            keep(item);
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
                wants(Math.max(0, n));
                upstream.request(n);
            }
        }

        @Override
        public void cancel() {
            if (upstream != null) {
                upstream.cancel();
            }
        }
    }
}
