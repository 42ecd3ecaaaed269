package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatError;
import org.jspecify.annotations.Nullable;

/** A call to a batch API failed. The message names provider and status; it holds neither prompt text nor keys. */
public final class BatchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ChatError.Kind kind;

    /** @param kind what it is about; {@code SERVER} where no answer came */
    BatchException(ChatError.Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The same, about something that has to be known before anything else may be done: it is asked again. */
    public BatchException asPassing() {
        return new BatchException(ChatError.Kind.SERVER, String.valueOf(getMessage()), this);
    }

    /** Whether the provider refuses what was sent, so that sending it again changes nothing. */
    public boolean isRefusal() {
        return switch (kind) {
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE, NOT_FOUND -> true;
            case AUTHENTICATION, PERMISSION, QUOTA, RATE_LIMIT, TIMEOUT, OVERLOADED, SERVER -> false;
        };
    }
}
