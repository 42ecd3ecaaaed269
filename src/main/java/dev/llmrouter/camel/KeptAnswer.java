package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.StreamCollector;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.StreamItem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stream says, put together in memory to be compared: its text, thoughts and calls of tools, without the probabilities of tokens,
 * which are a hundred times as long. One that is too long is let go. Safe for use by many threads.
 */
final class KeptAnswer {
    /** Characters of the longest answer that is kept: more than any model writes. */
    static final int LONGEST = 4_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswer.class);

    private final String requestId;
    private @Nullable StreamCollector collector = new StreamCollector(); // null once it is let go
    private long characters;

    KeptAnswer(String requestId) {
        this.requestId = requestId;
    }

    /** Nothing that is kept may be in the way of the answer: what cannot be kept is not compared. @return whether it is kept still */
    synchronized boolean add(StreamItem item) {
        try {
            for (StreamEvent event : item.meaning()) {
                characters += event.written().length();
                if (characters > LONGEST) {
                    collector = null;
                }
                if (collector != null) {
                    collector.add(
                            event instanceof StreamEvent.TextDelta delta && delta.logprobs() != null
                                    ? new StreamEvent.TextDelta(delta.choice(), delta.text(), null)
                                    : event);
                }
            }
        } catch (RuntimeException e) {
            collector = null;
            LOG.warn("The stream of request {} cannot be kept to be compared", requestId, e);
        }
        return collector != null;
    }

    /** The whole answer, once the stream is over; null if it was not complete, or could not be kept. */
    synchronized @Nullable ChatReply reply() {
        return collector != null && collector.isComplete() ? collector.reply() : null;
    }

    /** Reads a stream that nobody else reads. @return completes at its end, however it ends, or when it cannot be kept any more */
    CompletableFuture<Void> read(Flow.Publisher<StreamItem> items) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        items.subscribe(new Flow.Subscriber<>() {
            private Flow.@Nullable Subscription upstream;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                upstream = subscription;
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(StreamItem item) {
                if (!add(item) && upstream != null) {
                    upstream.cancel();
                    end.complete(null);
                }
            }

            @Override
            public void onError(Throwable failure) {
                end.complete(null); // the attempt says what it was
            }

            @Override
            public void onComplete() {
                end.complete(null);
            }
        });
        return end;
    }
}
