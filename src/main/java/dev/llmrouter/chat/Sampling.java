package dev.llmrouter.chat;

import dev.llmrouter.policy.OutputLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the answer is drawn. Null: the caller does not say.
 *
 * @param maxOutputTokens tokens the answer may have
 * @param n number of answers
 * @param stop texts that end the answer; empty if none
 * @param outputLimit the name of the limit that the provider reads; null: the caller's own
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
        @Nullable String reasoningEffort,
        @Nullable OutputLimit outputLimit) {

    /** The effort of a model that shall not think. */
    static final String NO_EFFORT = "none";

    public Sampling {
        stop = List.copyOf(stop);
    }

    /** As a caller says it, whatever a provider calls the limit. */
    public Sampling(
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
        this(
                maxOutputTokens,
                temperature,
                topP,
                topK,
                stop,
                seed,
                n,
                presencePenalty,
                frequencyPenalty,
                logprobs,
                topLogprobs,
                reasoningEffort,
                null);
    }

    /** The same, with the limit under the name that the provider reads. */
    Sampling limitedBy(OutputLimit name) {
        return new Sampling(
                maxOutputTokens,
                temperature,
                topP,
                topK,
                stop,
                seed,
                n,
                presencePenalty,
                frequencyPenalty,
                logprobs,
                topLogprobs,
                reasoningEffort,
                name);
    }

    Sampling withoutEffort() {
        return new Sampling(
                maxOutputTokens,
                temperature,
                topP,
                topK,
                stop,
                seed,
                n,
                presencePenalty,
                frequencyPenalty,
                logprobs,
                topLogprobs,
                null,
                outputLimit);
    }

    public static Sampling ofDefaults() {
        return new Sampling(null, null, null, null, List.of(), null, null, null, null, null, null, null);
    }
}
