package dev.llmrouter.dispatch;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One call to a provider, as it went.
 *
 * @param number from 1
 * @param status HTTP status of the provider's error; null if none came
 * @param startMillis since the request came in, in ms
 * @param durationMillis of the call, to the end of its stream, in ms
 * @param firstTokenMillis to the first content of a stream, in ms; null for whole answers and failures
 * @param usage null if nothing was answered
 * @param costUsd what it cost; null if unknown; 0 if the provider refused before it worked
 * @param responseModel the model as the provider named it in its answer, often with a version; null if it named none
 * @param message what went wrong, or why the cost of an answer is not known, for people; null if there is nothing to say
 */
public record Attempt(
        int number,
        Candidate candidate,
        AttemptOutcome outcome,
        @Nullable Integer status,
        long startMillis,
        long durationMillis,
        @Nullable Long firstTokenMillis,
        @Nullable Usage usage,
        @Nullable BigDecimal costUsd,
        @Nullable String responseModel,
        @Nullable String message) {

    /** Whether a batch of the provider answered it, or failed to. */
    public boolean isOfBatch() {
        return candidate.role() == Candidate.Role.BATCHED;
    }

    public boolean isOk() {
        return outcome == AttemptOutcome.OK;
    }
}
