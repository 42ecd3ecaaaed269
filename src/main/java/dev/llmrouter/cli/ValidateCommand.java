package dev.llmrouter.cli;

import dev.llmrouter.evaluate.Correction;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.Verdict;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.report.Phrases;
import dev.llmrouter.report.ValidationHtml;
import dev.llmrouter.report.ValidationJson;
import dev.llmrouter.report.ValidationMarkdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code validate}: may a task be served by a cheaper model? Exit code 0: all pass; 1: not all; 2: wrong usage. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Compares a candidate model with the baseline on a data set with recorded answers.")
public final class ValidateCommand implements Callable<Integer> {
    private static final int NO = 1;
    private static final int WRONG_USAGE = 2;

    /** Loads the policy that {@code --check} looks at. */
    @FunctionalInterface
    public interface PolicySource {
        /** @throws IOException if it cannot be read @throws RuntimeException if it is not usable; the message says why */
        RoutingPolicy load(Path file) throws IOException;
    }

    private final Clock clock;
    private final @Nullable PolicySource policies;

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

    @Option(names = "--accept", description = "Write evidence for each task that passes; needs --by.")
    boolean accept;

    @Option(names = "--evidence", paramLabel = "DIR", description = "Where evidence lies. Default: ${DEFAULT-VALUE}.")
    Path evidence = Path.of("evidence");

    @Option(names = "--by", paramLabel = "NAME", description = "Who accepts the evidence.")
    @Nullable
    String by;

    @Option(names = "--check", description = "Only check that every cheap route of --policy has valid evidence.")
    boolean check;

    @Option(names = "--policy", paramLabel = "FILE", description = "Policy for --check.")
    @Nullable
    Path policy;

    /** A command with the system clock that cannot load policies ({@code --check} says so). */
    public ValidateCommand() {
        this(Clock.systemDefaultZone(), null);
    }

    /** @param policies loads policies for {@code --check}; null if there is none */
    public ValidateCommand(Clock clock, @Nullable PolicySource policies) {
        this.clock = clock;
        this.policies = policies;
    }

    @Override
    public Integer call() {
        try {
            return check ? check() : validate();
        } catch (IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return wrong("cannot read or write a file: " + e);
        }
    }

    private int validate() throws IOException {
        Path file = required("--data FILE", data);
        Settings settings = settings();
        if (accept && (by == null || by.isBlank())) {
            return wrong("--accept needs --by NAME: evidence says who accepted it");
        }
        if (accept && candidates.size() > 1) {
            return wrong("--accept takes one --candidate: a task has one evidence file");
        }
        Validation validation = Validation.run(
                file, settings, bad -> err().println(file + ": line " + bad.line() + ": " + bad.problem()));
        if (validation.examples() == 0) {
            return wrong(file + ": has no usable example; each line has to be an object with 'task' and 'input'");
        }
        List<String> missing = validation.modelsWithoutAnswers();
        if (!missing.isEmpty()) {
            return wrong(file + ": has no recorded outputs of " + String.join(", ", missing)
                    + ". Calling models live is not possible in this version: record their answers through the running"
                    + " gateway and put them under 'outputs' of each line");
        }
        write(validation);
        return validation.passed() ? 0 : NO;
    }

    private Settings settings() {
        String base = required("--baseline MODEL", baseline);
        double wanted = required("--margin SHARE", margin);
        new Gate(wanted, alpha);
        if (candidates.isEmpty() || candidates.contains(base)) {
            throw new IllegalArgumentException("--candidate is missing or is the baseline; name a cheaper model");
        }
        if (perDay != null && perDay < 0) {
            throw new IllegalArgumentException("--per-day is " + perDay + "; it has to be 0 or more");
        }
        if (errorCost != null && !(errorCost >= 0 && errorCost < 1e12)) {
            throw new IllegalArgumentException("--error-cost is " + errorCost + "; it has to be 0 or more");
        }
        return new Settings(base, candidates, wanted, alpha, correction(), acrossTasks, scorers, errorCost, perDay);
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
            for (TaskResult t : validation.tasks()) {
                out.println(t.gate().verdict().key() + "  " + t.task() + " (" + t.candidate() + "): "
                        + Phrases.headline(t));
                t.warnings().forEach(w -> out.println("      data: " + w));
            }
        }
        out.flush();
        if (report != null) {
            Files.writeString(report, ValidationHtml.render(validation));
            err().println("report: " + report);
        }
        if (markdown != null) {
            Files.writeString(markdown, ValidationMarkdown.render(validation));
            err().println("report: " + markdown);
        }
        for (TaskResult t : accept ? validation.tasks() : List.<TaskResult>of()) {
            if (t.gate().verdict() == Verdict.PASS && t.isSuspect()) {
                err().println("task '" + t.task()
                        + "': no evidence written: the candidate is more than ten points better"
                        + " than the baseline; check how the baseline's answers were read");
            } else if (t.gate().verdict() == Verdict.PASS) {
                err().println("evidence: " + evidence(validation, t).write(evidence));
            }
        }
    }

    private EvidenceFile evidence(Validation validation, TaskResult result) {
        String version = ValidateCommand.class.getPackage().getImplementationVersion();
        String tool = "camel-llm-router " + (version == null ? "(unpackaged)" : version);
        return EvidenceFile.of(validation, result, required("--by NAME", by), LocalDate.now(clock), tool);
    }

    private int check() throws IOException {
        Path file = required("--policy FILE", policy);
        if (policies == null) {
            return wrong("--check cannot load policies here; run it from the application jar");
        }
        List<String> faults = EvidenceCheck.check(policies.load(file), evidence, LocalDate.now(clock));
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
