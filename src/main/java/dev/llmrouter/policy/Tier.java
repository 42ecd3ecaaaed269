package dev.llmrouter.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class of models that serve the same tasks.
 *
 * @param timeout for the whole request, all attempts together; default 600 s, as in the official clients
 * @param maxAttempts calls to providers that one request may cost at most; default 4
 * @param sticky what keeps requests on the model that served the first of them; default {@link Sticky#NONE}
 * @param canary a model on trial that gets a share of the real traffic; null for none
 * @param shadow a model that is asked as well, whose answers are recorded and never returned; null for none
 * @param batch how lines of files of work go through the batch API of the provider; null to call each by itself
 */
public record Tier(
        String name,
        List<Member> models,
        Strategy strategy,
        Duration timeout,
        int maxAttempts,
        Sticky sticky,
        @Nullable Share canary,
        @Nullable Share shadow,
        @Nullable Batch batch) {

    public Tier {
        models = List.copyOf(models);
    }

    /**
     * Lines of files of work are not called one by one, but go together to the batch API of the model's provider.
     *
     * @param within how long a batch may take; default 24 h, which is what providers promise
     * @param unanswered what becomes of a line that the batch did not answer
     */
    public record Batch(Duration within, Unanswered unanswered) {}

    /** What becomes of a line that failed or expired in a batch. */
    public enum Unanswered {
        /** It is called by itself, at the full price. */
        CALL,
        /** It goes to the errors of its file. */
        FAIL
    }

    /** A model of the tier. @param weight share of the traffic under {@link Strategy#WEIGHTED}, relative to the others; default 1 */
    public record Member(String model, double weight) {}

    /** A part of the tier's traffic. @param percent above 0 to 100 */
    public record Share(String model, double percent) {}

    /** What identifies requests that belong together. */
    public enum Sticky {
        NONE,
        /** The conversation: a hash of the system prompt and the first user message. */
        CONVERSATION,
        /** The user that the request names ({@code user}, {@code metadata.user_id}). */
        USER
    }
}
