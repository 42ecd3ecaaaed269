package dev.llmrouter.chat;

/** Why an answer ended. */
public enum FinishReason {
    STOP,
    /** A stop sequence of the caller was met (told apart by some dialects only). */
    STOP_SEQUENCE,
    /** The token limit was reached. */
    LENGTH,
    TOOL_CALLS,
    /** The provider's filter or the model declined. */
    CONTENT_FILTER,
    /** The provider gave a reason that is none of these. */
    OTHER
}
