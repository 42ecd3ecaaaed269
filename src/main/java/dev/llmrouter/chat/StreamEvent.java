package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in a stream, in one shape for every dialect. {@code choice} counts from 0. */
public sealed interface StreamEvent {
    /** What the model writes in it: text, thoughts, a refusal or arguments of a tool; empty where it says something else. */
    default String written() {
        return "";
    }

    /** The stream begins. @param usage first figures, where the provider gives some at the start; else null */
    record Start(
            String id, String model, long created, @Nullable Usage usage) implements StreamEvent {}

    record TextDelta(int choice, String text, @Nullable JsonNode logprobs) implements StreamEvent {
        @Override
        public String written() {
            return text;
        }
    }

    record ReasoningDelta(int choice, String text, @Nullable String signature) implements StreamEvent {
        @Override
        public String written() {
            return text;
        }
    }

    record RefusalDelta(int choice, String text) implements StreamEvent {
        @Override
        public String written() {
            return text;
        }
    }

    /** A tool call begins. @param index of the call in its choice, from 0 */
    record ToolCallStart(int choice, int index, String id, String name) implements StreamEvent {}

    /** A fragment of the arguments' JSON text. */
    record ToolCallDelta(int choice, int index, String arguments) implements StreamEvent {
        @Override
        public String written() {
            return arguments;
        }
    }

    /** A page that the text cites. @param annotation as chat completions write it */
    record Citation(int choice, JsonNode annotation) implements StreamEvent {}

    record Finish(int choice, FinishReason reason, @Nullable String stopSequence) implements StreamEvent {}

    /** Token counts so far; the last one counts. */
    record UsageUpdate(Usage usage) implements StreamEvent {}

    /**
     * The provider has begun with a part of the answer, of which there is nothing to show yet.
     *
     * @param ownTool whether it runs a tool of its own, which nobody else need do again
     */
    record Working(boolean ownTool) implements StreamEvent {}

    /** The prices of tokens do not say what this answer costs. @param why as of {@link Usage#unpriced()} */
    record NotPriced(String why) implements StreamEvent {}

    /** The provider says that the stream is complete ({@code [DONE]}, {@code message_stop}). */
    record End() implements StreamEvent {}

    /** The provider reports a failure inside the stream. @param usage what it says that was used; null if nothing */
    record Failed(ChatError error, @Nullable Usage usage) implements StreamEvent {
        public Failed(ChatError error) {
            this(error, null);
        }
    }

    /**
     * The events of a stream that says what a whole answer does. Log probabilities go with the first text. Pieces that only
     * their own dialect knows have no event, and stay out.
     */
    static List<StreamEvent> of(ChatReply reply) {
        List<StreamEvent> events = new ArrayList<>();
        events.add(new Start(reply.id(), reply.model(), reply.created(), null));
        for (ChatReply.Choice choice : reply.choices()) {
            JsonNode logprobs = choice.logprobs();
            int calls = 0;
            for (Part part : choice.parts()) {
                if (part instanceof Part.Text text) {
                    events.add(new TextDelta(choice.index(), text.text(), logprobs));
                    logprobs = null;
                } else if (part instanceof Part.Reasoning reasoning) {
                    events.add(new ReasoningDelta(choice.index(), reasoning.text(), reasoning.signature()));
                } else if (part instanceof Part.Refusal refusal) {
                    events.add(new RefusalDelta(choice.index(), refusal.text()));
                } else if (part instanceof Part.ToolCall call) {
                    events.add(new ToolCallStart(choice.index(), calls, call.id(), call.name()));
                    events.add(new ToolCallDelta(choice.index(), calls, call.arguments()));
                    calls++;
                } else if (part instanceof Part.Opaque opaque && Citations.is(part)) {
                    events.add(new Citation(choice.index(), opaque.json()));
                }
            }
            events.add(new Finish(choice.index(), choice.finishReason(), choice.stopSequence()));
        }
        if (reply.usage() != null) {
            events.add(new UsageUpdate(reply.usage()));
        }
        events.add(new End());
        return events;
    }
}
