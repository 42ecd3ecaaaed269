package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Dialect;
import java.util.concurrent.Flow;

/** What a provider answered, after its head was seen to be good. */
public sealed interface ProviderReply {
    /**
     * A whole answer.
     *
     * @param isMadeUp whether a simulator behind the provider's address says of it that it made it up
     */
    record Whole(ChatReply reply, boolean isMadeUp) implements ProviderReply {
        /** One of which nobody says that it is made up. */
        public Whole(ChatReply reply) {
            this(reply, false);
        }
    }

    /**
     * A live stream for one subscriber. The first content has already arrived; it is not lost, the subscriber gets
     * everything from the start.
     *
     * <p>{@code onComplete} only after the provider said that the stream is complete (its terminator, or at least a finish
     * reason of every choice); a stream that breaks off, stalls or turns out malformed ends in {@code onError} with a
     * {@link ProviderException}. Cancelling the subscription closes the connection to the provider.
     *
     * @param dialect of the events' raw data
     * @param firstTokenNanos time from the request sent to the first content, in ns
     */
    record Streaming(Dialect.Name dialect, Flow.Publisher<StreamItem> items, long firstTokenNanos)
            implements ProviderReply {}
}
