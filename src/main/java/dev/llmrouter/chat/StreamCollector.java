package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts a stream together into a whole answer, and knows whether it was complete. Not safe for use by several threads.
 */
public final class StreamCollector {
    private final Map<Integer, Collected> choices = new TreeMap<>();
    private String id = "";
    private String model = "";
    private long created;
    private @Nullable Usage usage;
    private @Nullable String unpriced;
    private @Nullable ChatError failure;
    private @Nullable Usage usageOfFailure;
    private boolean ended;

    /** Whether anything came after the start that may be work on an answer. */
    private boolean isWork;

    private static final class Collected {
        private final List<Block> blocks = new ArrayList<>();
        private final Map<Integer, Block> calls = new TreeMap<>();
        private final ArrayNode logprobs = Json.array();
        private final List<Part> citations = new ArrayList<>(0);
        private @Nullable FinishReason reason;
        private @Nullable String stopSequence;

        Block last(Class<? extends Part> type) {
            if (blocks.isEmpty() || blocks.get(blocks.size() - 1).type != type) {
                blocks.add(new Block(type, "", ""));
            }
            return blocks.get(blocks.size() - 1);
        }
    }

    private static final class Block {
        private final Class<? extends Part> type;
        private final String id;
        private final String name;
        private final StringBuilder text = new StringBuilder();
        private @Nullable String signature;

        Block(Class<? extends Part> type, String id, String name) {
            this.type = type;
            this.id = id;
            this.name = name;
        }

        Part part() {
            if (type == Part.ToolCall.class) {
                return new Part.ToolCall(id, name, text.toString());
            }
            if (type == Part.Reasoning.class) {
                return new Part.Reasoning(text.toString(), signature);
            }
            return type == Part.Refusal.class ? new Part.Refusal(text.toString()) : new Part.Text(text.toString());
        }
    }

    /** Takes the next event. */
    public void add(StreamEvent event) {
        if (event instanceof StreamEvent.TextDelta delta) {
            text(delta);
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            Block call = choice(delta.choice()).calls.get(delta.index());
            if (call != null) {
                call.text.append(delta.arguments());
            }
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            Collected choice = choice(start.choice());
            Block call = new Block(Part.ToolCall.class, start.id(), start.name());
            choice.blocks.add(call);
            choice.calls.put(start.index(), call);
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            reasoning(delta);
        } else if (event instanceof StreamEvent.RefusalDelta delta) {
            choice(delta.choice()).last(Part.Refusal.class).text.append(delta.text());
        } else if (event instanceof StreamEvent.Citation cited) {
            choice(cited.choice()).citations.add(new Part.Opaque(Dialect.Name.OPENAI, cited.annotation()));
        } else if (event instanceof StreamEvent.Start start) {
            id = start.id();
            model = start.model();
            created = start.created();
            usage = start.usage() == null ? usage : start.usage().asEstimate();
        } else if (event instanceof StreamEvent.UsageUpdate update) {
            usage = update.usage();
            isWork = true;
        } else if (event instanceof StreamEvent.Working) {
            isWork = true;
        } else if (event instanceof StreamEvent.Finish finish) {
            Collected choice = choice(finish.choice());
            choice.reason = finish.reason();
            choice.stopSequence = finish.stopSequence();
        } else if (event instanceof StreamEvent.Failed failed) {
            failure = failed.error();
            usageOfFailure = failed.usage() == null ? toldWithoutContent() : failed.usage();
        } else if (event instanceof StreamEvent.NotPriced cause) {
            unpriced = unpriced == null ? cause.why() : unpriced;
        } else if (event instanceof StreamEvent.End) {
            ended = true;
        }
    }

    private Collected choice(int index) {
        return choices.computeIfAbsent(index, i -> new Collected());
    }

    private void text(StreamEvent.TextDelta delta) {
        Collected choice = choice(delta.choice());
        if (!delta.text().isEmpty()) {
            choice.last(Part.Text.class).text.append(delta.text());
        }
        JsonNode logprobs = delta.logprobs();
        if (logprobs != null && logprobs.path("content") instanceof ArrayNode tokens) {
            choice.logprobs.addAll(tokens);
        }
    }

    private void reasoning(StreamEvent.ReasoningDelta delta) {
        Block block = choice(delta.choice()).last(Part.Reasoning.class);
        block.text.append(delta.text());
        if (delta.signature() != null) {
            block.signature = delta.signature();
        }
    }

    /**
     * Whether the answer is whole: nothing failed, and the provider said so or every choice has its finish reason. Some
     * servers, and all of Gemini's, close the stream without saying more.
     */
    public boolean isComplete() {
        if (failure != null) {
            return false;
        }
        for (Collected choice : choices.values()) {
            if (choice.reason == null) {
                return false;
            }
        }
        return !choices.isEmpty();
    }

    /** Whether the provider said that the stream is over ({@code [DONE]}, {@code message_stop}). */
    public boolean isEnded() {
        return ended;
    }

    /** The failure that the provider reported in the stream; null if none. */
    public @Nullable ChatError failure() {
        return failure;
    }

    /** What the provider said that the failed answer had used; null if it did not say, or nothing failed. */
    public @Nullable Usage usageOfFailure() {
        return usageOfFailure == null ? null : usageOfFailure.withUnpriced(unpriced);
    }

    /**
     * What the provider said that it used, where nothing of an answer came; what it said at the start, as an estimate, where nothing came
     * after it at all. Else null: more may have been made, as by a model that thinks and shows nothing of it.
     */
    public @Nullable Usage toldWithoutContent() {
        boolean isKnown = usage != null && (!usage.estimated() || !isWork);
        return choices.isEmpty() && isKnown ? usage() : null;
    }

    /** The latest token counts of the provider; null if it sent none. */
    public @Nullable Usage usage() {
        return usage == null ? null : usage.withUnpriced(unpriced);
    }

    /** What has come so far. A choice without finish reason gets {@link FinishReason#OTHER}; ask {@link #isComplete()}. */
    public ChatReply reply() {
        List<ChatReply.Choice> collected = new ArrayList<>(choices.size());
        choices.forEach((index, choice) -> {
            ObjectNode logprobs = choice.logprobs.isEmpty() ? null : Json.object();
            if (logprobs != null) {
                logprobs.set("content", choice.logprobs);
                logprobs.putNull("refusal");
            }
            collected.add(new ChatReply.Choice(
                    index,
                    Stream.concat(choice.blocks.stream().map(Block::part), choice.citations.stream())
                            .toList(),
                    choice.reason == null ? FinishReason.OTHER : choice.reason,
                    choice.stopSequence,
                    logprobs));
        });
        return new ChatReply(id, model, created, collected, usage(), null, null);
    }
}
