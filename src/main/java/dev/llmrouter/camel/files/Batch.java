package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One input file under way: which of its lines are done, and the files that say so. A line is done when its result or its
 * error is written. Safe for use by many threads.
 */
final class Batch implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final BatchInput input;
    private final ResultFiles files;
    private final BatchLock lock;
    private final AppendLog results;
    private final BitSet done = new BitSet();
    private final long startedNanos = System.nanoTime();
    private final int skipped;
    private final Bulks bulks;
    private @Nullable AppendLog errors;
    private final BitSet answers = new BitSet();
    private final LineCosts costs = new LineCosts();
    private int failed;
    private boolean isAskedAgain;
    private volatile @Nullable IOException broken;

    private Batch(BatchInput input, ResultFiles files, BatchLock lock, AppendLog results) throws IOException {
        this.input = input;
        this.files = files;
        this.lock = lock;
        this.results = results;
        this.bulks = Bulks.open(files);
        read(files.results(), entry -> answers.set(entry.line()));
        AppendLog.retainLast(files.errors(), line -> !answers.get(line));
        read(files.errors(), entry -> failed++);
        this.skipped = done.cardinality();
    }

    /**
     * Takes up an input where an earlier run over it ended.
     *
     * @throws IOException if the files cannot be read or written, or another process works on them
     */
    static Batch open(Path file, Path folder) throws IOException {
        BatchInput input = BatchInput.of(file);
        ResultFiles files = ResultFiles.of(input, folder);
        BatchLock lock = BatchLock.of(files.lock());
        AppendLog results = null;
        try {
            if (!Files.exists(files.batch())) {
                files.describe(Map.of()); // first: results of which nobody knows what they are of belong to no file
            }
            results = AppendLog.open(files.results());
            results.reserve();
            return new Batch(input, files, lock, results);
        } catch (IOException | RuntimeException e) {
            try (lock;
                    AppendLog opened = results) {
                // both are closed, and the first cause is told
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    /**
     * Takes over what an earlier run wrote. What failed for no reason of its own gets another chance, and is not done; but where the answer of a batch
     * was part of it, only when the batch is over: it would come with the same answer.
     */
    private void read(Path journal, Consumer<AppendLog.Entry> to) throws IOException {
        if (!Files.exists(journal)) {
            return;
        }
        try (LineReader lines = LineReader.ofResults(journal)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                AppendLog.Entry entry = AppendLog.entry(line);
                if (entry == null || done.get(entry.line())) {
                    continue;
                }
                if (entry.again() && (entry.batch() == null || !bulks.isOpen(entry.batch()))) {
                    isAskedAgain = true;
                    costs.left(entry.line(), entry.cost());
                } else {
                    done.set(entry.line());
                    costs.done(entry.line(), entry.cost());
                    to.accept(entry);
                }
            }
        }
    }

    /** What earlier runs paid for a line that they left. */
    synchronized LineCost costBefore(int line) {
        return costs.before(line);
    }

    /**
     * A line has failed, and comes again in this run or the next: what it has cost, if anything, is kept.
     *
     * @param error its line in the errors, which stands there until the file is done
     * @param cost of all its tries
     */
    synchronized void left(int line, ObjectNode error, LineCost cost) {
        if (done.get(line) || broken != null || cost.isSame(costs.before(line))) {
            return;
        }
        try {
            errors().append(ResultFiles.JSON.writeValueAsBytes(error));
            isAskedAgain = true;
            costs.left(line, cost);
        } catch (IOException e) {
            broke(e);
        }
    }

    /** A line has its answer. @param result its line in the results @param cost of all its tries @return false if it was not written */
    synchronized boolean answered(int line, ObjectNode result, LineCost cost) {
        if (write(line, result, cost, false)) {
            answers.set(line);
            return true;
        }
        return false;
    }

    /** A line has failed for good. @param error its line in the errors @param cost of all its tries @return false if it was not written */
    synchronized boolean failed(int line, ObjectNode error, LineCost cost) {
        if (write(line, error, cost, true)) {
            failed++;
            return true;
        }
        return false;
    }

    private boolean write(int line, ObjectNode json, LineCost cost, boolean isError) {
        if (done.get(line) || broken != null) {
            return false;
        }
        try {
            byte[] bytes = ResultFiles.JSON.writeValueAsBytes(json);
            (isError ? errors() : results).append(bytes);
            done.set(line);
            costs.done(line, cost);
            return true;
        } catch (IOException e) {
            broke(e);
            return false;
        }
    }

    private AppendLog errors() throws IOException {
        AppendLog known = errors;
        if (known == null) {
            known = AppendLog.open(files.errors());
            errors = known;
        }
        return known;
    }

    /** Whether a line is not to be asked: it has its result or error. */
    synchronized boolean isDone(int line) {
        return done.get(line);
    }

    /** Whether each of these lines has its result or error. */
    synchronized boolean areDone(BitSet lines) {
        BitSet left = (BitSet) lines.clone();
        left.andNot(done);
        return left.isEmpty();
    }

    /** What the files could not be written for: nothing more is asked then; null as long as all is well. */
    @Nullable
    IOException broken() {
        return broken;
    }

    /** Its batches at providers. */
    Bulks bulks() {
        return bulks;
    }

    /** Nothing more can be written. */
    void broke(IOException cause) {
        broken = cause;
        LOG.error(
                "The results of {} cannot be written: {}. No more of its lines are asked; those under way are asked, and paid for,"
                        + " once more when they can.",
                input.name(),
                String.valueOf(cause.getMessage()));
    }

    /** Lines that wait in batches of providers. */
    private synchronized int waiting() {
        return bulks.waiting(done);
    }

    BatchInput input() {
        return input;
    }

    /** The name under which the input is put away. */
    String doneName() {
        return input.doneName(files.number());
    }

    /** Lines that were done before this run. */
    int skipped() {
        return skipped;
    }

    /** How far it has come. */
    synchronized BatchProgress progress() {
        return new BatchProgress(
                input.name(),
                input.lines(),
                answers.cardinality(),
                failed,
                skipped,
                waiting(),
                costs.usd(),
                costs.unknown(),
                System.nanoTime() - startedNanos);
    }

    /** Closes the files; where every line is done, {@code STEM.batch.json} says how it ended. */
    @Override
    public synchronized void close() throws IOException {
        try (lock;
                AppendLog first = results;
                Bulks second = bulks) {
            if (broken == null) {
                bulks.putAway(this::areDone);
            }
            BatchProgress progress = progress();
            if (progress.isComplete() && broken == null) {
                files.describe(progress.summary());
            }
            closeErrors();
        }
    }

    /** What an earlier run wrote of lines that were asked again has stood until now, so that nothing is lost by a kill. */
    private void closeErrors() throws IOException {
        AppendLog written = errors;
        if (written != null) {
            written.close();
        }
        if (isAskedAgain && broken == null) {
            AppendLog.retainLast(files.errors(), line -> !answers.get(line));
        }
    }
}
