package dev.llmrouter.cli;

import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.Correction;
import dev.llmrouter.evaluate.DataOverride;
import dev.llmrouter.evaluate.EvidenceBook;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.Preflight;
import dev.llmrouter.evaluate.ScorerSpec;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.live.Estimate;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.report.Phrases;
import dev.llmrouter.report.ValidationHtml;
import dev.llmrouter.report.ValidationJson;
import dev.llmrouter.report.ValidationMarkdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code validate}: may a task be served by a cheaper model? Exit code 0: all pass; 1: not all; 2: wrong usage. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Compares a candidate model with the baseline on a data set; answers that it lacks are asked for.")
public final class ValidateCommand implements Callable<Integer> {
    private static final int NO = 1;
    private static final int WRONG_USAGE = 2;

    /** Loads the policy that is named on the command line. */
    @FunctionalInterface
    public interface PolicySource {
        /** @throws IOException if it cannot be read @throws RuntimeException if it is not usable; the message says why */
        RoutingPolicy load(Path file) throws IOException;
    }

    private final Clock clock;
    private final PolicySource policies;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(names = "--data", paramLabel = "FILE", description = "Data set: JSON Lines, plain or .gz.")
    @Nullable
    Path data;

    @Option(names = "--baseline", paramLabel = "MODEL", description = "Model that quality is measured against.")
    @Nullable
    String baseline;

    @Option(
            names = "--candidate",
            paramLabel = "MODEL",
            description = "Cheaper model; may be given several times, the preferred one first.")
    List<String> candidates = new ArrayList<>();

    @Option(names = "--margin", description = "Acceptable quality loss as a share of outputs, above 0 and below 1.")
    @Nullable
    Double margin;

    @Option(names = "--alpha", description = "One-sided error level, above 0 to 0.5. Default: ${DEFAULT-VALUE}.")
    double alpha = Gate.DEFAULT_ALPHA;

    @Option(names = "--error-cost", paramLabel = "USD", description = "What one wrong output costs.")
    @Nullable
    Double errorCost;

    @Option(names = "--per-day", paramLabel = "N", description = "Requests a day in production.")
    @Nullable
    Integer perDay;

    @Option(
            names = "--correction",
            paramLabel = "NAME",
            description = "For several candidates: none, bonferroni, holm, fixed-sequence. Default: holm.")
    String correction = "holm";

    @Option(names = "--across-tasks", description = "Share the error level among all tasks, not per task.")
    boolean acrossTasks;

    @Option(
            names = "--scorer",
            paramLabel = "SPEC",
            description = "For answers without score: [WEIGHT*]NAME[:ARGUMENT]; may be given several times.")
    List<String> scorers = new ArrayList<>();

    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report as HTML.")
    @Nullable
    Path report;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the report as Markdown.")
    @Nullable
    Path markdown;

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

    @Option(
            names = "--override-data",
            paramLabel = "REASON",
            description = "Accept data in spite of the faults that are found in them; needs --by.")
    @Nullable
    String overrideData;

    @Option(names = "--by", paramLabel = "NAME", description = "Who accepts the evidence.")
    @Nullable
    String by;

