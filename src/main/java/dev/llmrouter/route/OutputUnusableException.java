package dev.llmrouter.route;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The output failed the task's check, and the policy says that nobody gets such an output. */
public final class OutputUnusableException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Dispatched dispatched;

    /** For an output that was checked by itself, outside of a request. @param message what is wrong, without quoting it */
    public OutputUnusableException(String message) {
        super(message);
        this.dispatched = null;
    }

    /** @param fault what is wrong with the output, without quoting it */
    OutputUnusableException(String fault, Dispatched dispatched) {
        super("Task '" + dispatched.classification().task() + "': " + fault);
        this.dispatched = dispatched;
    }

    /** Who served the request, and why; null where the output was checked outside of a request. */
    public @Nullable Decision decision() {
        return dispatched == null ? null : dispatched.decision();
    }

    /** Every call that was made for it. */
    public List<Attempt> attempts() {
        return dispatched == null ? List.of() : dispatched.dispatch().attempts();
    }

    /** How far the request came; null where the output was checked outside of a request. */
    public @Nullable Dispatched stage() {
        return dispatched;
    }

    @Override
    public ChatError error() {
        return new ChatError(ChatError.Kind.SERVER, 502, String.valueOf(getMessage()), "output_unusable", null, null);
    }
}
