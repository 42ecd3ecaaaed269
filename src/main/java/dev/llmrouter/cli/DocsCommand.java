package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.report.RoutingDocument;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.HtmlPage;
import dev.llmrouter.report.page.Markdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code docs}: the routing documentation that a policy, its evidence and the ledger generate. */
@Command(
        name = "docs",
        mixinStandardHelpOptions = true,
        description =
                "Writes the routing documentation: which task goes where and why, on what proof, and when it has to"
                        + " be looked at again.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:with --check: the documentation is stale or a rationale is missing; without: the policy is not usable",
            "2:wrong usage, or a file cannot be read or written"
        })
public final class DocsCommand extends ConsoleCommand {
    private static final int NO = 1;
    private static final String MARKDOWN = "routing.md";
    private static final String HTML = "routing.html";
    private static final String TITLE = "Routing of LLM requests";

    private final Clock clock;
    private final Map<String, String> environment;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy: a path, file:PATH or classpath:NAME. Default: " + PolicyFile.VARIABLE
                    + ", else the example policy.")
    @Nullable
    String policy;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder that gets " + MARKDOWN + " and " + HTML + ". Default: Markdown on standard output.")
    @Nullable
    Path out;

    @Option(
            names = "--check",
            description = "Writes nothing; exit code 1 if a task has no rationale, or if what lies in --out is not what"
                    + " would be written now.")
    boolean check;

    @Option(
            names = "--json",
            description = "Prints as JSON which files were written, or what --check found; without --out the Markdown.")
    boolean json;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            description = "Where evidence lies. Default: 'evidence' beside the policy.")
    @Nullable
    Path evidence;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "An earlier policy: adds a chapter on what has changed since, in words.")
    @Nullable
    String against;

    @Mixin
    LedgerOptions ledger = new LedgerOptions();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "How far the figures of the ledger (--data or --ledger-url) look back, as in 90d. Default: 90d.")
    String since = "90d";

    /** A command with the system's clock and environment. */
    public DocsCommand() {
        this(Clock.systemDefaultZone(), System.getenv());
    }

    /**
     * @param clock says which proofs have expired
     * @param environment names the policy and the ledger, unless an option does
     */
    public DocsCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() {
        if (check && (ledger.areGiven() || against != null)) {
            return wrong(
                    "--check goes with none of --data, --ledger-url and --against: what is measured changes all the"
                            + " time, so it is no part of what is checked.");
        }
        String name = PolicyFile.choose(policy, environment);
        String fault = fault(name);
        if (fault != null) {
            return wrong(fault);
        }
        try {
            RoutingPolicy loaded = PolicyFile.loadWithoutSecrets(name, clock);
            RoutingPolicy before = against == null ? null : PolicyFile.loadAnother("--against", against, clock);
            Path proofs = evidence != null ? evidence : PolicyFile.evidence(name);
            List<Block> blocks = new ArrayList<>(
                    RoutingDocument.of(loaded, EvidenceCheck.read(proofs, loaded, name), LocalDate.now(clock), before));
            if (ledger.areGiven()) {
                blocks.addAll(figures(loaded, EvidenceCheck.read(proofs, loaded, name)));
            }
            return check ? check(loaded, blocks, name) : write(blocks);
        } catch (PolicyException e) {
            err().println(e.check().text());
            return NO;
        } catch (SQLException e) {
            return wrong("the ledger cannot be read: " + e.getMessage());
        } catch (PolicyFile.Unreadable | IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return wrong("a file cannot be read: " + Explained.reason(e));
        }
    }

    /** What would lose a file, or read as no evidence; null for nothing. */
    private @Nullable String fault(String name) {
        String folder = EvidenceOption.fault(evidence, false);
        if (folder != null || out == null) {
            return folder;
        }
        if (Files.exists(out) && !Files.isDirectory(out)) {
            return "--out " + out + ": is a file. Name a folder.";
        }
        WrittenFiles files = new WrittenFiles().readsPolicy("--policy", name).readsPolicy("--against", against);
        return files.makes("--out", out.resolve(MARKDOWN))
                .makes("--out", out.resolve(HTML))
                .fault();
    }

    private List<Block> figures(RoutingPolicy loaded, EvidenceCheck proofs) throws SQLException, IOException {
        Duration span;
        try {
            span = Span.parse(since);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--since " + e.getMessage(), e);
        }
        Instant now = clock.instant();
        try (LedgerReader reader = LedgerReader.openForReport(ledger.settings(environment))) {
            Audit audit = Audit.of(reader, now.minus(span), now);
            RoutingAudit routing = RoutingAudit.of(
                    reader,
                    audit,
                    DriftWatch.of(reader, now, loaded, proofs.answeredDrifts(), DriftSettings.ofDefaults()),
                    loaded,
                    proofs,
                    LocalDate.ofInstant(now, ZoneOffset.UTC),
                    Map.of());
            return RoutingDocument.figures(audit, routing);
        }
    }

    private int write(List<Block> blocks) {
        PrintWriter console = out();
        if (out == null) {
            String markdown = Markdown.write(blocks);
            console.print(json ? JsonNodeFactory.instance.objectNode().put("markdown", markdown) + "\n" : markdown);
        } else if (!write(blocks, out, console)) {
            return WRONG_USAGE;
        }
        console.flush();
        return 0;
    }

    /** @return whether all of it could be written */
    private boolean write(List<Block> blocks, Path folder, PrintWriter console) {
        try {
            Files.createDirectories(folder);
            ObjectNode said = JsonNodeFactory.instance.objectNode();
            ArrayNode all = said.putArray("written");
            for (Map.Entry<String, String> file : files(blocks).entrySet()) {
                Path written = folder.resolve(file.getKey());
                PartFile.writeText(written, file.getValue());
                all.add(written.toString());
                if (!json) {
                    console.println("Wrote " + written);
                }
            }
            if (json) {
                console.println(said);
            }
            return true;
        } catch (IOException e) {
            wrong("the documentation cannot be written to " + folder + " (" + Explained.reason(e)
                    + "). Name with --out a folder that can be made and written to.");
            return false;
        }
    }

    private static Map<String, String> files(List<Block> blocks) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(MARKDOWN, Markdown.write(blocks));
        files.put(HTML, HtmlPage.write(TITLE, blocks));
        return files;
    }

    private int check(RoutingPolicy loaded, List<Block> blocks, String name) throws IOException {
        List<Finding> problems = new ArrayList<>();
        for (Task task : loaded.tasks().values()) {
            if (task.rationale().isBlank()) {
                problems.add(new Finding(
                        Finding.Kind.NO_RATIONALE,
                        task.name(),
                        null,
                        "Task '" + task.name() + "' has no rationale: say in the policy why its tier serves it."));
            }
        }
        if (out != null) {
            String remedy =
                    "docs --policy " + name + (evidence == null ? "" : " --evidence " + evidence) + " --out " + out;
            for (Map.Entry<String, String> file : files(blocks).entrySet()) {
                Path written = out.resolve(file.getKey());
                if (!Files.exists(written)) {
                    problems.add(new Finding(
                            Finding.Kind.MISSING, null, written, written + " is not there. Write it: " + remedy));
                } else if (!Files.readString(written).equals(file.getValue())) {
                    problems.add(new Finding(
                            Finding.Kind.STALE,
                            null,
                            written,
                            written + " is stale: policy or evidence have changed since. Write it anew: " + remedy));
                }
            }
        }
        PrintWriter console = out();
        if (json) {
            console.println(json(problems));
        } else {
            problems.forEach(problem -> console.println(problem.text));
        }
        if (problems.isEmpty() && !json) {
            console.println("The documentation is " + (out == null ? "complete." : "complete and up to date."));
        }
        console.flush();
        return problems.isEmpty() ? 0 : NO;
    }

    /** What the check found. @param text a sentence, with what to do */
    private record Finding(
            Kind kind, @Nullable String task, @Nullable Path file, String text) {
        enum Kind {
            NO_RATIONALE,
            MISSING,
            STALE
        }
    }

    private static ObjectNode json(List<Finding> findings) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("ok", findings.isEmpty());
        ArrayNode problems = node.putArray("problems");
        for (Finding finding : findings) {
            problems.addObject()
                    .put("kind", finding.kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("task", finding.task)
                    .put("file", finding.file == null ? null : finding.file.toString())
                    .put("text", finding.text);
        }
        return node;
    }
}
