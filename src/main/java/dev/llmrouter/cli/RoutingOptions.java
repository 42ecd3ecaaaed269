package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.audit.routing.RoutingJson;
import dev.llmrouter.audit.routing.RoutingPatch;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.report.AuditDocument;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The routing audit: with which policies the ledger is replayed, and where the report is written. */
final class RoutingOptions {
    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the routing audit as one HTML file. Needs --policy.")
    @Nullable
    Path html;

    @Option(names = "--markdown", paramLabel = "FILE", description = "The same as Markdown. Needs --policy.")
    @Nullable
    Path markdown;

    @Option(
            names = "--against",
            paramLabel = "POLICY",
            description =
                    "Another policy: what would these requests have cost under it? May be given several times. Needs --policy.")
    List<Path> against = new ArrayList<>();

    @Option(
            names = "--patch",
            paramLabel = "FILE",
            description = "Write the recommended changes of the policy as a patch for git apply -p0. Needs --policy.")
    @Nullable
    Path patch;

    private Map<String, RoutingPolicy> others = Map.of();

    /** Whether anything is asked for that takes a policy. */
    boolean areGiven() {
        return html != null || markdown != null || patch != null || !against.isEmpty();
    }

    /** Tells which files are read and written. */
    void tell(WrittenFiles files) {
        against.forEach(file -> files.reads("--against", file));
        files.writes("--html", html).writes("--markdown", markdown).writes("--patch", patch);
    }

    /** Reads the policies to compare with. @throws IOException if one cannot be read */
    void load(Clock clock) throws IOException {
        Map<String, RoutingPolicy> all = new LinkedHashMap<>();
        for (Path file : against) {
            all.put(file.toString(), PolicyFile.loadAnother("--against", file.toString(), clock));
        }
        others = all;
    }

    /** A routing audit, the patch that it recommends, and what of the recommended changes no patch can do. */
    record Routed(RoutingAudit audit, List<String> alarms, String patch, List<String> byHand) {
        void addTo(ObjectNode tree) {
            RoutingJson.add(tree, audit, patch);
        }

        /** What the table for people says besides. */
        void print(PrintWriter out) {
            out.println();
            out.print(RoutingText.write(audit));
            if (!patch.isEmpty()) {
                out.println();
                out.print(patch);
            }
        }
    }

    Routed audit(
            LedgerReader ledger,
            Audit audit,
            DriftReport drift,
            RoutingPolicy policy,
            Path file,
            Path evidence,
            LocalDate today)
            throws SQLException, IOException {
        RoutingAudit routing = RoutingAudit.of(
                ledger, audit, drift, policy, EvidenceCheck.read(evidence, policy, file.toString()), today, others);
        if (!routing.hasChanges()) {
            return new Routed(routing, audit.alarms(), "", List.of());
        }
        String text = Files.readString(file);
        String path = Suggesting.pathForPatch(file);
        return new Routed(
                routing,
                audit.alarms(),
                RoutingPatch.of(routing.recommendations(), text, path),
                RoutingPatch.byHand(routing.recommendations(), text, path));
    }

    /** Writes the files that are asked for. */
    void write(Routed routed, PrintWriter err) throws IOException {
        write(html, AuditDocument.html(routed.audit(), routed.alarms(), routed.patch()), err);
        write(markdown, AuditDocument.markdown(routed.audit(), routed.alarms(), routed.patch()), err);
        write(patch, routed.patch(), err);
        routed.byHand().forEach(each -> err.println("not in the patch: " + each));
        err.flush();
    }

    private static void write(@Nullable Path file, String text, PrintWriter err) throws IOException {
        if (file != null) {
            PartFile.writeText(file, text);
            err.println("report: " + file);
            err.flush();
        }
    }
}
