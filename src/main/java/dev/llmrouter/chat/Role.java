package dev.llmrouter.chat;

/** Who speaks. {@code developer} messages count as {@link #SYSTEM}, {@code function} messages as {@link #TOOL}. */
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
}
