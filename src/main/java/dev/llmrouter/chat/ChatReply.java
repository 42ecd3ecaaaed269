package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param id the provider's id of it; empty if it gave none
 * @param model the model as the provider names it
 * @param created seconds since 1970
 * @param usage null if the provider sent none
 * @param dialect the provider's dialect, that {@code body} is in
 * @param body the provider's answer as it came; null if there is none (simulator, or put together from a stream)
 * @param embeddings vectors, where the request was for some; else null
 */
public record ChatReply(
        String id,
        String model,
        long created,
        List<Choice> choices,
        @Nullable Usage usage,
        Dialect.@Nullable Name dialect,
        @Nullable ObjectNode body,
        @Nullable Embeddings embeddings) {

    public ChatReply {
        choices = List.copyOf(choices);
    }

    /** An answer of chat. */
    public ChatReply(
            String id,
            String model,
            long created,
            List<Choice> choices,
            @Nullable Usage usage,
            Dialect.@Nullable Name dialect,
            @Nullable ObjectNode body) {
        this(id, model, created, choices, usage, dialect, body, null);
    }

    /**
     * One answer of possibly several.
     *
     * @param stopSequence the stop sequence that was met; null if none or not told
     * @param logprobs OpenAI's {@code logprobs}; null if none
     */
    public record Choice(
            int index,
            List<Part> parts,
            FinishReason finishReason,
            @Nullable String stopSequence,
            @Nullable JsonNode logprobs) {
        public Choice {
            parts = List.copyOf(parts);
        }
    }

    /** The same answer with another usage, as our estimate where its provider did not count. Its body stays as it came. */
    public ChatReply withUsage(Usage other) {
        return other == usage ? this : new ChatReply(id, model, created, choices, other, dialect, body, embeddings);
    }

    /** Whether the first choice calls a tool: then it is a step on the way, and its text is not the output that was asked for. */
    public boolean callsTools() {
        return !choices.isEmpty() && choices.get(0).parts().stream().anyMatch(Part.ToolCall.class::isInstance);
    }

    /** Whether nothing was said, though the answer ended as one that is done, and nobody counted any output. */
    public boolean isEmpty() {
        boolean silent = embeddings == null && (usage == null || usage.outputTokens() == 0);
        for (Choice choice : choices) {
            boolean pending = choice.finishReason() == FinishReason.OTHER && dialect == Dialect.Name.RESPONSES;
            boolean done = choice.finishReason() == FinishReason.STOP
                    || (choice.finishReason() == FinishReason.OTHER && !pending);
            silent &= done && choice.parts().stream().allMatch(ChatReply::saysNothing);
        }
        return silent;
    }

    private static boolean saysNothing(Part part) {
        return part instanceof Part.Text text && text.text().isEmpty()
                || part instanceof Part.Reasoning thought && thought.text().isEmpty() && thought.signature() == null;
    }

    /**
     * What the answer used, as the provider counted; where it did not count the output, or no input of a request that has some, our
     * estimate, marked as one.
     *
     * @param inputTokens estimate of the input; asked for only where the provider did not count it
     * @param estimator counts the tokens of a text
     */
    public Usage usageOr(IntSupplier inputTokens, ToIntFunction<String> estimator) {
        if (usage == null) {
            return new Usage(inputTokens.getAsInt(), 0, 0, estimator.applyAsInt(written()), 0, true)
                    .withUnpriced(dialect == null || body == null ? null : Unpriced.whole(dialect, body));
        }
        int asked = usage.inputTokens() > 0 || embeddings != null ? 0 : inputTokens.getAsInt();
        Usage told = asked == 0 ? usage : usage.withInput(asked, true);
        if (!usage.estimated() && usage.outputTokens() > 0) {
            return told;
        }
        long written = Math.max(told.outputTokens(), estimator.applyAsInt(written()));
        return written == told.outputTokens() ? told : told.withOutput(written, told.reasoningTokens(), true);
    }

    /** All that the model wrote and its provider bills: texts, thoughts, refusals and arguments of every choice. */
    private String written() {
        StringBuilder written = new StringBuilder();
        for (Choice choice : choices) {
            for (Part part : choice.parts()) {
                if (part instanceof Part.Text text) {
                    written.append(text.text());
                } else if (part instanceof Part.Reasoning thought) {
                    written.append(thought.text());
                } else if (part instanceof Part.Refusal refusal) {
                    written.append(refusal.text());
                } else if (part instanceof Part.ToolCall call) {
                    written.append(call.arguments());
                }
            }
        }
        return written.toString();
    }

    /** The text of the first choice; empty if it has none. */
    public String text() {
        return choices.isEmpty()
                ? ""
                : new ChatMessage(Role.ASSISTANT, choices.get(0).parts(), null).text();
    }
}
