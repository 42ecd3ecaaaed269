package dev.llmrouter.cli;

import dev.llmrouter.audit.collect.CollectedEvidence;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RouteChangeEntry;
import dev.llmrouter.report.CollectedPage;
import dev.llmrouter.report.CollectedText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code collected}: what live traffic has shown so far, and a person's word that opens a route. Reads the ledger. */
@Command(
        name = "collected",
        mixinStandardHelpOptions = true,
        description =
                "Shows what evidence 'evidence: collect' has gathered on live traffic; with --accept opens routes.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:--accept, and no route is ready to be opened",
            "2:wrong usage, or there is no ledger that can be read"
        })
public final class CollectedCommand extends ConsoleCommand {
    private static final int NO = 1;

    private final Clock clock;
    private final Map<String, String> environment;

    @Mixin
    LedgerOptions ledger = new LedgerOptions();

    @Option(names = "--policy", paramLabel = "FILE", description = "Routing policy. Default: LLM_ROUTER_POLICY.")
    @Nullable
    String policy;

    @Option(names = "--evidence", paramLabel = "DIR", description = "Where evidence lies. Default: beside the policy.")
    @Nullable
    Path evidence;

    @Option(names = "--json", description = "Prints it as JSON.")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with the path of every test.")
    @Nullable
    Path html;

    @Option(names = "--accept", description = "Opens the routes that are ready: writes their evidence; needs --by.")
    boolean accept;

    @Option(
            names = "--anew",
            description =
                    "Begins the collection of a task anew, for models whose route is not open: what was collected counts no"
                            + " more, and only a person opens the route. For one that was rejected and has been mended; needs --task and --by.")
    boolean anew;

    @Option(names = "--task", paramLabel = "NAME", description = "Only this task.")
    @Nullable
    String task;

    @Option(names = "--by", paramLabel = "NAME", description = "Who accepts the evidence, or begins anew.")
    @Nullable
    String by;

    /** A command with the system's clock and environment. */
    public CollectedCommand() {
        this(Clock.systemUTC(), System.getenv());
    }

    /**
     * @param clock says which day it is
     * @param environment says where policy and ledger are, unless an option does
     */
    public CollectedCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() throws IOException {
        if (accept && (by == null || by.isBlank())) {
            return wrong("--accept needs --by NAME: evidence says who accepted it");
        }
        if (anew && (accept || task == null || by == null || by.isBlank())) {
            return wrong(
                    "--anew needs --task NAME and --by NAME, and goes without --accept: what was collected counts no more");
        }
        String name = PolicyFile.choose(policy, environment);
        RoutingPolicy loaded;
        LedgerSettings settings;
        try {
            settings = ledger.settings(environment);
            loaded = PolicyFile.loadWithoutSecrets(name, clock);
        } catch (PolicyException e) {
            return wrong(e.check().text());
        } catch (IllegalArgumentException | IOException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
        if (task != null && loaded.task(task).isEmpty()) {
            return wrong("--task " + task + ": the policy has no such task; it has "
                    + String.join(", ", loaded.tasks().keySet()));
        }
        Path folder = evidence != null ? evidence : PolicyFile.evidence(name);
        String fault = EvidenceOption.fault(evidence, accept);
        if (fault == null) {
            WrittenFiles files =
                    new WrittenFiles().readsPolicy("--policy", name).readsEvidence(folder);
            fault = files.reads("the ledger", settings.isEmbedded() ? settings.file() : null)
                    .writes("--html", html)
                    .fault();
        }
        if (fault != null) {
            return wrong(fault);
        }
        Instant now = clock.instant();
        List<CollectedRoute> routes;
        try (LedgerReader reader = LedgerReader.openForReport(settings)) {
            // without keys nobody can say whether the gateway simulates; what a simulator made up is told by its pairs
            routes =
                    CollectedRoute.of(reader.pairs(), loaded, false, EvidenceCheck.read(folder, loaded, name), now)
                            .stream()
                            .filter(route ->
                                    task == null || task.equals(route.question().task()))
                            .toList();
        } catch (SQLException e) {
            return wrong("the ledger in " + settings.place() + " cannot be read: " + e.getMessage()
                    + ". Name the data folder of a gateway that collects with --data DIR or LLM_ROUTER_DATA.");
        }
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        if (html != null) {
            try {
                PartFile.writeText(html, CollectedPage.of(routes, today.toString()));
            } catch (IOException e) {
                return wrong("--html cannot be written: " + Explained.reason(e) + ". Name another file, or make room.");
            }
        }
        PrintWriter out = out();
        if (!anew) {
            out.print(json ? CollectedText.json(routes) + "\n" : CollectedText.of(routes));
        }
        out.flush();
        return anew ? beginAnew(routes, settings, now) : accept ? open(routes, folder, loaded, today) : 0;
    }

    /** Writes closings, as the gateway does: pairs count from then on. */
    private int beginAnew(List<CollectedRoute> routes, LedgerSettings settings, Instant now) {
        PrintWriter err = err();
        List<RouteChangeEntry> closings = routes.stream()
                .filter(route -> !route.isOpen())
                .map(CollectedRoute::question)
                .map(question -> question.change(
                        question.task() + '/' + question.candidate() + "/closed/anew " + now,
                        now.toEpochMilli(),
                        false,
                        String.valueOf(by).strip()))
                .toList();
        if (closings.isEmpty()) {
            err.println("collected: task '" + task + "' has no collection whose route is not open");
            err.flush();
            return NO;
        }
        try (Ledger written = Ledger.open(settings, System::nanoTime)) {
            written.write(closings);
            if (written.written() < closings.size()) {
                err.println("collected: " + settings.place() + " does not take it now; try again");
                err.flush();
                return NO;
            }
        }
        closings.forEach(closing -> err.println("collected: task '" + closing.task() + "': the collection for model '"
                + closing.candidate() + "' begins anew; only a person opens its route"));
        err.flush();
        return 0;
    }

    private int open(List<CollectedRoute> routes, Path folder, RoutingPolicy loaded, LocalDate today)
            throws IOException {
        PrintWriter err = err();
        CollectedEvidence book =
                new CollectedEvidence(folder, loaded, String.valueOf(by).strip(), today, new Version().getVersion()[0]);
        int opened = 0;
        for (CollectedRoute route : routes) {
            if (route.isReady() && !route.question().isSimulated()) {
                err.println("evidence: " + book.open(route) + ": "
                        + route.question().candidate() + " accepted");
                opened++;
            }
        }
        if (opened == 0) {
            err.println("collected: no route is ready to be opened");
        }
        err.flush();
        return opened == 0 ? NO : 0;
    }
}
