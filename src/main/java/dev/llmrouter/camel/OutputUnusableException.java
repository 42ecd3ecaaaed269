package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Decision;

/** The output failed the task's check, and the policy says that nobody gets such an output. */
public final class OutputUnusableException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Decision decision;

    /** @param fault what is wrong with the output, without quoting it */
    public OutputUnusableException(String fault, Decision decision) {
        super("Task '" + decision.classification().task() + "': " + fault);
        this.decision = decision;
    }

    public Decision decision() {
        return decision;
    }

    ChatError error() {
        return new ChatError(ChatError.Kind.SERVER, 502, String.valueOf(getMessage()), "output_unusable", null, null);
    }
}
