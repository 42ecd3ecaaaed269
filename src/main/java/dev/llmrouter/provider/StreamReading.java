package dev.llmrouter.provider;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.SseParser;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.StreamItem;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one provider's stream and knows whether it has begun, is complete, or has failed. Not safe for use by several
 * threads.
 *
 * <p>One unreadable event is skipped, in the hope that the stream goes on; a second one is a failure, and so is the first
 * once a tool call has begun, because a call whose arguments lack a piece must not be made.
 */
final class StreamReading {
    private final SseParser parser = SseParser.ofDefaults();
    private final Dialect.StreamDecoder decoder;
    private final Faults faults;
    private final int expectedChoices;
    private final BitSet begun = new BitSet();
    private final BitSet finished = new BitSet();
    private boolean isWorking;
    private boolean hasContent;
    private long contents;
    private boolean hasToolCall;
    private boolean ended;
    private int unreadable;
    private @Nullable ProviderException failure;

    /** @param expectedChoices choices that were asked for, at least 1 */
    StreamReading(Dialect.StreamDecoder decoder, Faults faults, int expectedChoices) {
        this.decoder = decoder;
        this.faults = faults;
        this.expectedChoices = expectedChoices;
    }

    /** Reads on, as far as neither the end nor a failure has been seen. */
    void feed(byte[] bytes, Consumer<StreamItem> items) {
        if (ended || failure != null) {
            return;
        }
        try {
            accept(parser.feed(bytes), items);
        } catch (MalformedReplyException e) {
            failure = faults.of(Fault.MALFORMED, "sent a stream that cannot be read", e);
        }
    }

    /** The connection has ended in an orderly way: reads the event that lacks its empty line. */
    void finish(Consumer<StreamItem> items) {
        if (!ended && failure == null) {
            accept(parser.finish(), items);
        }
    }

    private void accept(List<SseParser.Event> events, Consumer<StreamItem> items) {
        for (SseParser.Event event : events) {
            if (ended || failure != null) {
                return;
            }
            List<StreamEvent> meaning;
            try {
                meaning = decoder.decode(event.event(), event.data());
            } catch (MalformedReplyException e) {
                skip(e);
                continue;
            }
            for (StreamEvent one : meaning) {
                note(one);
            }
            if (failure == null) {
                items.accept(new StreamItem(event.event(), event.data(), meaning));
            }
        }
    }

    private void skip(MalformedReplyException cause) {
        unreadable++;
        if (unreadable > 1 || hasToolCall) {
            failure = faults.of(Fault.MALFORMED, "sent events that are not of its dialect", cause);
        }
    }

    private void note(StreamEvent event) {
        if (event instanceof StreamEvent.TextDelta delta) {
            content(delta.choice());
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            content(delta.choice());
        } else if (event instanceof StreamEvent.RefusalDelta delta) {
            content(delta.choice());
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            hasToolCall = true;
            content(start.choice());
        } else if (event instanceof StreamEvent.Finish finish) {
            content(finish.choice());
            finished.set(finish.choice());
        } else if (event instanceof StreamEvent.Working work) {
            isWorking = true;
            if (work.ownTool()) {
                content(0);
            }
        } else if (event instanceof StreamEvent.End) {
            ended = true;
        } else if (event instanceof StreamEvent.Failed failed) {
            failure = faults.of(failed.error());
        }
    }

    private void content(int choice) {
        hasContent = true;
        contents++;
        begun.set(choice);
    }

    /** Whether anything of an answer has come. */
    boolean hasContent() {
        return hasContent;
    }

    /** Whether the provider has begun with a part of its answer, be there anything of it or not. */
    boolean isWorking() {
        return isWorking;
    }

    /** How many events with content have come. */
    long contents() {
        return contents;
    }

    /** Whether every choice has its finish reason. */
    boolean isFinished() {
        return hasContent && finished.cardinality() >= Math.max(expectedChoices, begun.cardinality());
    }

    /** Whether the provider said that the stream is over. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether the stream says of itself that it is complete: by its terminator, or by the finish reason of every choice. */
    boolean isComplete() {
        return failure == null && (isFinished() || (ended && hasContent));
    }

    @Nullable
    ProviderException failure() {
        return failure;
    }
}
