package dev.llmrouter.chat;

import org.jspecify.annotations.Nullable;

/** What a provider sent is not of its dialect. The message names the fault and never holds the text. */
public class MalformedReplyException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Usage usage;

    public MalformedReplyException(String message) {
        super(message);
        this.usage = null;
    }

    public MalformedReplyException(String message, Throwable cause) {
        super(message, cause);
        this.usage = null;
    }

    /** @param usage what the answer used, though it is none; null if it does not say */
    MalformedReplyException(String message, @Nullable Usage usage) {
        super(message);
        this.usage = usage;
    }

    /** What the answer says that it used: it is paid for, be it of use or not; null if it does not say. */
    public @Nullable Usage usage() {
        return usage;
    }
}
