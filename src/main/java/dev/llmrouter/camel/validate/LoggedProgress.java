package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.live.LiveRun;
import dev.llmrouter.evaluate.live.Pace;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how calls go on, every ten seconds and at the end. Safe for use by many threads. */
final class LoggedProgress implements LiveRun.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);
    private static final long EVERY = Duration.ofSeconds(10).toNanos();

    private final Path data;
    private final Pace pace;
    private final long start = System.nanoTime();
    private long shown = start;
    private long warned = start - EVERY;

    LoggedProgress(Path data, Pace pace) {
        this.data = data;
        this.pace = pace;
    }

    @Override
    public synchronized void progressed(long done, BigDecimal spent) {
        long now = System.nanoTime();
        if (done >= pace.total() || now - shown >= EVERY) {
            shown = now;
            LOG.info("Validation of {}: {}", data.getFileName(), pace.text(done, spent, now - start));
        }
    }

    @Override
    public synchronized void waiting(String what) {
        long now = System.nanoTime();
        if (now - warned >= EVERY) {
            warned = now;
            LOG.info("Validation of {} waits: {}", data.getFileName(), what);
        }
    }
}
