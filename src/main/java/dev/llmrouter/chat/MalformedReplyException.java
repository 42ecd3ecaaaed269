package dev.llmrouter.chat;

/** What a provider sent is not of its dialect. The message names the fault and never holds the text. */
public class MalformedReplyException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedReplyException(String message) {
        super(message);
    }

    public MalformedReplyException(String message, Throwable cause) {
        super(message, cause);
    }
}
