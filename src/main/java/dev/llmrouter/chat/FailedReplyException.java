package dev.llmrouter.chat;

import org.jspecify.annotations.Nullable;

/** A provider sent an answer with a good status that says of itself that it failed. Tokens may have been made and billed. */
public final class FailedReplyException extends MalformedReplyException {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;

    /** @param usage what the answer used; null if it does not say */
    FailedReplyException(ChatError error, @Nullable Usage usage) {
        super("The answer says that it failed: " + error.kind() + ", status " + error.status(), usage);
        this.error = error;
    }

    public ChatError error() {
        return error;
    }
}
