package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import java.util.List;

/** Nobody may or can serve the request. Says why, for the caller ({@link #error()}) and step by step ({@link #reasons()}). */
public final class RefusedException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;
    private final transient List<Reason> reasons;

    public RefusedException(ChatError error, List<Reason> reasons) {
        super(error.message());
        this.error = error;
        this.reasons = List.copyOf(reasons);
    }

    @Override
    public ChatError error() {
        return error;
    }

    public List<Reason> reasons() {
        return reasons;
    }
}
