package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.classify.learned.DataFileException;
import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.Conclusion;
import dev.llmrouter.evaluate.EvidenceBook;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.LiftedAnswers;
import dev.llmrouter.evaluate.Observer;
import dev.llmrouter.evaluate.Preflight;
import dev.llmrouter.evaluate.RecordedAnswers;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.SpentData;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.live.ScorerControls;
import dev.llmrouter.evaluate.suggest.Seen;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.report.Proposal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code validate}: may a task be served by a cheaper model? Exit code 0: all pass; 1: not all; 2: wrong usage. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Compares a candidate model with the baseline on a data set; answers that it lacks are asked for.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all pass; with --suggest: whatever is proposed",
            "1:not all pass; with --dry-run: the data have faults; with --check: a cheap route lacks valid evidence",
            "2:wrong usage, or a file or policy that cannot be read or used"
        })
public final class ValidateCommand extends ConsoleCommand {
    private static final int NO = 1;

    private static final String NOT_COUNTED =
            "this look is not counted: the error level holds for the looks that are entered,"
                    + " whatever they say. With --accept --by NAME it is entered; that accepts nothing that did not pass, and"
                    + " what failed ends older evidence";

    /** Loads the policy that is named on the command line. */
    @FunctionalInterface
    public interface PolicySource {
        /** @throws IOException if it cannot be read @throws RuntimeException if it is not usable; the message says why */
        RoutingPolicy load(Path file) throws IOException;
    }

    private final Clock clock;
    private final PolicySource policies;

    @Option(names = "--data", paramLabel = "FILE", description = "Data set: JSON Lines, plain or .gz.")
    @Nullable
    Path data;

    @Mixin
    TermsOptions terms = new TermsOptions();

    @Mixin
    ReportOptions reports = new ReportOptions();

    @Mixin
    SuggestOptions suggestions = new SuggestOptions();

