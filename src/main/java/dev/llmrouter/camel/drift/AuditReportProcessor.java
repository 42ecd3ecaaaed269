package dev.llmrouter.camel.drift;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.AuditJson;
import dev.llmrouter.audit.drift.DriftJson;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.routing.AuditPeriod;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.audit.routing.RoutingJson;
import dev.llmrouter.audit.routing.RoutingPatch;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.report.AuditDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Writes the routing audit of the last whole week, month or quarter. The body becomes the report; {@code CamelFileName} is
 * {@code routing-audit-PERIOD} with the format's ending, {@link LlmRouterConstants#AUDIT_PERIOD} the period, and
 * {@link LlmRouterConstants#AUDIT_CHANGES} how many changes it recommends. It blocks while the database adds up: not on an
 * event loop. Safe for use by many threads once it is configured.
 */
public final class AuditReportProcessor extends PolicyStep {
    private final Clock clock = Clock.systemUTC();
    private AuditPeriod.Every every = AuditPeriod.Every.QUARTER;
    private Format format = Format.HTML;
    private String against = "";

    /** How the report is written. */
    private enum Format {
        HTML("html", "text/html;charset=utf-8"),
        MARKDOWN("md", "text/markdown;charset=utf-8"),
        JSON("json", "application/json");

        private final String ending;
        private final String type;

        Format(String ending, String type) {
            this.ending = ending;
            this.type = type;
        }
    }

    /** {@code week}, {@code month} or {@code quarter} of the calendar, in UTC; default: quarter. */
    public void setEvery(String every) {
        this.every = AuditPeriod.Every.of(every);
    }

    /** {@code html}, {@code markdown} or {@code json}; default: html. */
    public void setFormat(String format) {
        this.format = switch (format) {
            case "html" -> Format.HTML;
            case "markdown" -> Format.MARKDOWN;
            case "json" -> Format.JSON;
            default ->
                throw new IllegalArgumentException(
                        "format is '" + format + "'; allowed are html, markdown and json. Change the property format.");
        };
    }

    /** Resources of other policies, separated by commas, that the ledger is replayed under; default: none. */
    public void setAgainst(String against) {
        this.against = against;
    }

    /** The last period that is over, as {@code 2026-Q3}: the same until the next one is, for an idempotent consumer. */
    public String period() {
        return AuditPeriod.lastComplete(every, clock.instant()).name();
    }

    @Override
    public void process(Exchange exchange) throws SQLException, IOException {
        LedgerSettings settings = LlmRouterContext.of(exchange.getContext()).openedLedgerSettings();
        if (settings == null) {
            throw new IllegalStateException(
                    "There is no ledger to audit. Set the property llm-router.data to the data folder,"
                            + " or llm-router.ledger.url to the database.");
        }
        AuditPeriod period = AuditPeriod.lastComplete(every, clock.instant());
        LoadedPolicy loaded = loaded(exchange.getContext());
        RoutingPolicy policy = loaded.policy();
        try (LedgerReader ledger = LedgerReader.openForReport(settings)) {
            Instant last = period.to().minusMillis(1); // else the first day after it were its today
            Audit audit = Audit.of(ledger, period.from(), last);
            DriftReport drift =
                    DriftWatch.of(ledger, last, policy, loaded.evidence().answeredDrifts(), DriftSettings.ofDefaults());
            RoutingAudit routing = RoutingAudit.of(
                    ledger,
                    audit,
                    drift,
                    policy,
                    loaded.evidence(),
                    LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                    others(LlmRouterContext.of(exchange.getContext())));
            String patch = patch(routing, policy);
            exchange.getMessage().setBody(text(audit, drift, routing, patch));
            exchange.getMessage().setHeader(LlmRouterConstants.AUDIT_CHANGES, routing.changes());
        }
        exchange.getMessage().setHeader(LlmRouterConstants.AUDIT_PERIOD, period.name());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, format.type);
        exchange.getMessage().setHeader(Exchange.FILE_NAME, "routing-audit-" + period.name() + "." + format.ending);
    }

    private Map<String, RoutingPolicy> others(LlmRouterContext context) {
        Map<String, RoutingPolicy> all = new LinkedHashMap<>();
        for (String uri : against.split(",", -1)) {
            if (!uri.isBlank()) {
                all.put(uri.trim(), context.policy(uri.trim()).policy());
            }
        }
        return all;
    }

    private String text(Audit audit, DriftReport drift, RoutingAudit routing, String patch) {
        return switch (format) {
            case HTML -> AuditDocument.html(routing, audit.alarms(), patch);
            case MARKDOWN -> AuditDocument.markdown(routing, audit.alarms(), patch);
            case JSON -> {
                ObjectNode tree = AuditJson.tree(audit, routing.advice());
                DriftJson.add(tree, drift);
                RoutingJson.add(tree, routing, patch);
                yield AuditJson.write(tree);
            }
        };
    }

    /** Of a policy in a file; what is recommended stands in the report all the same. */
    private static String patch(RoutingAudit routing, RoutingPolicy policy) {
        String source = policy.source();
        Path file = Path.of(source.startsWith("file:") ? source.substring("file:".length()) : source);
        if (!routing.hasChanges() || source.startsWith("classpath:") || !Files.isRegularFile(file)) {
            return "";
        }
        try {
            return RoutingPatch.of(
                    routing.recommendations(), Files.readString(file), String.valueOf(file.getFileName()));
        } catch (IOException | IllegalArgumentException e) {
            return ""; // the file has changed since it was loaded, and is taken over soon
        }
    }
}
