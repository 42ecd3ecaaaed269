package dev.llmrouter.route;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import java.util.List;

/** The output failed the task's check, and the policy says that nobody gets such an output. */
public final class OutputUnusableException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient Dispatched dispatched;

    /** @param fault what is wrong with the output, without quoting it */
    OutputUnusableException(String fault, Dispatched dispatched) {
        super("Task '" + dispatched.classification().task() + "': " + fault);
        this.dispatched = dispatched;
    }

    /** Who served the request, and why. */
    public Decision decision() {
        return dispatched.decision();
    }

    /** Every call that was made for it. */
    public List<Attempt> attempts() {
        return dispatched.dispatch().attempts();
    }

    /** How far the request came. */
    public Dispatched stage() {
        return dispatched;
    }

    @Override
    public ChatError error() {
        return new ChatError(ChatError.Kind.SERVER, 502, String.valueOf(getMessage()), "output_unusable", null, null);
    }
}
