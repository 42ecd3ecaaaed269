package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.decide.Decision;
import java.util.List;

/**
 * No attempt gave an answer. Carries every attempt and what to tell the caller; the cause is the last failure.
 *
 * <p>The message is ours, for logs. A provider's own words are in {@link #error()} alone: they may quote the prompt.
 */
public final class AllFailedException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;
    private final transient Decision decision;
    private final transient List<Attempt> attempts;

    AllFailedException(ChatError error, Decision decision, List<Attempt> attempts, ProviderException cause) {
        super(cause.error() == error ? cause.getMessage() : error.message(), cause);
        this.error = error;
        this.decision = decision;
        this.attempts = List.copyOf(attempts);
    }

    @Override
    public ChatError error() {
        return error;
    }

    /** Whom the request was to be sent to, and why. */
    public Decision decision() {
        return decision;
    }

    /** Every call that was made, in order. */
    public List<Attempt> attempts() {
        return attempts;
    }
}
