package dev.llmrouter.cli;

import dev.llmrouter.evaluate.BadLines;
import dev.llmrouter.evaluate.Blend;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Preflight;
import dev.llmrouter.evaluate.RecordedAnswers;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.live.MissingAnswers;
import dev.llmrouter.evaluate.live.ScorerControls;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gets the answers of one data set: those that it has recorded, and where a policy is named those that it lacks. */
final class Gathering implements AutoCloseable {
    private final Path file;
    private final Settings settings;
    private final CallOptions calls;
    private final ScorerControls controls;
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable LiveValidation live;
    private boolean isSimulated;
    private final BadLines bad;
    private List<String> faults = List.of();
    private List<String> looks = List.of();

    /** @param controls of all data sets that are looked at together */
    Gathering(
            Path file,
            Settings settings,
            CallOptions calls,
            ScorerControls controls,
            PrintWriter out,
            PrintWriter err) {
        this.controls = controls;
        this.file = file;
        this.settings = settings;
        this.calls = calls;
        this.out = out;
        this.err = err;
        this.bad = new BadLines(file, err::println);
    }

    /**
     * Reads the data before anybody is called, and tells what can be told by then.
     *
     * @param withoutCandidate as of {@link Preflight#of}
     * @param earlier evidence of a task, whose looks are counted; null if there is none
     * @return whether the data may prove anything: they have no fault, or somebody accepts those that they have
     */
    boolean look(Set<String> withoutCandidate, Function<String, @Nullable EvidenceFile> earlier) throws IOException {
        Preflight preflight =
                Preflight.of(file, settings, withoutCandidate, calls.settings().system(), earlier, bad);
        preflight.remarks().forEach(err::println);
        looks = preflight.looks();
        if (settings.override() == null) {
            faults = preflight.faults();
        }
        err.flush();
        return faults.isEmpty();
    }

    /** @throws IllegalArgumentException if options about calls are given, and nobody can be called */
    static void requireNoCalls(CallOptions calls, List<String> scorers) {
        if (calls.judge != null || Blend.of(scorers).asksModels()) {
            throw new IllegalArgumentException(
                    "a judge or an embedding is a model that is called: it needs --policy FILE, and excludes --recorded");
        }
        if (calls.dryRun || calls.maxCost != null || !calls.anew.isEmpty()) {
            throw new IllegalArgumentException(
                    "--dry-run, --max-cost and --anew are about calls: they need --policy FILE, where providers, keys and"
                            + " prices are, and exclude --recorded");
        }
    }

    /** The data set with its recorded answers alone, and the system prompt that they were recorded with, if it is told. */
    Validation.Source recorded() throws IOException {
        return new Validation.Source(
                file, new RecordedAnswers(calls.settings().system().strip()), bad::tell);
    }

    /** Whether answers are missing. @param routing without keys: nobody is called */
    boolean needsCalls(RoutingPolicy routing) throws IOException {
        try (LiveValidation offline = new LiveValidation(file, settings, routing, calls, controls, bad, out, err)) {
            return offline.everything().calls() > 0;
        }
    }

    /** Prints what the calls that are still needed would take. */
    void dryRun(Path policy, Clock clock, boolean json) throws IOException {
        open(policy, clock).dryRun(json, faults, looks);
    }

    /**
     * The data set with all answers, after those that are missing have been asked for.
     *
     * @param option for which made-up answers are refused; null if they are not
     * @return null if the run was stopped; why has been told
     * @throws IllegalArgumentException if nobody may be called; the message says what to do
     */
    Validation.@Nullable Source complete(Path policy, Clock clock, @Nullable String option) throws IOException {
        LiveValidation open = open(policy, clock);
        List<String> simulated = MissingAnswers.simulated(open.everything());
        isSimulated = !simulated.isEmpty();
        if (option != null && isSimulated) {
            throw new IllegalArgumentException(option + ": the simulator answers for " + String.join(", ", simulated)
                    + ", and what it makes up is no evidence; give the providers their keys, or leave " + option
                    + " out");
        }
        return open.callAll(faults, looks) ? new Validation.Source(file, open.answers(), bad::tell) : null;
    }

    /** Whether the simulator has answered anything; after {@link #complete}. */
    boolean isSimulated() {
        return isSimulated;
    }

    /** Exit code after a run that was stopped: of the signal that has stopped it, else 1. */
    int stoppedCode() {
        return live == null || live.signalCode() == 0 ? 1 : live.signalCode();
    }

    private LiveValidation open(Path policy, Clock clock) throws IOException {
        LiveValidation opened =
                new LiveValidation(file, settings, PolicyFile.load(policy, clock), calls, controls, bad, out, err);
        live = opened;
        return opened;
    }

    @Override
    public void close() throws IOException {
        bad.sum();
        if (live != null) {
            live.close();
        }
    }
}
