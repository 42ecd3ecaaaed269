package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;

/**
 * One attempt at one provider.
 *
 * @param request as this provider reads it: with its name of the output's limit, and as suits the model
 * @param deadlineNanos {@code System.nanoTime()} at which the whole request must be over, this attempt included
 * @param cancellation tells when the caller has gone
 */
public record ProviderCall(Candidate candidate, ChatRequest request, long deadlineNanos, Cancellation cancellation) {
    public ProviderCall {
        request = request.limitedBy(candidate.provider().outputLimit())
                .suiting(candidate.model().capabilities());
    }
}
