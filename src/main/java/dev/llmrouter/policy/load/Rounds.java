package dev.llmrouter.policy.load;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done again and again, whatever a round throws: exceptions and errors of the JVM alike are logged, and the next round comes
 * after the same interval. A scheduler alone drops a task that threw, without a word. Safe for use by many threads.
 */
public final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    /** Intervals without a round that went well after which that is a problem. Assumption. */
    private static final int LATE = 10;

    /** A shorter time is none: a round may learn from examples, or wait for a provider. Assumption. */
    private static final Duration LEAST_LATE = Duration.ofSeconds(30);

    /** What is known where there was no memory to say more. */
    private static final String UNSAID = "an error that could not be told";

    private final String what;
    private final Duration interval;
    private final Runnable round;
    private final LongSupplier nanos;
    private volatile long wentWell;
    private volatile @Nullable String failure;

    /** @param nanos tells the time, as {@link System#nanoTime} does */
    Rounds(String what, Duration interval, Runnable round, LongSupplier nanos) {
        this.what = what;
        this.interval = interval;
        this.round = round;
        this.nanos = nanos;
        this.wentWell = nanos.getAsLong();
    }

    /**
     * Begins; the rounds end with the scheduler.
     *
     * @param first time to the first round, 0 or more
     * @param interval time from the end of a round to the next one, 1 ms or more
     * @param what is done, as a sentence begins: {@code Looking at the evidence of policy p.yaml}
     */
    public static Rounds start(
            ScheduledExecutorService scheduler, Duration first, Duration interval, String what, Runnable round) {
        Rounds rounds = new Rounds(what, interval, round, System::nanoTime);
        ScheduledFuture<?> unused = scheduler.scheduleWithFixedDelay(
                rounds::next, first.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return rounds;
    }

    /** One round. Throws nothing. */
    void next() {
        try {
            round.run();
            String before = failure;
            wentWell = nanos.getAsLong();
            failure = null;
            if (before != null) {
                LOG.info("{} goes well again", what);
            }
        } catch (Throwable e) {
            tell(e);
        }
    }

    /** The same failure is told once in a row. */
    private void tell(Throwable failed) {
        try {
            String text = failed.toString();
            boolean isNew = !text.equals(failure);
            failure = text;
            if (isNew) {
                LOG.error("{} failed; it goes on, and is done again every {} ms", what, interval.toMillis(), failed);
            }
        } catch (Throwable e) {
            failure = UNSAID;
        }
    }

    /** What is wrong, in a sentence: the last round failed, or none has ended well for long. Null for nothing. */
    public @Nullable String problem() {
        Duration since = Duration.ofNanos(nanos.getAsLong() - wentWell);
        Duration late = interval.multipliedBy(LATE);
        String why = failure;
        if (why == null && since.compareTo(late.compareTo(LEAST_LATE) < 0 ? LEAST_LATE : late) <= 0) {
            return null;
        }
        return what + (why == null ? " has not ended" : " failed (" + why + "), and has not gone well") + " for "
                + since.toSeconds() + " s";
    }
}
