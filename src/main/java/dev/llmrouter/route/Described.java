package dev.llmrouter.route;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Input;
import dev.llmrouter.decide.Wish;

/** A request that was read: what it is, and what its caller asks for by name. */
public record Described(Received received, Input input, Wish wish) implements Stage {
    @Override
    public Described described() {
        return this;
    }

    @Override
    public String toString() {
        return inShort();
    }

    /** The request as its caller sent it. */
    public ChatRequest request() {
        return input.request();
    }
}
