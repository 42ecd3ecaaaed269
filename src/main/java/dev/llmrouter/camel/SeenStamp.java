package dev.llmrouter.camel;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which state of its files something was made from. What an error of the JVM kept from being made is due again after a rest, for it says
 * nothing about the files. Use under one lock.
 */
final class SeenStamp {
    /** Between an error and the next try. Assumption: what took too much memory may take seconds to fail again. */
    static final Duration REST = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private @Nullable String seen = "";
    private @Nullable String failed;
    private long notBefore;

    /** @param nanos tells the time, as {@link System#nanoTime} does */
    SeenStamp(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether files of this state are to be read now. */
    boolean isDue(String stamp) {
        return !stamp.equals(seen) && (!stamp.equals(failed) || nanos.getAsLong() - notBefore >= 0);
    }

    /** They were read, or are known not to be usable. */
    void see(String stamp) {
        seen = stamp;
        failed = null;
    }

    /** An error came between. */
    void fail(String stamp) {
        seen = null; // not even what was seen before is sure to be in force
        failed = stamp;
        notBefore = nanos.getAsLong() + REST.toNanos();
    }
}
