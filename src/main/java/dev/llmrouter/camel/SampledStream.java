package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import dev.llmrouter.route.Dispatched;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The stream that answers a sampled request: the caller gets it item by item as without this, and what it says is put together beside,
 * in memory only, for the comparison after its end. For one subscriber.
 */
final class SampledStream implements Flow.Publisher<StreamItem> {
    /** Share of the time in which the caller had not asked for more, from which on its end is his doing. Assumption. */
    private static final double SLOW = 0.1;

    private final Flow.Publisher<StreamItem> items;
    private final Dispatched request;
    private final KeptAnswer kept;
    private final long startNanos = System.nanoTime();
    private long wanted;
    private long idleSinceNanos = startNanos;
    private long idleNanos;

    /** @param request that is answered by it */
    SampledStream(Flow.Publisher<StreamItem> items, Dispatched request) {
        this.items = items;
        this.request = request;
        this.kept = new KeptAnswer(request.received().id());
    }

    Dispatched request() {
        return request;
    }

    /** Completes when the stream is over: with null, or with what broke it off. */
    CompletableFuture<@Nullable ProviderException> end() {
        return request.streamEnd();
    }

    /** The whole answer, once the stream is over; null if it was not complete, or too long to be kept. */
    @Nullable
    ChatReply reply() {
        return kept.reply();
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
        kept.add(item);
        if (wanted > 0 && wanted < Long.MAX_VALUE && --wanted == 0) {
            idleSinceNanos = System.nanoTime();
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
