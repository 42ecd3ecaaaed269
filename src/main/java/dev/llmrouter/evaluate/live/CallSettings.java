package dev.llmrouter.evaluate.live;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How models are called.
 *
 * @param system system prompt of examples that have none of their own; empty for none
 * @param maxOutput tokens of an answer where the example states no limit, 1 or more
 * @param parallel calls at a time, 1 to {@value #MOST_PARALLEL}
 * @param cap USD of all runs of one journal together; null for none
 * @param attempts calls for one answer at most, where a provider is busy
 * @param longestWait between two of them; a provider that asks for more is asked again after this
 */
public record CallSettings(
        String system,
        int maxOutput,
        int parallel,
        @Nullable BigDecimal cap,
        int attempts,
        Duration longestWait) {
    /** Most calls at a time. */
    public static final int MOST_PARALLEL = 512;

    /** Calls for one answer at most. Assumption: with waits of a minute, a provider's minute limits pass. */
    public static final int DEFAULT_ATTEMPTS = 8;

    /** Longest wait before one more try. */
    public static final Duration DEFAULT_LONGEST_WAIT = Duration.ofSeconds(120);

    public CallSettings {
        if (maxOutput < 1) {
            throw new IllegalArgumentException("--max-output is " + maxOutput + "; it has to be 1 or more tokens");
        }
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new IllegalArgumentException(
                    "--parallel is " + parallel + "; it has to be from 1 to " + MOST_PARALLEL);
        }
        if (cap != null && cap.signum() < 0) {
            throw new IllegalArgumentException("--max-cost is " + cap + "; it has to be 0 or more USD");
        }
    }
}
