package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.ProviderModelCaller;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.BadLines;
import dev.llmrouter.evaluate.Comparing;
import dev.llmrouter.evaluate.Conclusion;
import dev.llmrouter.evaluate.EvidenceBook;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.ExampleReader;
import dev.llmrouter.evaluate.LiftedAnswers;
import dev.llmrouter.evaluate.Observer;
import dev.llmrouter.evaluate.Preflight;
import dev.llmrouter.evaluate.RecordedAnswers;
import dev.llmrouter.evaluate.ScorerFaultException;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.SpentData;
import dev.llmrouter.evaluate.TermsChoice;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.live.Estimate;
import dev.llmrouter.evaluate.live.Journal;
import dev.llmrouter.evaluate.live.JudgedAnswers;
import dev.llmrouter.evaluate.live.LiveRun;
import dev.llmrouter.evaluate.live.MissingAnswers;
import dev.llmrouter.evaluate.live.Pace;
import dev.llmrouter.evaluate.live.Question;
import dev.llmrouter.evaluate.live.QuestionWriter;
import dev.llmrouter.evaluate.live.ScorerControls;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One validation under way: the data set, what it lacks, and the comparison. The steps of the routes work on it one after the
 * other; only {@link #ask}, {@link #failed} and {@link #givePlaceBack} are used by many threads.
 */
final class ValidationRun implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ValidationRun.class);
    private static final String PROPERTY = "CamelLlmRouterValidation";
    private static final String STOPPING = "the application stops";

    private final CamelContext camel;
    private final ValidationFiles files;
    private final Path data;
    private final ValidationOptions options;
    private final LoadedPolicy loaded;
    private final RoutingPolicy policy;
    private final Map<String, TaskGate> gates;
    private final Clock clock = Clock.systemDefaultZone();
    private final Settings settings;
    private final BadLines bad;
    private final Answers served;
    private final Function<String, @Nullable EvidenceFile> earlier;
    private final Comparing comparing;
    private final @Nullable MissingAnswers missing;
    private @Nullable Journal journal;
    private @Nullable ProviderModelCaller caller;
    private @Nullable ExampleReader reader;
    private volatile Semaphore places = new Semaphore(0);
    private volatile @Nullable LiveRun live;
    private volatile @Nullable LiveRun models;
    private volatile @Nullable LiveRun scorers;

    /** @throws IllegalArgumentException if nobody may be asked yet, or something else is wrong; the message says what to do */
    ValidationRun(CamelContext camel, ValidationFiles files, ValidationOptions options, LoadedPolicy loaded)
            throws IOException {
        this.camel = camel;
        this.files = files;
        this.data = files.data();
        this.options = options;
        this.loaded = loaded;
        this.policy = loaded.policy();
        this.gates = new TaskGates(policy.source()).read(policy);
        this.settings = TermsChoice.ofDefaults()
                .with(options.margin(), options.perDay())
                .settings(policy, false, LOG::info)
                .entered(options.acceptedBy() != null);
        this.bad = new BadLines(data, LOG::warn);
        Path directory = loaded.evidenceFolder();
        this.earlier = task -> EvidenceFile.find(directory, task);
        Preflight preflight = Preflight.of(
                data, settings, TermsChoice.onBaseline(policy), options.calls().system(), earlier, bad);
        preflight.remarks().forEach(LOG::info);
        MissingAnswers lacking = lacking();
        boolean isRecorded = options.isRecorded() || lacking.everything().calls() == 0;
        this.missing = isRecorded ? null : lacking;
        try {
            if (!isRecorded) {
                open(lacking, preflight);
            }
            Answers answers =
                    isRecorded ? new RecordedAnswers(options.calls().system().strip()) : lacking.answers();
            this.served = LiftedAnswers.of(answers, policy, gates);
        } catch (IOException | RuntimeException e) {
            lacking.close();
            throw e;
        }
        this.comparing = new Comparing(settings, earlier, Observer.NONE);
    }

    private MissingAnswers lacking() {
        QuestionWriter writer = new QuestionWriter(policy, policy.isSimulated(), new Dialects(Clock.systemUTC()));
        return new MissingAnswers(data, settings, policy, writer, options.calls(), new ScorerControls(), bad::tell);
    }

    private void open(MissingAnswers lacking, Preflight preflight) throws IOException {
        var simulated = MissingAnswers.simulated(lacking.everything());
        if (options.acceptedBy() != null && !simulated.isEmpty()) {
            throw new IllegalArgumentException("the simulator answers for " + String.join(", ", simulated)
                    + ", and what it makes up is no evidence; give the providers their keys, or accept nothing");
        }
        Journal opened = lacking.open(MissingAnswers.journal(data), false);
        journal = opened;
        Estimate estimate = lacking.left(opened);
        if (estimate.calls() == 0) {
            return;
        }
        preflight.looks().forEach(LOG::info);
        if (preflight.provesNothing()) {
            throw new IllegalArgumentException("nobody was called, for as they are the data prove nothing. "
                    + String.join("; ", preflight.faults())
                    + ". Mend them, or validate them by the command with --yes or --override-data");
        }
        if (lacking.needsLeave(estimate)) {
            BigDecimal most = estimate.mostUsd();
            throw new IllegalArgumentException("the calls may cost "
                    + (most == null ? "an amount that is not known" : "up to USD " + Pace.usd(most))
                    + "; set a limit with the header CamelLlmRouterValidateMaxCost or the property "
                    + ValidationOptions.MAX_COST);
        }
        for (Estimate.Row row : estimate.rows()) {
            String problem = ProviderModelCaller.problem(policy, row.model());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
        caller = ProviderModelCaller.within(camel, policy);
    }

    void put(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    static ValidationRun of(Exchange exchange) {
        ValidationRun run = (ValidationRun) exchange.getProperty(PROPERTY);
        if (run == null) {
            throw new IllegalStateException("this exchange has no validation: the step llmValidateOpen comes first");
        }
        return run;
    }

    /** Closes the files of the validation of this exchange, if it has one. */
    static void end(Exchange exchange) {
        ValidateReportProcessor.forget(exchange);
        ValidationRun run = (ValidationRun) exchange.removeProperty(PROPERTY);
        if (run != null) {
            try {
                run.close();
            } catch (IOException e) {
                LOG.warn("The files of the validation of {} could not be closed", run.data(), e);
            }
        }
    }

    /** Questions to the models that are compared, example by example. */
    Iterator<?> toAsk() throws IOException {
        MissingAnswers lacking = missing;
        Journal kept = journal;
        if (lacking == null || kept == null || !begin(lacking.answerTally(kept).left())) {
            return Collections.emptyIterator();
        }
        models = live;
        return new PlacedIterator<>(
                new QuestionSource(data, lacking.plan(), settings, bad::tell), places, this::isStopped);
    }

    /** Questions to judges and embeddings, example by example. */
    Iterator<?> toScore() throws IOException {
        JudgedAnswers judged = missing == null ? null : missing.judged();
        Journal kept = journal;
        if (judged == null
                || missing == null
                || kept == null
                || isStopped()
                || !begin(missing.scoreTally(kept).left())) {
            return Collections.emptyIterator();
        }
        scorers = live;
        return new PlacedIterator<>(new ScoringSource(data, judged, bad::tell), places, this::isStopped);
    }

    private boolean begin(long calls) {
        if (calls <= 0 || caller == null || journal == null) {
            return false;
        }
        places = new Semaphore(
                options.calls().parallel() + 1); // one waits, because a split wants to know whether it is the last
        live = new LiveRun(
                journal,
                caller,
                options.calls(),
                new LoggedProgress(data, new Pace(calls, options.calls().cap())));
        return true;
    }

    private boolean isStopped() {
        LiveRun running = live;
        if (running != null && camel.isStopping()) {
            running.stop(STOPPING);
        }
        return running != null && running.outcome().stop() != null;
    }

    /** Asks on this thread; what goes wrong is in the outcome. */
    void ask(Question question) {
        LiveRun running = live;
        if (running != null) {
            running.answer(question);
        }
    }

    /** An example could not be asked about: no more calls are begun. */
    void failed(Exception fault) {
        LiveRun running = live;
        if (running != null) {
            running.stop(camel.isStopping() ? STOPPING : why(fault));
        }
    }

    private static String why(Exception fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof DirectConsumerNotAvailableException absent) {
                Object to = absent.getExchange() == null
                        ? null
                        : absent.getExchange().getProperty(Exchange.TO_ENDPOINT);
                return "no route takes what is sent to " + (to == null ? "the next step" : to)
                        + "; start the route that does";
            }
        }
        LOG.warn("An example could not be asked about", fault);
        return "a fault of ours: " + fault;
    }

    /** One more example may be asked about. */
    void givePlaceBack() {
        places.release();
    }

    /** How the calls ended; null if nobody was asked. */
    LiveRun.@Nullable Outcome outcome() {
        LiveRun running = live;
        return running == null ? null : running.outcome();
    }

    /** Answers of the models that are compared; of judges and embeddings once these are asked. @throws IllegalStateException if nobody was asked */
    MissingAnswers.Tally tally() throws IOException {
        if (missing == null || journal == null) {
            throw new IllegalStateException("nobody was asked");
        }
        return scorers == null ? missing.answerTally(journal) : missing.scoreTally(journal);
    }

    /** Calls that gave no answer, in words: first those to the models that are compared, then those to judges and embeddings. */
    List<String> failures() {
        LiveRun asked = models;
        LiveRun scored = scorers;
        return Stream.of(
                        asked == null ? null : asked.outcome().failedAnswers(),
                        scored == null ? null : scored.outcome().failedScores())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    /** USD of all runs on this journal. */
    BigDecimal spent() {
        return journal == null ? BigDecimal.ZERO : journal.spent();
    }

    /** The examples, in the order of the file. */
    Iterator<Example> examples() throws IOException {
        ExampleReader opened = new ExampleReader(data, bad::tell);
        reader = opened;
        return opened;
    }

    /** @throws ScorerFaultException if a scorer of the user's own fails; the message names file and line */
    Comparing.Scores score(Example example) {
        try {
            return comparing.score(example, served);
        } catch (ScorerFaultException e) {
            throw e.at(data.toString());
        }
    }

    void add(Comparing.Scores scores) {
        comparing.add(scores);
    }

    /** @throws IllegalArgumentException if nothing can be concluded; the message says what to do */
    Conclusion conclude() {
        if (reader == null) {
            throw new IllegalStateException("the examples were not read yet");
        }
        comparing.end(data, served, reader.summary());
        Validation validation = SpentData.marked(comparing.result(), earlier, policy, today());
        Conclusion conclusion = Conclusion.of(data, validation, served, missing == null, policy);
        served.remarks().forEach(LOG::warn);
        conclusion.unknown().forEach(LOG::warn);
        return conclusion;
    }

    /** Writes evidence, and has the running policy look at it. */
    EvidenceBook.Entered accept(Conclusion conclusion, String by) throws IOException {
        String version = ValidationRun.class.getPackage().getImplementationVersion();
        EvidenceBook.Entered entered = new EvidenceBook(
                        loaded.evidenceFolder(),
                        policy,
                        TaskGates.hashes(gates),
                        by,
                        today(),
                        "camel-llm-router " + (version == null ? "(unpackaged)" : version))
                .enter(conclusion.validation());
        loaded.reload();
        entered.refused().values().forEach(LOG::warn);
        return entered;
    }

    @Nullable
    String acceptedBy() {
        return options.acceptedBy();
    }

    ValidationFiles files() {
        return files;
    }

    Path data() {
        return data;
    }

    LocalDate today() {
        return LocalDate.now(clock);
    }

    @Override
    public void close() throws IOException {
        bad.sum();
        if (reader != null) {
            reader.close();
        }
        if (missing != null) {
            missing.close();
        }
    }
}
