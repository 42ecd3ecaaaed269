package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a data set lacks, what getting it may cost, and where it is kept: the journal, which is open from {@link #open} to
 * {@link #close}. Nobody is called here. Use by one thread.
 */
public final class MissingAnswers implements AutoCloseable {
    /** USD above which nobody is called unasked. */
    public static final BigDecimal UNASKED = BigDecimal.ONE;

    private final Path data;
    private final Settings asked;
    private final CallSettings settings;
    private final AskedScorers scorers;
    private final CallPlan plan;
    private final Consumer<BadLine> bad;
    private final ScorerControls controls;
    private @Nullable Journal journal;
    private @Nullable KeptAnswers kept;
    private @Nullable JudgedAnswers judged;

    /**
     * What a data set lacks.
     *
     * @param controls of all data sets that are looked at together
     * @param bad is told every line that cannot be used, perhaps several times
     * @throws IllegalArgumentException if a scorer's model is missing or unfit; the message says what to do
     */
    public MissingAnswers(
            Path data,
            Settings asked,
            RoutingPolicy policy,
            QuestionWriter writer,
            CallSettings settings,
            ScorerControls controls,
            Consumer<BadLine> bad) {
        this.data = data;
        this.asked = asked;
        this.settings = settings;
        this.scorers = AskedScorers.of(asked, policy, writer);
        this.plan = new CallPlan(data, asked, writer, settings);
        this.controls = controls;
        this.bad = bad;
    }

    /** Where answers are kept unless something else is said: beside the data set. */
    public static Path journal(Path data) {
        return data.resolveSibling(data.getFileName() + ".journal.jsonl");
    }

    /** What all calls would take, the journal aside. */
    public Estimate everything() throws IOException {
        Estimate all = new Estimate();
        plan.read(all::add, line -> {});
        addScorers(all, null);
        return all;
    }

    /** What would still be to be asked. @param anew models that would be asked anew */
    public Estimate left(Journal from, Collection<String> anew) throws IOException {
        from.forget(anew);
        return left(from);
    }

    /** What is still to be asked. @param from the journal; null if there is none yet */
    public Estimate left(@Nullable Journal from) throws IOException {
        Estimate left = new Estimate();
        Set<String> seen = new HashSet<>();
        plan.read(
                question -> {
                    if (seen.add(question.key()) && (from == null || !from.settles(question))) {
                        left.add(question);
                    }
                },
                bad);
        addScorers(left, from);
        return left;
    }

    /** The scorers' calls; answers that are not there yet are taken to be as long as they may be. */
    private void addScorers(Estimate estimate, @Nullable Journal from) throws IOException {
        if (scorers.areNone()) {
            return;
        }
        KeptAnswers known = new KeptAnswers(from, settings.system());
        if (from != null) {
            plan.read(known::expect, line -> {});
        }
        new JudgedAnswers(data, asked, known, scorers, new ScorerControls())
                .read(
                        "word ".repeat(settings.maxOutput()),
                        question -> {
                            if (from == null || !from.has(question.key())) {
                                estimate.add(question);
                            }
                        },
                        line -> {});
    }

    /**
     * Calls, and how many of them are answered; the same question twice is one.
     *
     * @param needed calls in all, 0 or more
     * @param answered of these, those that the journal answers
     * @param left of these, those that are still to be made: a candidate's answer that was lost on its way is not asked for again
     */
    public record Tally(long needed, long answered, long left) {}

    /** Calls to the models that are compared. */
    public Tally answerTally(Journal from) throws IOException {
        return tally(questions -> plan.read(questions, line -> {}), from);
    }

    /** Calls to judges and embeddings about the answers that are there by now; after {@link #open}. */
    public Tally scoreTally(Journal from) throws IOException {
        JudgedAnswers asking = judged;
        return asking == null ? new Tally(0, 0, 0) : tally(questions -> asking.read(null, questions, line -> {}), from);
    }

    /** Hands every question on. */
    @FunctionalInterface
    private interface Questions {
        void read(Consumer<Question> questions) throws IOException;
    }

    private static Tally tally(Questions all, Journal from) throws IOException {
        Set<String> keys = new HashSet<>();
        Set<String> left = new HashSet<>();
        all.read(question -> {
            keys.add(question.key());
            if (!from.settles(question)) {
                left.add(question.key());
            }
        });
        return new Tally(keys.size(), keys.stream().filter(from::has).count(), left.size());
    }

    /** Of an estimate, the models that the simulator answers for. */
    public static List<String> simulated(Estimate estimate) {
        return estimate.rows().stream()
                .filter(Estimate.Row::isSimulated)
                .map(Estimate.Row::model)
                .toList();
    }

    /**
     * Whether somebody has to agree to a price first: no cap is set, and it may be above {@link #UNASKED}.
     *
     * @throws IllegalArgumentException if a cap is set that cannot hold, because a price is not known
     */
    public boolean needsLeave(Estimate estimate) {
        BigDecimal most = estimate.mostUsd();
        if (settings.cap() == null) {
            return most == null || most.compareTo(UNASKED) > 0;
        }
        if (most == null) {
            throw new IllegalArgumentException("--max-cost cannot hold for a model without a price; state the price"
                    + " under 'models' in the policy");
        }
        return false;
    }

    /**
     * Opens the journal and looks up what it has.
     *
     * @param fresh whether one that is there is put aside
     * @throws IllegalArgumentException if another run has it open; then it is not put aside either
     */
    public Journal open(Path path, boolean fresh) throws IOException {
        if (fresh) {
            JournalFile.putAside(path);
        }
        Journal opened = Journal.open(path);
        journal = opened;
        KeptAnswers known = new KeptAnswers(opened, settings.system());
        kept = known;
        if (!scorers.areNone()) {
            JudgedAnswers scored = new JudgedAnswers(data, asked, known, scorers, controls);
            controls.vectors().add(scored::readVectors);
            judged = scored;
        }
        known.ofData(plan.read(known::expect, bad));
        return opened;
    }

    /** The calls to the models that are compared. */
    public CallPlan plan() {
        return plan;
    }

    /** What judges and embeddings are asked, once the answers are there; null if there are none. */
    public @Nullable JudgedAnswers judged() {
        return judged;
    }

    /** What the journal knows of this data set; after {@link #open}. */
    public Answers answers() {
        if (judged != null) {
            return judged;
        }
        if (kept == null) {
            throw new IllegalStateException("nothing was asked yet");
        }
        return kept;
    }

    @Override
    public void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }
}
