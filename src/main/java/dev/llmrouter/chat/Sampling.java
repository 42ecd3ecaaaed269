package dev.llmrouter.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the answer is drawn. Null: the caller does not say.
 *
 * @param maxOutputTokens tokens the answer may have
 * @param n number of answers
 * @param stop texts that end the answer; empty if none
 */
public record Sampling(
        @Nullable Integer maxOutputTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        List<String> stop,
        @Nullable Long seed,
        @Nullable Integer n,
        @Nullable Double presencePenalty,
        @Nullable Double frequencyPenalty,
        @Nullable Boolean logprobs,
        @Nullable Integer topLogprobs,
        @Nullable String reasoningEffort) {

    public Sampling {
        stop = List.copyOf(stop);
    }

    public static Sampling ofDefaults() {
        return new Sampling(null, null, null, null, List.of(), null, null, null, null, null, null, null);
    }
}
