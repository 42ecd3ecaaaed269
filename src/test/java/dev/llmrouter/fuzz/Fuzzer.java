package dev.llmrouter.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tries changed inputs on one target. Each has to be read within {@link #MOST_MILLIS} and with a bounded allocation, and to
 * throw nothing. Inputs with a new outcome are kept and changed further.
 */
public final class Fuzzer {
    /** Time that one input may take; several times what the slowest takes on a busy machine. */
    public static final long MOST_MILLIS = 1_000;

    /** What one input may allocate besides {@link #MOST_BYTES_A_BYTE} for each of its bytes: 8 MB. */
    public static final long MOST_BYTES = 8_000_000;

    /** What one input may allocate for each of its bytes. */
    public static final long MOST_BYTES_A_BYTE = 2_000;

    private static final int MOST_KEPT = 2_000;
    private static final long HANGS_MILLIS = 30_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzTarget target;
    private final long seed;
    private final long executions;
    private final List<byte[]> corpus;
    private final Set<Long> outcomes = new HashSet<>();
    private final AtomicLong done = new AtomicLong();
    private volatile byte[] current = new byte[0];
    private volatile @Nullable Throwable failure;
    private long worstNanos;
    private long worstBytes;

    private Fuzzer(FuzzTarget target, long seed, long executions) {
        this.target = target;
        this.seed = seed;
        this.executions = executions;
        corpus = new ArrayList<>(target.seeds());
    }

    /**
     * What was tried.
     *
     * @param outcomes how many different outcomes there were
     * @param worstMillis time of the slowest input
     * @param worstBytes allocation of the dearest input
     */
    public record Report(String target, long executions, int outcomes, double worstMillis, long worstBytes) {}

    /** Tries so many inputs. @throws AssertionError with the input, in Base64, that did what it may not */
    public static Report run(FuzzTarget target, long seed, long executions) throws InterruptedException {
        return new Fuzzer(target, seed, executions).run();
    }

    private Report run() throws InterruptedException {
        Thread worker = new Thread(this::work, "fuzz-" + target.name());
        worker.setDaemon(true);
        worker.start();
        long before = -1;
        while (worker.isAlive()) {
            worker.join(HANGS_MILLIS);
            long now = done.get();
            if (worker.isAlive() && now == before) {
                throw new AssertionError(told("hangs in " + Arrays.toString(worker.getStackTrace()), current));
            }
            before = now;
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new AssertionError(told(thrown.toString(), current), thrown);
        }
        return new Report(target.name(), done.get(), outcomes.size(), worstNanos / 1e6, worstBytes);
    }

    private String told(String what, byte[] input) {
        String shown = Base64.getEncoder().encodeToString(Arrays.copyOf(input, Math.min(input.length, 30_000)));
        return "%s: %s. Seed %d, execution %d, input of %d bytes: %s"
                .formatted(target.name(), what, seed, done.get(), input.length, shown);
    }

    private void work() {
        try {
            for (byte[] each : target.seeds()) {
                measured(each);
            }
            Mutator mutator = new Mutator(seed);
            while (done.get() < executions) {
                byte[] from = corpus.get(mutator.below(corpus.size()));
                byte[] input = mutator.changed(from, corpus.get(mutator.below(corpus.size())));
                if (outcomes.add(measured(input)) && corpus.size() < MOST_KEPT && input.length < 10_000) {
                    corpus.add(input);
                }
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private long measured(byte[] input) throws Exception {
        current = input;
        String outcome = "";
        long nanos = Long.MAX_VALUE;
        long allocated = Long.MAX_VALUE;
        long mostBytes = MOST_BYTES + MOST_BYTES_A_BYTE * input.length;
        // a pause of the machine or the loading of a class is no property of the input: three times is
        for (int i = 0; i < 3 && (nanos > MOST_MILLIS * 1_000_000 || allocated > mostBytes); i++) {
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            outcome = target.reader().read(input);
            nanos = Math.min(nanos, System.nanoTime() - start);
            allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
        if (nanos > MOST_MILLIS * 1_000_000 || allocated > mostBytes) {
            throw new AssertionError("takes " + nanos / 1_000_000 + " ms and " + allocated + " bytes; allowed are "
                    + MOST_MILLIS + " ms and " + mostBytes + " bytes");
        }
        worstNanos = Math.max(worstNanos, nanos);
        worstBytes = Math.max(worstBytes, allocated);
        done.incrementAndGet();
        return hash(outcome);
    }

    /** Of the words alone: numbers and what stands between quotes comes from the input. */
    private static long hash(String outcome) {
        long hash = 0;
        boolean quoted = false;
        for (int i = 0; i < outcome.length(); i++) {
            char c = outcome.charAt(i);
            quoted ^= c == '\'' || c == '"';
            if (!quoted && (c < '0' || c > '9')) {
                hash = 31 * hash + c;
            }
        }
        return hash;
    }
}