    @Option(
            names = "--accept",
            description = "Write evidence: what is accepted counts, what failed revokes older evidence; needs --by.")
    boolean accept;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            description = "Where evidence lies. Default: 'evidence' beside the policy, or here if there is none.")
    @Nullable
    Path evidence;

    @Option(names = "--by", paramLabel = "NAME", description = "Who accepts the evidence.")
    @Nullable
    String by;

    @Option(
            names = "--check",
            description = "Only check that every cheap route of --policy has valid evidence; goes with --json.")
    boolean check;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Policy that gives baseline, candidates, margin and error cost, and that evidence is bound to; "
                            + "options override it.")
    @Nullable
    Path policy;

    @Mixin
    CallOptions calls = new CallOptions();

    /** A command with the system's clock that reads policies from files; keys that are not set are not missed. */
    public ValidateCommand() {
        this(Clock.systemDefaultZone(), file -> PolicyFile.loadWithoutSecrets(file, Clock.systemDefaultZone()));
    }

    /** @param policies loads policies */
    public ValidateCommand(Clock clock, PolicySource policies) {
        this.clock = clock;
        this.policies = policies;
    }

    @Override
    public Integer call() {
        String place = check && suggestions.suggest
                ? "--check only looks at the evidence: leave --suggest out, or --check"
                : suggestions.fault();
        if (place == null) {
            place = EvidenceOption.fault(evidence, !check);
        }
        if (place == null) {
            place = files(data == null ? List.of() : List.of(data)).fault();
        }
        if (place != null) {
            return wrong(place);
        }
        try {
            return check ? check() : suggestions.suggest ? suggest() : validate();
        } catch (IllegalArgumentException | PolicyException | PolicyFile.Unreadable e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (DataFileException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return wrong("there is no file " + e.getMessage());
        } catch (FileAlreadyExistsException e) {
            return wrong(e.getMessage() + " is a file: name a folder");
        } catch (IOException e) {
            return wrong("a file cannot be read or written: " + Explained.reason(e));
        } catch (UncheckedIOException e) {
            return wrong(String.valueOf(e.getMessage())); // of the data set, and which
        }
    }

    /** What is read and written. @param sets the data sets that are known */
    private WrittenFiles files(Collection<Path> sets) {
        WrittenFiles files = new WrittenFiles().reads("--policy", policy).readsEvidence(directory());
        for (Path set : sets) {
            files.reads(data == null ? "the examples" : "--data", set);
        }
        if (calls.journal != null) {
            files.makes("--journal", calls.journal);
        } else {
            sets.forEach(set -> files.makes("the journal", calls.journal(set)));
        }
        reports.tell(files);
        return files.writes("--patch", suggestions.patch);
    }

    private int validate() throws IOException {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            return wrong(String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " missing; "
                    + (policy == null ? "--policy FILE states all but --data. " : "") + "See validate --help");
        }
        Path file = Required.option("--data FILE", data);
        RoutingPolicy routing = policy == null ? null : policies.load(policy);
        Settings settings = settings(routing);
        if (accept && (by == null || by.isBlank())) {
            return wrong("--accept needs --by NAME: evidence says who accepted it");
        }
        if (accept && terms.alpha > EvidenceCheck.MAX_ALPHA) {
            return wrong("--accept with --alpha " + terms.alpha + ": evidence counts up to " + EvidenceCheck.MAX_ALPHA
                    + " only; leave --alpha out, or --accept");
        }
        try (Gathering answers = new Gathering(file, settings, calls, new ScorerControls(), out(), err())) {
            Path directory = directory();
            boolean mayProve =
                    answers.look(terms.withoutCandidate(routing), task -> EvidenceFile.find(directory, task));
            if (policy == null || calls.recorded) {
                Gathering.requireNoCalls(calls, terms.scorers);
                return compare(answers.recorded(), settings, routing, false);
            }
            if (calls.dryRun) {
                Preflight.unknown(file, Required.option("--policy FILE", routing))
                        .forEach(err()::println);
                err().flush();
                answers.dryRun(policy, clock, reports.json);
                return mayProve ? 0 : NO;
            }
            if (!answers.needsCalls(Required.option("--policy FILE", routing))) {
                return compare(answers.recorded(), settings, routing, false); // no key is needed
            }
            Validation.Source source = answers.complete(policy, clock, accept ? "--accept" : null);
            return source == null ? answers.stoppedCode() : compare(source, settings, routing, answers.isSimulated());
        }
    }

    /** Options that have to be there: without a policy they say what it would. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (data == null) {
            missing.add("--data FILE");
        }
        if (policy == null) {
            missing.addAll(terms.missing());
        }
        return missing;
    }

    private Settings settings(@Nullable RoutingPolicy routing) {
        return terms.settings(routing, suggestions.suggest, calls.judge, by, err()::println)
                .entered(accept);
    }

    /** Proposes tiers: the comparison of all data sets together, with the models of all tiers. */
    private int suggest() throws IOException {
        Path file = Required.option("--policy FILE", policy);
        if (accept || !terms.candidates.isEmpty()) {
            return wrong("--suggest takes its candidates from the policy and proposes only: leave --accept and"
                    + " --candidate out, and accept after the patch is applied");
        }
        RoutingPolicy routing = policies.load(file);
        suggestions.check(routing);
        Settings settings = settings(routing).withVolumes(suggestions.volume);
        List<Path> sets = data == null ? SuggestOptions.dataOf(routing, file) : List.of(data);
        String place = files(sets).fault();
        if (place != null) {
            return wrong(place);
        }
        if (calls.dryRun) {
            return dryRun(sets, file, settings);
        }
        if (calls.journal != null && sets.size() > 1) {
            return wrong("--journal keeps the answers of one data set, and the tasks name " + sets.size()
                    + ": give one with --data FILE, or leave --journal out");
        }
        ScorerControls controls = new ScorerControls();
        List<Gathering> open = new ArrayList<>();
        try {
            List<Validation.Source> sources = new ArrayList<>();
            Map<String, TaskGate> gates = gates(routing);
            for (Path set : sets) {
                Gathering answers = new Gathering(set, settings, calls, controls, out(), err());
                open.add(answers);
                boolean isRecorded = calls.recorded || !answers.needsCalls(routing);
                Validation.Source source = isRecorded ? answers.recorded() : answers.complete(file, clock, "--suggest");
                if (source == null) {
                    return answers.stoppedCode();
                }
                sources.add(asServed(source, routing, gates));
            }
            Path directory = directory();
            Seen seen = new Seen(terms.baseline(routing));
            LocalDate today = LocalDate.now(clock);
            Function<String, @Nullable EvidenceFile> earlier = task -> EvidenceFile.find(directory, task);
            Validation validation =
                    SpentData.marked(Validation.run(sources, settings, earlier, seen), earlier, routing, today);
            Proposal proposal = new Suggesting(file, routing, suggestions)
                    .propose(validation, seen, terms.perDay, directory, today);
            for (Validation.Source source : sources) {
                String of = sets.size() > 1 ? source.file() + ": " : "";
                source.answers().remarks().forEach(remark -> err().println(of + remark));
            }
            reports.write(validation, proposal, today, out(), err());
            Conclusion.unknown(validation, routing).forEach(err()::println);
            err().flush();
            return 0;
        } finally {
            for (Gathering answers : open) {
                answers.close();
            }
        }
    }

    /** What the calls to the models of all tiers would take, data set by data set. */
    private int dryRun(List<Path> sets, Path routing, Settings settings) throws IOException {
        if (calls.recorded) {
            Gathering.requireNoCalls(calls, terms.scorers);
        }
        if (reports.json && sets.size() > 1) {
            return wrong("--dry-run --json tells of one data set, and the tasks name " + sets.size()
                    + ": give one with --data FILE, or leave --json out");
        }
        for (Path set : sets) {
            if (sets.size() > 1) {
                out().println(set + ":");
            }
            try (Gathering answers = new Gathering(set, settings, calls, new ScorerControls(), out(), err())) {
                answers.dryRun(routing, clock, reports.json);
            }
        }
        return 0;
    }

    /** Read once: the evidence binds the gates that the comparison was made with. */
    private Map<String, TaskGate> gates(@Nullable RoutingPolicy routing) {
        return routing == null || policy == null ? Map.of() : new TaskGates(policy.toString()).read(routing);
    }

    /** With the baseline's answer where the policy keeps an input from the task's tier, and without what its gate learned from. */
    private static Validation.Source asServed(
            Validation.Source source, @Nullable RoutingPolicy routing, Map<String, TaskGate> gates) {
        if (routing == null) {
            return source;
        }
        return new Validation.Source(source.file(), LiftedAnswers.of(source.answers(), routing, gates), source.bad());
    }

    /** @param isSimulated whether the simulator has answered: that is never entered */
    private int compare(
            Validation.Source source, Settings settings, @Nullable RoutingPolicy routing, boolean isSimulated)
            throws IOException {
        Path directory = directory();
        Path file = source.file();
        Map<String, TaskGate> gates = gates(routing);
        Validation.Source served = asServed(source, routing, gates);
        LocalDate today = LocalDate.now(clock);
        Function<String, @Nullable EvidenceFile> earlier = task -> EvidenceFile.find(directory, task);
        Validation validation = SpentData.marked(
                Validation.run(List.of(served), settings, earlier, Observer.NONE), earlier, routing, today);
        boolean isRecorded = source.answers() instanceof RecordedAnswers;
        Conclusion conclusion = Conclusion.of(file, validation, served.answers(), isRecorded, routing);
        served.answers().remarks().forEach(err()::println);
        reports.write(validation, null, today, out(), err());
        conclusion.unknown().forEach(err()::println);
        boolean couldBeEntered = !accept && routing != null && !isSimulated;
        if (couldBeEntered
                && validation.tasks().stream()
                        .anyMatch(result -> wouldCount(validation, result, earlier.apply(result.task())))) {
            err().println(NOT_COUNTED);
        }
        boolean isEntered = !accept || accept(validation, routing, TaskGates.hashes(gates), directory);
        err().flush();
        return conclusion.passed() && isEntered ? 0 : NO;
    }

    /** Whether a result is a look that did not pass and, entered, would be one more. */
    private static boolean wouldCount(Validation validation, TaskResult result, @Nullable EvidenceFile file) {
        return result.acceptance() != Acceptance.ACCEPTED
                && result.acceptance() != Acceptance.SPENT
                && !EvidenceBook.isEntered(file, validation, result);
    }

    private Path directory() {
        if (evidence != null) {
            return evidence;
        }
        Path parent = policy == null ? null : policy.toAbsolutePath().getParent();
        return parent == null ? Path.of("evidence") : parent.resolve("evidence");
    }

    /** @return whether all that passed was accepted */
    private boolean accept(
            Validation validation, @Nullable RoutingPolicy routing, Map<String, String> gates, Path directory)
            throws IOException {
        String version = ValidateCommand.class.getPackage().getImplementationVersion();
        String tool = "camel-llm-router " + (version == null ? "(unpackaged)" : version);
        EvidenceBook book = new EvidenceBook(
                directory, routing, gates, Required.option("--by NAME", by), LocalDate.now(clock), tool);
        EvidenceBook.Entered entered = book.enter(validation);
        for (TaskResult t : validation.tasks()) {
            if (!entered.isRefused(t)) {
                String stayed = entered.stayed().get(t);
                err().println("evidence: " + entered.files().get(t.task()) + ": " + t.candidate() + " "
                        + t.acceptance().key() + (stayed == null ? "" : "; what stood there stays: " + stayed));
            }
        }
        entered.refused().values().forEach(why -> err().println("evidence: " + why));
        if (routing == null) {
            err().println("this evidence is bound to no policy, so no gateway takes it; accept it with --policy FILE");
        }
        return entered.refused().isEmpty();
    }

    private int check() throws IOException {
        if (policy == null) {
            String variable = System.getenv().getOrDefault(PolicyFile.VARIABLE, "");
            policy = variable.isBlank() ? null : Path.of(variable);
        }
        Path file = Required.option("--policy FILE", policy);
        Path directory = directory();
        RoutingPolicy routing = policies.load(file);
        List<EvidenceCheck.CheapRoute> routes =
                EvidenceCheck.read(directory, routing, file.toString()).cheapRoutes(routing, LocalDate.now(clock));
        List<String> faults = EvidenceCheck.faults(routes, routing, directory);
        if (reports.json) {
            out().println(CheckedEvidenceJson.of(routes, directory));
        } else {
            faults.forEach(out()::println);
        }
        out().flush();
        return faults.isEmpty() ? 0 : NO;
    }
}
