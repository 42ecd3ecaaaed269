package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import java.util.List;

/** No attempt gave an answer. Carries every attempt and what to tell the caller; the cause is the last failure. */
public final class AllFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;
    private final transient List<Attempt> attempts;

    public AllFailedException(ChatError error, List<Attempt> attempts, Throwable cause) {
        super(error.message(), cause);
        this.error = error;
        this.attempts = List.copyOf(attempts);
    }

    public ChatError error() {
        return error;
    }

    public List<Attempt> attempts() {
        return attempts;
    }
}
