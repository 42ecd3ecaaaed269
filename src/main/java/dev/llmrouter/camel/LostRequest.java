package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.AttemptOutcome;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a model, and not its provider, has left a request without an answer. Stateless. */
final class LostRequest {
    /** Share of a request's time that a model had to itself where it ran out. Assumption. */
    private static final double NEARLY_ALL = 0.9;

    private LostRequest() {}

    /**
     * The attempt by which it was lost: the first that was refused; where none was and time ran out, the first that was late, unless others
     * had taken the time: a provider that failed before, a classifier, or the wait for a deployment.
     *
     * @param attempts at a request that nobody, or somebody else, has answered
     * @param limit for the whole request; zero where the attempt had a time of its own
     * @return null if providers failed
     */
    static @Nullable Attempt by(List<Attempt> attempts, Duration limit) {
        boolean isTimeTheirs = true;
        Attempt late = null;
        for (Attempt attempt : attempts) {
            if (attempt.isOk()) {
                continue;
            }
            if (attempt.outcome() == AttemptOutcome.DEADLINE
                    && attempt.durationMillis() < NEARLY_ALL * limit.toMillis()) {
                isTimeTheirs = false;
            } else if (attempt.outcome().isLate()) {
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
