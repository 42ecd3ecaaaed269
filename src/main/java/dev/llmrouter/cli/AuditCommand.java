package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.AuditJson;
import dev.llmrouter.audit.AuditText;
import dev.llmrouter.audit.drift.DriftJson;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftResponse;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftText;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit}: what was routed where, what it cost and how good it was. Reads the ledger, gateway running or not. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description =
                "Shows per task and tier what was routed, what it cost, how good it was, and what has changed lately."
                        + " Reads the ledger.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:what --fail-on names was found",
            "2:wrong usage, or there is no ledger that can be read"
        })
public final class AuditCommand extends ConsoleCommand {
    private static final int NO = 1;

    private final Clock clock;
    private final Map<String, String> environment;

    @Mixin
    LedgerOptions ledger = new LedgerOptions();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "How far to look back: a number and s, m, h, d or w, as in 90d. Default: to the oldest request; 90d with"
                            + " --html, --markdown, --patch or --against.")
    @Nullable
    String since;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Routing policy that says which tier is the baseline and what loss is acceptable.")
    @Nullable
    Path policy;

    @Option(names = "--json", description = "Prints the audit as JSON.")
    boolean json;

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            description =
                    "Ends with exit code 1 on: quality, where a task is shown to be below what the policy (--policy)"
                            + " accepts; drift, where something has changed, or on quality; none. Default: quality.")
    String failOn = "quality";

    @Option(
            names = "--revoke",
            description =
                    "Does what review.onDrift: premium in the policy says about an alarm of quality: revokes the task's"
                            + " evidence, so that a gateway serves it at the baseline tier until it is validated again.")
    boolean revoke;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            description = "Folder with the evidence. Default: evidence beside the policy.")
    @Nullable
    Path evidence;

    @Mixin
    RoutingOptions routing = new RoutingOptions();

    /** A command with the system's clock and environment. */
    public AuditCommand() {
        this(Clock.systemUTC(), System.getenv());
    }

    /**
     * @param clock says until when
     * @param environment says where the ledger is, unless an option does
     */
    public AuditCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() {
        Instant now = clock.instant();
        if (!Set.of("quality", "drift", "none").contains(failOn)) {
            return wrong("--fail-on is '" + failOn + "'; allowed are quality, drift and none");
        }
        if (routing.areGiven() && policy == null) {
            return wrong("--html, --markdown, --patch and --against need --policy FILE, the policy that is audited");
        }
        if (revoke && policy == null) {
            return wrong("--revoke needs --policy FILE, which says of which tasks the evidence is revoked");
        }
        Instant from = routing.areGiven() ? now.minus(RoutingAudit.USUAL) : null;
        if (since != null) {
            try {
                from = now.minus(Span.parse(since));
            } catch (IllegalArgumentException e) {
                return wrong("--since " + e.getMessage());
            }
        }
        LedgerSettings settings;
        RoutingPolicy loaded = null;
        try {
            settings = ledger.settings(environment);
            if (policy != null) {
                loaded = PolicyFile.loadWithoutSecrets(policy, clock);
                routing.load(clock);
            }
        } catch (PolicyException e) {
            return wrong(e.check().text());
        } catch (IllegalArgumentException | IOException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
        String fault = fault(settings);
        if (fault != null) {
            return wrong(fault);
        }
        try (LedgerReader reader = LedgerReader.openForReport(settings)) {
            Audit audit = audit(reader, from, now);
            List<AnsweredDrift> answered = loaded == null
                    ? List.of()
                    : EvidenceCheck.read(evidenceFolder()).answeredDrifts();
            DriftReport drift = DriftWatch.of(reader, now, loaded, answered, DriftSettings.ofDefaults());
            if (revoke && loaded != null) {
                drift = new DriftResponse(loaded, evidenceFolder(), LocalDate.ofInstant(now, ZoneOffset.UTC))
                        .respond(drift);
            }
            if (loaded != null && audit.requests() > RoutingAudit.MOST_FOR_PAGES) {
                err().printf(
                                Locale.ROOT,
                                "%,d requests are looked at one by one, which may take minutes; a shorter --since looks at fewer%n",
                                audit.requests());
                err().flush();
            }
            RoutingOptions.Routed routed = policy == null || loaded == null
                    ? null
                    : routing.audit(
                            reader,
                            audit,
                            drift,
                            loaded,
                            policy,
                            evidenceFolder(),
                            LocalDate.ofInstant(now, ZoneOffset.UTC));
            print(audit, drift, routed);
            if (routed != null) {
                routing.write(routed, err());
            }
            return isBad(routed, drift) ? NO : 0;
        } catch (IOException e) {
            return wrong("a file cannot be read or written: " + Explained.reason(e));
        } catch (SQLException e) {
            return wrong(
                    "the ledger in " + settings.place() + " cannot be read: " + e.getMessage()
                            + ". Name the data folder of a gateway that has served requests with --data DIR or LLM_ROUTER_DATA.");
        }
    }

    private Audit audit(LedgerReader reader, @Nullable Instant from, Instant to) throws SQLException, IOException {
        Audit audit = Audit.of(reader, from, to);
        long simulated = policy != null // whose audit says it
                ? 0
                : reader.routing().simulated(LedgerFilter.between(audit.from().toEpochMilli(), to.toEpochMilli()));
        return simulated == 0 ? audit : audit.plus(Audit.simulated(simulated));
    }

    /** What would lose a file, or the work; null for nothing. */
    private @Nullable String fault(LedgerSettings settings) {
        String folder = EvidenceOption.fault(evidence, false);
        if (folder != null) {
            return folder;
        }
        WrittenFiles files = new WrittenFiles().reads("--policy", policy);
        if (settings.isEmbedded()) {
            files.reads("the ledger", settings.file());
        }
        if (policy != null) {
            files.readsEvidence(evidenceFolder());
        }
        routing.tell(files);
        return files.fault();
    }

    private Path evidenceFolder() {
        if (evidence != null) {
            return evidence;
        }
        return Objects.requireNonNull(policy, "a policy is given with --revoke")
                .toAbsolutePath()
                .resolveSibling("evidence");
    }

    private void print(Audit audit, DriftReport drift, RoutingOptions.@Nullable Routed routed) {
        PrintWriter out = out();
        if (json) {
            ObjectNode tree = AuditJson.tree(
                    audit, routed == null ? List.of() : routed.audit().advice());
            DriftJson.add(tree, drift);
            if (routed != null) {
                routed.addTo(tree);
            }
            out.println(AuditJson.write(tree));
        } else {
            out.print(AuditText.write(audit));
            out.print(DriftText.write(drift));
            if (routed != null) {
                routed.print(out);
            } else {
                out.printf("%nWhat to change depends on what is acceptable: name the policy with --policy FILE.%n");
            }
        }
        out.flush();
    }

    private boolean isBad(RoutingOptions.@Nullable Routed routed, DriftReport drift) {
        boolean isBelowPolicy = routed != null && routed.audit().isBelowPolicy();
        return switch (failOn) {
            case "none" -> false;
            case "drift" -> isBelowPolicy || !drift.alarms().isEmpty();
            default -> isBelowPolicy;
        };
    }
}
