package dev.llmrouter.camel;

import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A provider's stream in the caller's dialect: server-sent events as bytes, event by event, at the caller's pace.
 *
 * <p>A stream that fails ends with an error event of the caller's dialect and without the terminator, so that nobody takes
 * it for finished. Where the request has to be in the ledger before it is answered, the end is held back until it is: at
 * most {@link #LONGEST}. For one subscriber.
 */
final class ReplyStream implements Flow.Publisher<byte[]> {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Flow.Publisher<StreamItem> items;
    private final boolean sameDialect;
    private final Dialect.StreamEncoder encoder;
    private final @Nullable CompletableFuture<Object> committed;
    private final AtomicBoolean isTaken = new AtomicBoolean();

    /** @param committed completes when the stream may end; null: at once */
    ReplyStream(
            Flow.Publisher<StreamItem> items,
            Dialect.Name provider,
            CallerDialect caller,
            ChatRequest request,
            @Nullable CompletableFuture<Object> committed) {
        this.committed = committed;
        this.items = items;
        this.sameDialect = provider == caller.name();
        this.encoder = caller.encoder(request);
    }

    /** A whole answer as a stream: for an answer that was checked, or a provider that did not stream. */
    static Flow.Publisher<byte[]> ofWhole(ChatReply reply, CallerDialect caller, ChatRequest request) {
        return new OneItem(caller.writeStream(reply, request));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
        if (isTaken.compareAndSet(false, true)) {
            items.subscribe(new Encoding(subscriber));
            return;
        }
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(
                new IllegalStateException("a stream is for one subscriber: this one has had one, or was given up"));
    }

    /** Whether somebody has subscribed, or nobody can any more. */
    boolean isTaken() {
        return isTaken.get();
    }

    /**
     * Ends the stream that nobody has subscribed to, as a caller who leaves does: it is recorded, and the provider's connection closed.
     *
     * @return false if somebody has subscribed
     */
    boolean giveUp() {
        if (!isTaken.compareAndSet(false, true)) {
            return false;
        }
        items.subscribe(new Leaving());
        return true;
    }

    /** Subscribes only to leave. */
    private static final class Leaving implements Flow.Subscriber<StreamItem> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(StreamItem item) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    private final class Encoding implements Flow.Subscriber<StreamItem>, Flow.Subscription {
        private final Flow.Subscriber<? super byte[]> subscriber;
        private Flow.@Nullable Subscription upstream;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean ended;

        Encoding(Flow.Subscriber<? super byte[]> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void onNext(StreamItem item) {
            byte[] bytes = encode(item);
            if (ended && committed != null) {
                held.writeBytes(bytes);
                request(1);
            } else if (bytes.length > 0) {
                subscriber.onNext(bytes);
            } else {
                request(1);
            }
        }

        private byte[] encode(StreamItem item) {
            for (StreamEvent event : item.meaning()) {
                ended |= event instanceof StreamEvent.End;
            }
            if (sameDialect && !item.data().isEmpty()) {
                return encoder.pass(item.event(), item.data(), item.meaning());
            }
            if (item.meaning().size() == 1) {
                return encoder.encode(item.meaning().get(0));
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            item.meaning().forEach(event -> bytes.writeBytes(encoder.encode(event)));
            return bytes.toByteArray();
        }

        @Override
        public void onError(Throwable failure) {
            ChatError error = failure instanceof ProviderException known
                    ? known.error()
                    : ChatError.of(ChatError.Kind.SERVER, 502, "The stream broke off.");
            last(encoder.encode(new StreamEvent.Failed(error)));
        }

        @Override
        public void onComplete() {
            last(ended ? Dialect.StreamEncoder.NOTHING : encoder.encode(new StreamEvent.End()));
        }

        /** The one item that nobody asked for: a few bytes that end the stream. */
        private void last(byte[] bytes) {
            held.writeBytes(bytes);
            if (committed == null) {
                end();
            } else {
                committed.orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS).whenComplete((nothing, never) -> end());
            }
        }

        private void end() {
            if (held.size() > 0) {
                subscriber.onNext(held.toByteArray());
            }
            subscriber.onComplete();
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
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

    /** Publishes one item. */
    private record OneItem(byte[] item) implements Flow.Publisher<byte[]> {
        @Override
        public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                private boolean done;

                @Override
                public void request(long n) {
                    if (!done) {
                        done = true;
                        subscriber.onNext(item);
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    done = true;
                }
            });
        }
    }
}
