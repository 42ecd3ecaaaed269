package dev.llmrouter.cli;

import dev.llmrouter.evaluate.live.LiveRun;
import dev.llmrouter.evaluate.live.Pace;
import java.io.Console;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how calls go on: a bar that is drawn over itself on a terminal, else a plain line every ten seconds. Safe for use by
 * many threads.
 */
final class Progress implements LiveRun.Listener {
    private static final int WIDTH = 24;
    private static final long PLAIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long BAR_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintWriter err;
    private final boolean isTerminal;
    private final LongSupplier nanoTime;
    private final long total;
    private final Pace pace;
    private final long start;
    private long shown;
    private long warned;

    /** @param total calls to make @param cap USD; null for none */
    Progress(PrintWriter err, boolean isTerminal, LongSupplier nanoTime, long total, @Nullable BigDecimal cap) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.nanoTime = nanoTime;
        this.total = total;
        this.pace = new Pace(total, cap);
        this.start = nanoTime.getAsLong();
        this.shown = start - BAR_NANOS;
        this.warned = start - PLAIN_NANOS;
    }

    /** Whether somebody can see and answer. From JDK 22 on there may be a console without a terminal. */
    static boolean hasTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    @Override
    public synchronized void progressed(long done, BigDecimal spent) {
        long now = nanoTime.getAsLong();
        if (done < total && now - shown < (isTerminal ? BAR_NANOS : PLAIN_NANOS)) {
            return;
        }
        shown = now;
        String text = pace.text(done, spent, now - start);
        if (isTerminal) {
            int full = (int) (WIDTH * done / Math.max(1, total));
            err.print("\r[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] " + text + "   ");
            if (done == total) {
                err.println();
            }
        } else {
            err.println(text);
        }
        err.flush();
    }

    @Override
    public synchronized void waiting(String what) {
        long now = nanoTime.getAsLong();
        if (now - warned >= PLAIN_NANOS) {
            warned = now;
            err.println((isTerminal ? "\n" : "") + "waiting: " + what);
            err.flush();
        }
    }

    /** To a hundredth of a cent, rounded up. */
    static String usd(BigDecimal amount) {
        return Pace.usd(amount);
    }
}