    @Option(names = "--check", description = "Only check that every cheap route of --policy has valid evidence.")
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
        try {
            return check ? check() : validate();
        } catch (IllegalArgumentException | PolicyException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return wrong("there is no file " + e.getMessage());
        } catch (IOException e) {
            return wrong("cannot read or write a file: " + e);
        }
    }

    private int validate() throws IOException {
        Path file = required("--data FILE", data);
        RoutingPolicy routing = policy == null ? null : policies.load(policy);
        Settings settings = settings(routing);
        if (accept && (by == null || by.isBlank())) {
            return wrong("--accept needs --by NAME: evidence says who accepted it");
        }
        if (accept && alpha > EvidenceCheck.MAX_ALPHA) {
            return wrong("--accept with --alpha " + alpha + ": evidence counts up to " + EvidenceCheck.MAX_ALPHA
                    + " only; leave --alpha out, or --accept");
        }
        Preflight.of(file, settings).forEach(err()::println);
        err().flush();
        if (policy == null || calls.recorded) {
            if (calls.judge != null || ScorerSpec.judge(scorers) != null) {
                return wrong("a judge is a model that is called: it needs --policy FILE, and excludes --recorded");
            }
            if (calls.dryRun || calls.maxCost != null) {
                return wrong(
                        "--dry-run and --max-cost are about calls: they need --policy FILE, where providers, keys and"
                                + " prices are, and exclude --recorded");
            }
            return compare(file, settings, routing, Answers.RECORDED, bad -> tell(file, bad));
        }
        if (!calls.dryRun
                && callsFor(file, settings, required("--policy FILE", routing)).calls() == 0) {
            return compare(file, settings, routing, Answers.RECORDED, bad -> tell(file, bad)); // no key is needed
        }
        RoutingPolicy withKeys = PolicyFile.load(policy, clock);
        try (LiveValidation live = live(file, settings, withKeys)) {
            if (calls.dryRun) {
                return live.dryRun(json);
            }
            List<String> simulated = live.everything().rows().stream()
                    .filter(Estimate.Row::isSimulated)
                    .map(Estimate.Row::model)
                    .toList();
            if (accept && !simulated.isEmpty()) {
                return wrong(
                        "--accept: the simulator answers for " + String.join(", ", simulated)
                                + ", and what it makes up is no evidence; give the providers their keys, or leave --accept out");
            }
            return live.callAll() ? compare(file, settings, routing, live.answers(), live::tell) : NO;
        }
    }

    private Estimate callsFor(Path file, Settings settings, RoutingPolicy routing) throws IOException {
        try (LiveValidation offline = live(file, settings, routing)) {
            return offline.everything();
        }
    }

    private LiveValidation live(Path file, Settings settings, RoutingPolicy routing) throws IOException {
        return new LiveValidation(
                file, settings, routing, calls, spec().commandLine().getOut(), err());
    }

    private void tell(Path file, BadLine bad) {
        err().println(file + ": line " + bad.line() + " " + bad.problem());
    }

    private int compare(
            Path file, Settings settings, @Nullable RoutingPolicy routing, Answers answers, Consumer<BadLine> tell)
            throws IOException {
        Path directory = directory();
        Validation validation =
                Validation.run(file, settings, answers, task -> EvidenceFile.find(directory, task), tell);
        if (validation.examples() == 0) {
            return wrong(file + ": has no usable example; each line has to be an object with 'task' and 'input'");
        }
        List<String> unknown = unknown(validation, routing);
        List<String> missing = validation.modelsWithoutAnswers();
        boolean isRecorded = answers == Answers.RECORDED; // else they were asked for, and what came of it has been told
        if (isRecorded && !missing.isEmpty() && (routing == null || !validation.canCompare())) {
            return wrong(
                    file + ": has no recorded outputs of " + String.join(", ", missing)
                            + ". Name a policy with --policy FILE to call them, or put their answers under 'outputs' of each line");
        }
        answers.remarks().forEach(err()::println);
        write(validation);
        unknown.forEach(err()::println);
        if (accept) {
            accept(validation, routing, directory);
        }
        err().flush();
        return validation.passed() && unknown.isEmpty() ? 0 : NO;
    }

    /** Tasks of the data set that the policy does not know; those on the baseline tier need no proof. */
    private static List<String> unknown(Validation validation, @Nullable RoutingPolicy routing) {
        return validation.leftOut().stream()
                .filter(task -> routing != null && routing.task(task).isEmpty())
                .map(task ->
                        "task '" + task + "' of the data set is not in the policy, so nothing was compared; correct"
                                + " its name, or add it")
                .toList();
    }

    private Path directory() {
        if (evidence != null) {
            return evidence;
        }
        Path parent = policy == null ? null : policy.toAbsolutePath().getParent();
        return parent == null ? Path.of("evidence") : parent.resolve("evidence");
    }

    private Settings settings(@Nullable RoutingPolicy routing) {
        if (perDay != null && perDay < 0) {
            throw new IllegalArgumentException("--per-day is " + perDay + "; it has to be 0 or more");
        }
        if (errorCost != null && !(errorCost >= 0 && errorCost < 1e12)) {
            throw new IllegalArgumentException("--error-cost is " + errorCost + "; it has to be 0 or more");
        }
        DataOverride override = overrideData == null ? null : new DataOverride(overrideData, by == null ? "" : by);
        Map<String, Terms> byTask = routing == null ? Map.of() : termsOf(routing);
        Terms general = routing == null ? terms(required("--baseline MODEL", baseline), candidates, null, null) : null;
        return new Settings(general, byTask, alpha, correction(), acrossTasks, scorers(routing), perDay, override);
    }

    /** The scorers in words; of a judge also who it is, because another judge is another question. */
    private List<String> scorers(@Nullable RoutingPolicy routing) {
        String judge = ScorerSpec.judge(scorers);
        if (judge == null || routing == null || calls.judge == null) {
            return scorers;
        }
        return List.of(judge + " by " + TaskDefinition.version(routing, calls.judge));
    }

    private Map<String, Terms> termsOf(RoutingPolicy routing) {
        Map<String, Terms> byTask = new LinkedHashMap<>();
        String first =
                baseline != null ? baseline : TaskDefinition.baseline(routing).orElse("");
        for (Task task : routing.tasks().values()) {
            List<String> models = candidates.isEmpty()
                    ? routing.tier(task.tier()).stream()
                            .flatMap(tier -> tier.models().stream())
                            .map(Tier.Member::model)
                            .filter(model -> !model.equals(first))
                            .toList()
                    : candidates;
            if (models.isEmpty() || (candidates.isEmpty() && task.tier().equals(routing.baseline()))) {
                continue;
            }
            if (margin == null && task.margin() == null) {
                err().println("task '" + task.name()
                        + "' has no margin in the policy and is left out; state one, or give" + " --margin");
                continue;
            }
            byTask.put(task.name(), terms(first, models, task.margin(), task.errorCost()));
        }
        return byTask;
    }

    /** Options come before what the policy states. */
    private Terms terms(
            String base, List<String> models, @Nullable BigDecimal statedMargin, @Nullable BigDecimal statedCost) {
        double wanted = margin == null && statedMargin != null
                ? statedMargin.doubleValue()
                : required("--margin SHARE", margin);
        new Gate(wanted, alpha);
        if (models.isEmpty() || models.contains(base)) {
            throw new IllegalArgumentException("--candidate is missing or is the baseline; name a cheaper model");
        }
        Double cost = errorCost == null && statedCost != null ? Double.valueOf(statedCost.doubleValue()) : errorCost;
        return new Terms(base, models, wanted, cost);
    }

    private Correction correction() {
        for (Correction c : Correction.values()) {
            if (c.key().equals(correction.toLowerCase(Locale.ROOT))) {
                return c;
            }
        }
        throw new IllegalArgumentException(
                "--correction is '" + correction + "'; allowed are none, bonferroni, holm, fixed-sequence");
    }

    private void write(Validation validation) throws IOException {
        PrintWriter out = spec().commandLine().getOut();
        if (json) {
            out.println(ValidationJson.render(validation));
        } else {
            out.println(Phrases.total(validation));
            for (TaskResult t : validation.tasks()) {
                Phrases.doubts(t).forEach(doubt -> out.println("      data of " + t.task() + ": " + doubt));
                out.println(Phrases.word(t) + "  " + t.task() + ": " + Phrases.headline(t));
            }
        }
        out.flush();
        if (report != null) {
            Files.writeString(report, ValidationHtml.render(validation, LocalDate.now(clock)));
            err().println("report: " + report);
        }
        if (markdown != null) {
            Files.writeString(markdown, ValidationMarkdown.render(validation, LocalDate.now(clock)));
            err().println("report: " + markdown);
        }
    }

    private void accept(Validation validation, @Nullable RoutingPolicy routing, Path directory) throws IOException {
        String version = ValidateCommand.class.getPackage().getImplementationVersion();
        String tool = "camel-llm-router " + (version == null ? "(unpackaged)" : version);
        EvidenceBook book = new EvidenceBook(directory, routing, required("--by NAME", by), LocalDate.now(clock), tool);
        Map<String, Path> written = book.enter(validation);
        for (TaskResult t : validation.tasks()) {
            err().println("evidence: " + written.get(t.task()) + ": " + t.candidate() + " "
                    + t.acceptance().key());
        }
        if (routing == null) {
            err().println("this evidence is bound to no policy, so no gateway takes it; accept it with --policy FILE");
        }
    }

    private int check() throws IOException {
        if (policy == null) {
            String variable = System.getenv().getOrDefault(PolicyFile.VARIABLE, "");
            policy = variable.isBlank() ? null : Path.of(variable);
        }
        Path file = required("--policy FILE", policy);
        Path directory = directory();
        List<String> faults =
                EvidenceCheck.read(directory).faults(policies.load(file), directory, LocalDate.now(clock));
        faults.forEach(spec().commandLine().getOut()::println);
        spec().commandLine().getOut().flush();
        return faults.isEmpty() ? 0 : NO;
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing; see validate --help");
        }
        return value;
    }

    private int wrong(String message) {
        err().println("validate: " + message);
        err().flush();
        return WRONG_USAGE;
    }

    private PrintWriter err() {
        return spec().commandLine().getErr();
    }

    private CommandSpec spec() {
        return required("command", spec);
    }
}
