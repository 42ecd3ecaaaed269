package dev.llmrouter.provider;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.SseParser;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
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
    private boolean hasStarted;
    private boolean hasStopped;
    private @Nullable Usage usage;

    /** What was counted when the stream began, before anything was made: the least that it used. */
    private @Nullable Usage atStart;

    private @Nullable String unpriced;
    private long characters;
    private boolean ended;
    private int unreadable;
    private @Nullable ProviderException failure;

    /** Characters that all the pieces of one answer may have: more than ten times what any model writes. */
    static final int LONGEST = 16_000_000;

    /** Characters that the beginning of a tool call counts for, besides its id and name. */
    private static final int CALL = 100;

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
            if (failure == null && characters > LONGEST) {
                failure = faults.of(
                        Fault.MALFORMED,
                        "sent more than " + LONGEST
                                + " characters in one stream, more than any answer has; it was ended");
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
            content(delta.choice(), delta.text().length());
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            content(delta.choice(), delta.text().length());
        } else if (event instanceof StreamEvent.RefusalDelta delta) {
            content(delta.choice(), delta.text().length());
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            hasToolCall = true;
            content(start.choice(), CALL + start.id().length() + start.name().length());
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            characters += delta.arguments().length();
        } else if (event instanceof StreamEvent.Finish finish) {
            finish(finish);
        } else if (event instanceof StreamEvent.Start start) {
            hasStarted = true;
            atStart = start.usage() == null ? atStart : start.usage().asEstimate();
        } else if (event instanceof StreamEvent.UsageUpdate update) {
            usage = update.usage();
            hasContent |= hasStopped && update.usage().outputTokens() > 0;
        } else if (event instanceof StreamEvent.Working work) {
            isWorking = true;
            if (work.ownTool()) {
                content(0, 0);
            }
        } else if (event instanceof StreamEvent.End) {
            ended = true;
        } else if (event instanceof StreamEvent.NotPriced cause) {
            unpriced = unpriced == null ? cause.why() : unpriced;
        } else if (event instanceof StreamEvent.Failed failed) {
            Usage used = failed.usage() == null ? toldWithoutContent() : failed.usage();
            failure = used != null || hasBegun()
                    ? faults.of(failed.error()).whileWorking(used == null ? null : used.withUnpriced(unpriced))
                    : faults.of(failed.error());
        }
    }

    /**
     * The counts that came last, where nothing of an answer did; those of the start, as an estimate, where nothing came after it at all (pings
     * aside). Else null, for more may have been made since: a model that thinks may show nothing of it.
     */
    private @Nullable Usage toldWithoutContent() {
        boolean isWork = isWorking || contents > 0 || unreadable > 0;
        Usage last = usage == null && !isWork ? atStart : usage;
        return hasContent || last == null || (last.estimated() && last != atStart) ? null : last.withUnpriced(unpriced);
    }

    /** An answer that is done and in which nothing was said is one only where output was counted; any other end says something. */
    private void finish(StreamEvent.Finish finish) {
        begun.set(finish.choice());
        finished.set(finish.choice());
        contents++;
        hasStopped = true;
        boolean done = finish.reason() == FinishReason.STOP || finish.reason() == FinishReason.OTHER;
        hasContent |= !done || (usage != null && usage.outputTokens() > 0);
    }

    private void content(int choice, int length) {
        hasContent = true;
        contents++;
        characters += length;
        begun.set(choice);
    }

    /** Whether the provider has shown that it is at work on an answer. */
    private boolean hasBegun() {
        return hasStarted || isWorking || hasContent;
    }

    /** The same failure, with what is known of what was made before it. */
    ProviderException whileWorking(ProviderException failed) {
        return hasBegun() && !failed.wasWorking() ? failed.whileWorking(toldWithoutContent()) : failed;
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
