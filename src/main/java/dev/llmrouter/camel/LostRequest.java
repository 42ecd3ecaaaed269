package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Attempt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a model, and not its provider, has left a request without an answer. Stateless. */
final class LostRequest {
    private LostRequest() {}

    /**
     * The attempt by which it was lost: the first that was refused; where none was and time ran out, the first that was late, unless a
     * provider had failed before, which is what took the time then.
     *
     * @param attempts at a request that nobody, or somebody else, has answered
     * @return null if providers failed
     */
    static @Nullable Attempt by(List<Attempt> attempts) {
        boolean isTimeTheirs = true;
        Attempt late = null;
        for (Attempt attempt : attempts) {
            if (attempt.isOk()) {
                continue;
            }
            if (attempt.outcome().isLate()) {
                late = late == null && isTimeTheirs ? attempt : late;
            } else if (attempt.outcome().isOfThisRequest()) {
                return attempt;
            } else {
                isTimeTheirs = false;
            }
        }
        return late;
    }
}
