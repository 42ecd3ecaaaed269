package dev.llmrouter.policy;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How evidence for a task is collected on live traffic.
 *
 * @param share percent of the task's requests for which the other model is asked as well, above 0 to 100
 * @param perDay USD that shadow and judge may cost in a day (UTC), above 0
 * @param scorer {@value #VERIFY}, {@value #EXACT}, {@value #FEEDBACK}, or {@code judge:MODEL}; null if nothing says it
 * @param feedbackWithin how long feedback on an answer is waited for, since its comparison began, where {@value #FEEDBACK} scores, above 0: it
 *     counts once that is over, and what comes later does not
 */
public record Collect(
        double share, BigDecimal perDay, @Nullable String scorer, Open open, Duration feedbackWithin) {
    /** An output that the task's {@code verify} takes scores 1, else 0. */
    public static final String VERIFY = "verify";

    /** The candidate scores 1 where it says the same as the baseline, which always scores 1. */
    public static final String EXACT = "exact";

    /** People score the answer that was served; the other one by whether it says the same. */
    public static final String FEEDBACK = "feedback";

    /** Followed by a model's name: that model judges the two answers. */
    public static final String JUDGE = "judge:";

    /** What happens once the candidate is shown to be good enough. */
    public enum Open {
        /** A named person opens the route: {@code collected --accept --by NAME}. */
        ACCEPT,
        /** The gateway opens it. */
        AT_ONCE
    }

    /** The model that judges; null if none does. */
    public @Nullable String judge() {
        return scorer == null || !scorer.startsWith(JUDGE) ? null : scorer.substring(JUDGE.length());
    }
}
