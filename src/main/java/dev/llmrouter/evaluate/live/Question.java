package dev.llmrouter.evaluate.live;

import dev.llmrouter.chat.ChatRequest;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One call that is needed.
 *
 * @param key 32 hexadecimal digits over model, request and example: the same question has the same key in every run
 * @param line of the data set, from 1
 * @param model as the policy calls it
 * @param provider name of its provider, whose rate limit it shares
 * @param isSimulated whether the simulator answers, whose answers prove nothing
 * @param inputTokens estimate
 * @param mostInputTokens what the input cannot exceed
 * @param mostOutputTokens limit that the request states
 * @param leastUsd price of the estimated input alone; null if the model has no price
 * @param isOfCandidate whether a model that is to be proven answers: what it loses on its way stays lost, for a model that is slow
 *     where it is wrong would gain by each new try
 * @param isLimitedByRun whether the limit of tokens is neither the example's nor the model's own
 * @param mostUsd price of most input and most output, which is set aside before the call; null if the model has no price
 */
public record Question(
        String key,
        int line,
        String example,
        String model,
        String provider,
        boolean isSimulated,
        ChatRequest request,
        long inputTokens,
        long mostInputTokens,
        int mostOutputTokens,
        boolean isOfCandidate,
        boolean isLimitedByRun,
        @Nullable BigDecimal leastUsd,
        @Nullable BigDecimal mostUsd) {
    /** The same, put to a model that is to be proven. */
    Question ofCandidate() {
        return new Question(
                key,
                line,
                example,
                model,
                provider,
                isSimulated,
                request,
                inputTokens,
                mostInputTokens,
                mostOutputTokens,
                true,
                isLimitedByRun,
                leastUsd,
                mostUsd);
    }
}
