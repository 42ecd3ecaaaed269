package dev.llmrouter.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * While it is open, the first Ctrl-C (SIGINT) or SIGTERM lets the calls that are under way come to their end, because they are paid
 * for: no more are begun, and what does not end in time is given up. A second one ends the process at once. Where the platform has
 * no such signals, or the JVM runs with {@code -Xrs}, nothing is different. Safe for use by many threads.
 */
final class StopSignals implements AutoCloseable {
    /** How long calls that are under way are waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Exit code of a process that a signal ends, without the signal's number, as shells have it. */
    private static final int BY_SIGNAL = 128;

    private final PrintWriter err;
    private final Runnable stop;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private volatile int code;

    private StopSignals(PrintWriter err, Runnable stop) {
        this.err = err;
        this.stop = stop;
    }

    /** @param stop begins no more calls, and returns at once */
    static StopSignals during(PrintWriter err, Runnable stop) {
        StopSignals signals = new StopSignals(err, stop);
        for (String name : new String[] {"INT", "TERM"}) {
            signals.take(name);
        }
        return signals;
    }

    private synchronized void take(String name) {
        try {
            Signal signal = new Signal(name);
            before.put(signal, Signal.handle(signal, this::came));
        } catch (IllegalArgumentException e) {
            // the platform or -Xrs keeps it to itself: it ends the process as ever
        }
    }

    private synchronized void giveBack() {
        before.forEach(Signal::handle);
        before.clear();
    }

    private void came(Signal signal) {
        giveBack();
        code = BY_SIGNAL + signal.getNumber();
        stop.run();
        err.println("stopping: calls under way are finished and kept, which takes " + PATIENCE.toSeconds()
                + " s at most; the same signal again ends at once");
        err.flush();
        try {
            if (over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        err.println(
                "stopped: some calls did not end within " + PATIENCE.toSeconds() + " s; the same command goes on from"
                        + " what is kept, asks those again, and counts their worst price as spent");
        err.flush();
        System.exit(code);
    }

    /** Exit code for the signal that came; 0 if none did. */
    int code() {
        return code;
    }

    /** The calls are over. */
    @Override
    public void close() {
        over.countDown();
        giveBack();
    }
}
