package dev.llmrouter.classify;

import dev.llmrouter.chat.ChatRequest;

/**
 * Describes requests. Nothing is read until it is asked for; each figure is found once for each request. Stateless and
 * safe for use by many threads, as is what it returns.
 */
public final class Describer {
    public Characteristics describe(ChatRequest request) {
        return new RequestCharacteristics(request);
    }

    /**
     * Loads the language model (10 MB of file), so that no request waits for it.
     *
     * @throws IllegalStateException if the model is not on the class path
     */
    public void warmUp() {
        Language.warmUp();
    }
}
