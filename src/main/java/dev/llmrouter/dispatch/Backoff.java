package dev.llmrouter.dispatch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait where a provider does not say. Waits are spread by chance, so that requests that failed together do not
 * come back together.
 */
final class Backoff {
    /** First and longest pause before the same deployment is asked again. Source: openai-python. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    /** First and longest rest of a deployment with a rate limit that names no time. */
    static final Duration FIRST_COOLDOWN = Duration.ofSeconds(1);

    static final Duration LONGEST_COOLDOWN = Duration.ofSeconds(60);

    /** Share of a wait that is left to chance. Source: openai-python. */
    private static final double JITTER = 0.25;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Before the same deployment is asked again: 0.5 s, doubling to 8 s, less up to a quarter. @param tries from 1 */
    Duration pause(int tries) {
        return part(doubled(FIRST_PAUSE, tries, LONGEST_PAUSE), 1 - JITTER * random.nextDouble());
    }

    /** Of a deployment with a rate limit: 1 s, doubling to 60 s, less up to a quarter. @param inARow from 1 */
    Duration cooldown(int inARow) {
        return part(doubled(FIRST_COOLDOWN, inARow, LONGEST_COOLDOWN), 1 - JITTER * random.nextDouble());
    }

    /** A wait that others have as well: never shorter, up to a quarter longer. */
    Duration spread(Duration wait) {
        return part(wait, 1 + JITTER * random.nextDouble());
    }

    private static Duration part(Duration wait, double share) {
        return Duration.ofNanos((long) (wait.toNanos() * share));
    }

    private static Duration doubled(Duration first, int count, Duration longest) {
        Duration wait = first.multipliedBy(1L << Math.min(Math.max(count, 1) - 1, 10));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
