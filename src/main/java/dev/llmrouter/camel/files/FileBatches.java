package dev.llmrouter.camel.files;

import dev.llmrouter.record.MeterNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The batches of a context that are under way, the places for their requests, and how far they have come: in JMX (with
 * {@code camel-management}), in meters (with a {@code MeterRegistry} in the registry), and for the log. Safe for use by many threads.
 */
@ManagedResource(description = "Files of requests under way")
public final class FileBatches extends ServiceSupport {
    private static final int MAX_PARALLEL = 10_000;
    static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CamelContext camel;
    private final Path folder;
    private final int parallel;
    private final Semaphore places;
    private final Semaphore files;
    private final Set<Batch> underWay = ConcurrentHashMap.newKeySet();
    private final Set<Batch> busy = ConcurrentHashMap.newKeySet();
    private final Map<Path, Long> resting = new ConcurrentHashMap<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    private FileBatches(CamelContext camel) {
        this.camel = camel;
        String out = property(camel, "llm-router.files.out", "");
        this.folder = out.isBlank() ? Path.of(property(camel, "llm-router.files.in", "."), "results") : Path.of(out);
        this.parallel = parallel(property(camel, "llm-router.files.parallel", "4"));
        this.places = new Semaphore(parallel, true);
        this.files = new Semaphore(parallel);
    }

    /** The one of this context. */
    static FileBatches of(CamelContext camel) {
        synchronized (camel) {
            FileBatches known = camel.getCamelContextExtension().getContextPlugin(FileBatches.class);
            if (known != null) {
                return known;
            }
            FileBatches created = new FileBatches(camel);
            camel.getCamelContextExtension().addContextPlugin(FileBatches.class, created);
            try {
                camel.addService(created);
            } catch (Exception e) {
                throw new IllegalStateException("the state of file batches cannot start: " + e.getMessage(), e);
            }
            return created;
        }
    }

    private static String property(CamelContext camel, String name, String otherwise) {
        return camel.getPropertiesComponent().resolveProperty(name).orElse(otherwise);
    }

    private static int parallel(String value) {
        try {
            int parallel = Integer.parseInt(value.strip());
            if (parallel >= 1 && parallel <= MAX_PARALLEL) {
                return parallel;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("llm-router.files.parallel is '" + value
                + "'; allowed is a whole number from 1 to " + MAX_PARALLEL + ".");
    }

    @Override
    protected void doStart() {
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters != null) {
            count(meters, "answered", answered);
            count(meters, "failed", failed);
            count(meters, "skipped", skipped);
            Gauge.builder(MeterNames.FILES_REMAINING.meter(), this, FileBatches::getLinesRemaining)
                    .register(meters);
            Gauge.builder(MeterNames.FILES_WAITING.meter(), this, FileBatches::getLinesInBatches)
                    .register(meters);
        }
    }

    private static void count(MeterRegistry meters, String outcome, LongAdder lines) {
        FunctionCounter.builder(MeterNames.FILES_LINES.meter(), lines, LongAdder::doubleValue)
                .tag("outcome", outcome)
                .register(meters);
    }

    /**
     * Takes up a file, when there are not too many under way already.
     *
     * @throws IOException if the files cannot be read or written, another process works on them, or the context stops
     */
    Batch open(Path file) throws IOException {
        acquireFile();
        try {
            Batch batch = Batch.open(file, folder);
            skipped.add(batch.skipped());
            underWay.add(batch);
            busy.add(batch);
            return batch;
        } catch (IOException | RuntimeException e) {
            files.release();
            rest(file);
            throw e;
        }
    }

    /** Leaves a file alone for a while: its results cannot be written, and every look would cost the lines under way again. */
    void rest(Path file) {
        resting.put(file.toAbsolutePath().normalize(), System.nanoTime() + REST_NANOS);
    }

    boolean rests(Path file) {
        Long until = resting.get(file.toAbsolutePath().normalize());
        if (until != null && until - System.nanoTime() <= 0) {
            resting.remove(file.toAbsolutePath().normalize());
            return false;
        }
        return until != null;
    }

    private void acquireFile() throws IOException {
        try {
            while (!files.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                if (isEnding()) {
                    throw new IOException("Not taken up any more: the context stops.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a file under way to end");
        }
    }

    void close(Batch batch) throws IOException {
        waits(batch);
        if (underWay.remove(batch)) {
            batch.close();
        }
    }

    /** All that a file still does is wait for providers, for hours: another may be taken up. */
    void waits(Batch batch) {
        if (busy.remove(batch)) {
            files.release();
        }
    }

    /** How often a line is tried again, as the routes have it. */
    int retries() {
        return Integer.parseInt(property(camel, "llm-router.files.retries", "3").strip());
    }

    /** A setting that is a whole number of 1 or more. */
    int setting(String name, int otherwise) {
        String value = property(camel, name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " is '" + value + "'; allowed is a whole number from 1.");
    }

    /** Waits for a place for one more request. */
    void acquire() {
        places.acquireUninterruptibly();
    }

    void release() {
        places.release();
    }

    void countAnswered() {
        answered.increment();
    }

    void countFailed() {
        failed.increment();
    }

    /** Whether no more lines are to be taken up. */
    boolean isEnding() {
        return camel.isStopping() || camel.isStopped();
    }

    List<BatchProgress> progress() {
        return underWay.stream().map(Batch::progress).toList();
    }

    @ManagedAttribute(description = "Files under way")
    public List<String> getFiles() {
        return progress().stream().map(BatchProgress::file).sorted().toList();
    }

    @ManagedAttribute(description = "Lines of the files under way")
    public long getLinesTotal() {
        return progress().stream().mapToLong(BatchProgress::lines).sum();
    }

    @ManagedAttribute(description = "Lines of the files under way that have a result or an error")
    public long getLinesDone() {
        return progress().stream().mapToLong(BatchProgress::done).sum();
    }

    @ManagedAttribute(description = "Lines of the files under way that have none yet")
    public long getLinesRemaining() {
        return progress().stream().mapToLong(each -> each.lines() - each.done()).sum();
    }

    @ManagedAttribute(description = "Lines of the files under way that wait in batches of providers")
    public long getLinesInBatches() {
        return progress().stream().mapToLong(BatchProgress::waiting).sum();
    }

    @ManagedAttribute(description = "Lines a second, of the files under way")
    public double getLinesPerSecond() {
        return progress().stream().mapToDouble(BatchProgress::rate).sum();
    }

    @ManagedAttribute(
            description = "Seconds until the last of the files under way is done at this rate; -1 if not known")
    public long getSecondsLeft() {
        return progress().stream().mapToLong(BatchProgress::etaSeconds).max().orElse(0);
    }

    @ManagedAttribute(description = "USD that the files under way cost so far, as far as it is known")
    public String getCostUsd() {
        return progress().stream()
                .map(BatchProgress::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .toPlainString();
    }

    @ManagedAttribute(description = "Lines answered since the start")
    public long getAnswered() {
        return answered.sum();
    }

    @ManagedAttribute(description = "Lines failed since the start")
    public long getFailed() {
        return failed.sum();
    }

    @ManagedAttribute(description = "Lines found done since the start")
    public long getSkipped() {
        return skipped.sum();
    }

    @ManagedAttribute(description = "Requests under way at this moment")
    public int getRequestsUnderWay() {
        return parallel - places.availablePermits();
    }
}
