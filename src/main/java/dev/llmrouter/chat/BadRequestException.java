package dev.llmrouter.chat;

/** The caller's request cannot be read or breaks a limit. Carries what to answer; the message never holds prompt text. */
public class BadRequestException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient ChatError error;

    public BadRequestException(ChatError error) {
        super(error.message());
        this.error = error;
    }

    @Override
    public ChatError error() {
        return error;
    }
}
