package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.live.ModelCaller.Answer;
import dev.llmrouter.evaluate.live.ModelCaller.CallFailedException;
import dev.llmrouter.evaluate.live.ModelCaller.Meaning;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the questions that the journal does not answer yet, several at a time, within the spending cap. Each question is
 * asked until it is answered or refused; an answer is in the journal before anything else happens to it. One use each.
 */
public final class LiveRun {
    /** Is told how a run goes on; may be called by many threads. */
    public interface Listener {
        /** One more question is over. @param spent USD so far, earlier runs included */
        void progressed(long done, BigDecimal spent);

        /** A provider asks to wait, or cannot be reached just now. @param what for people */
        void waiting(String what);
    }

    /**
     * How a run ended.
     *
     * @param needed questions in all, those that the journal had answered before included
     * @param answered of these, answered now or before
     * @param failed without an answer: refused, lost on the way, or the provider stayed busy
     * @param lost of the failed, those that may have been billed
     * @param firstFailure null if none failed
     * @param stop why the run ended before its end; null if it did not
     */
    public record Outcome(
            long needed,
            long answered,
            long failed,
            long lost,
            @Nullable String firstFailure,
            @Nullable String stop) {
        /** Whether the spending cap ended it. */
        public boolean isCapped() {
            return stop != null && stop.startsWith(CAP);
        }

        /** What became of calls to the models that are compared that gave no answer; null if all gave one. */
        public @Nullable String failedAnswers() {
            return failures(
                    "calls",
                    "a candidate's counts as score 0, where only the baseline's is missing the example is left"
                            + " out",
                    "The same data set asks those again, but for what a candidate lost on its way.");
        }

        /** The same of calls to judges and embeddings. */
        public @Nullable String failedScores() {
            return failures(
                    "calls of judges and embeddings",
                    "the examples are left out, and control questions count as wrong",
                    "The same data set asks those again.");
        }

        private @Nullable String failures(String calls, String consequence, String remedy) {
            if (failed == 0) {
                return null;
            }
            String first = String.valueOf(firstFailure);
            return String.format(
                    Locale.ROOT,
                    "%,d of %,d %s gave no answer (%,d of them may have been billed): %s; first: %s%s %s",
                    failed,
                    needed,
                    calls,
                    lost,
                    consequence,
                    first,
                    first.endsWith(".") ? "" : ".",
                    remedy);
        }
    }

    /** How the reason of a run that the spending cap ended begins. */
    private static final String CAP = "the cap of USD ";

    /** How often who waits for a provider looks whether the run goes on, in ms. */
    private static final long LOOK_MILLIS = 100;

    private final Journal journal;
    private final SpendingCap money;
    private final ModelCaller caller;
    private final CallSettings settings;
    private final Listener listener;
    private final Throttle throttle;
    private final Semaphore free;
    private final Set<String> asked = new HashSet<>();
    private final AtomicReference<@Nullable String> stop = new AtomicReference<>();
    private long needed;
    private long answered;
    private long done;
    private long failed;
    private long lost;
    private @Nullable String firstFailure;

    public LiveRun(Journal journal, ModelCaller caller, CallSettings settings, Listener listener) {
        this.journal = journal;
        this.caller = caller;
        this.settings = settings;
        this.listener = listener;
        this.money = new SpendingCap(settings.cap(), journal.spent());
        this.throttle = new Throttle(System::nanoTime, this::pause, settings.longestWait());
        this.free = new Semaphore(settings.parallel());
    }

