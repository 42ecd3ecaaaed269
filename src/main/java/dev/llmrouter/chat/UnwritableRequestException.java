package dev.llmrouter.chat;

/**
 * A request cannot be written in a provider's dialect, for what is in it: the provider is not asked, and is not to blame.
 * Carries what to tell the caller if nobody else can be asked; the message never holds text of the request.
 */
public final class UnwritableRequestException extends IllegalArgumentException implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;

    UnwritableRequestException(String message) {
        super(message);
        this.error = ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, message);
    }

    @Override
    public ChatError error() {
        return error;
    }
}
