package dev.llmrouter.chat;

/** A failure that knows what its caller is told: the exceptions of this module that end a request implement it. */
public interface ChatFailure {
    /** What the caller is told; holds neither prompt text nor secrets. */
    ChatError error();
}
