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
        @Nullable BigDecimal leastUsd,
        @Nullable BigDecimal mostUsd) {}