    /** Waits for a provider that is busy. @throws InterruptedException also if the run is stopped: then nobody is asked any more */
    private void pause(Duration time) throws InterruptedException {
        long due = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = due - System.nanoTime()) {
            if (stop.get() != null) {
                throw new InterruptedException("the run is stopped");
            }
            Thread.sleep(Math.max(1, Math.min(left / 1_000_000, LOOK_MILLIS)));
        }
    }

    /** Where questions come from: hands each of them on. */
    @FunctionalInterface
    public interface Source {
        void read(Consumer<Question> questions, Consumer<BadLine> bad) throws IOException;
    }

    /**
     * Asks. Returns when every call that was begun is over.
     *
     * @throws IOException if the questions cannot be read or the journal cannot be written
     * @throws InterruptedException if the thread is interrupted; calls under way are finished and kept
     */
    public Outcome run(Source source, Consumer<BadLine> bad) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(settings.parallel(), task -> {
            Thread thread = new Thread(task, "llm-validate");
            thread.setDaemon(true);
            return thread;
        });
        try {
            source.read(question -> begin(question, workers), bad);
        } finally {
            free.acquireUninterruptibly(settings.parallel());
            workers.shutdown();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the run was interrupted; run again to go on");
        }
        return outcome();
    }

    /** How it stands; final when every call that was begun is over. */
    public synchronized Outcome outcome() {
        return new Outcome(needed, answered, failed, lost, firstFailure, stop.get());
    }

    /** Asks on the caller's thread, as soon as there is a place for one more call; failures are in the outcome. */
    public void answer(Question question) {
        if (isOpen(question) && hasPlace()) {
            work(question);
        }
    }

    private void begin(Question question, ExecutorService workers) {
        if (isOpen(question) && hasPlace()) {
            workers.execute(() -> work(question));
        }
    }

    /** Whether nobody has answered yet; the same question twice is one. */
    private synchronized boolean isOpen(Question question) {
        if (!asked.add(question.key())) {
            return false;
        }
        needed++;
        if (journal.has(question.key())) {
            answered++;
            return false;
        }
        if (journal.settles(question)) {
            return false;
        }
        return stop.get() == null;
    }

    private boolean hasPlace() {
        try {
            free.acquire();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop("interrupted");
            return false;
        }
    }

    /** Has a place, and gives it back. */
    private void work(Question question) {
        try {
            if (stop.get() == null) {
                ask(question);
            }
        } catch (InterruptedException e) {
            stop("interrupted");
        } catch (IOException e) {
            stop("the journal " + journal.path() + " cannot be written: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            stop("a fault of ours: " + e);
        } finally {
            free.release();
        }
    }

    private void ask(Question question) throws IOException, InterruptedException {
        BigDecimal worst = question.mostUsd() == null ? BigDecimal.ZERO : question.mostUsd();
        for (int tries = 1; stop.get() == null; tries++) {
            throttle.await(question.provider());
            if (!money.reserve(worst)) {
                stop(CAP + settings.cap() + " is reached: the next call may cost up to USD "
                        + worst.toPlainString() + ", and USD "
                        + money.spent().stripTrailingZeros().toPlainString() + " are spent");
                return;
            }
            BigDecimal cost = worst; // what is not known to be free is booked in full
            CallFailedException failure = null;
            try {
                cost = attempt(question, worst);
            } catch (CallFailedException e) {
                failure = e;
                cost = booked(e, worst);
            } finally {
                money.settle(worst, cost);
            }
            if (failure == null) {
                over(question, null, null);
                return;
            }
            if (!again(question, failure, tries)) {
                return;
            }
        }
    }

    private static BigDecimal booked(CallFailedException failure, BigDecimal worst) {
        if (failure.meaning() != Meaning.MAYBE_BILLED) {
            return BigDecimal.ZERO;
        }
        BigDecimal counted = failure.usd();
        return counted == null ? worst : counted;
    }

    private BigDecimal attempt(Question question, BigDecimal worst)
            throws IOException, InterruptedException, CallFailedException {
        long call = journal.starting(question, worst);
        Answer answer;
        try {
            answer = caller.call(question.model(), question.request());
        } catch (CallFailedException e) {
            journal.failed(
                    call,
                    question,
                    String.valueOf(e.getMessage()),
                    booked(e, worst),
                    e.meaning() == Meaning.MAYBE_BILLED);
            throw e;
        }
        BigDecimal usd = answer.usd() == null ? worst : answer.usd();
        journal.answered(call, question, answer, usd);
        return usd;
    }

    /** Whether the question is put once more. */
    private boolean again(Question question, CallFailedException failure, int tries) {
        if (failure.meaning() == Meaning.HOPELESS) {
            stop(String.valueOf(failure.getMessage()));
            return false;
        }
        if (failure.meaning() == Meaning.LATER && tries < settings.attempts()) {
            throttle.busy(question.provider(), failure.retryAfter(), tries);
            listener.waiting(failure.getMessage()
                    + (failure.retryAfter() == null
                            ? ""
                            : "; it asks to wait " + failure.retryAfter().toSeconds() + " s"));
            return true;
        }
        over(question, failure.getMessage(), failure.meaning());
        return false;
    }

    private void over(Question question, @Nullable String failure, @Nullable Meaning meaning) {
        long now;
        synchronized (this) {
            if (failure == null) {
                answered++;
            } else {
                failed++;
                lost += meaning == Meaning.MAYBE_BILLED ? 1 : 0;
                firstFailure = firstFailure == null ? "line " + question.line() + ": " + failure : firstFailure;
            }
            now = ++done;
        }
        listener.progressed(now, money.spent());
    }

    /** Begins no more calls. @param why for people, kept without its full stop; the first reason counts */
    public void stop(String why) {
        stop.compareAndSet(null, why.endsWith(".") ? why.substring(0, why.length() - 1) : why);
    }
}
