package dev.llmrouter.camel.drift;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.AuditJson;
import dev.llmrouter.audit.drift.DriftJson;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftResponse;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.util.TimeUtils;

/**
 * Audits the ledger of the context. The body becomes a {@link DriftReport}, or the whole audit as JSON as {@code audit --json}
 * prints it. What the policy's {@code review.onDrift} says is done about an alarm of quality. It blocks while the database adds up: not on an event loop.
 */
public final class AuditProcessor extends PolicyStep {
    private static final String AUDIT = "audit";
    private static final String ALARMS = "alarms";

    private static final String NO_LEDGER =
            "There is no ledger to audit. Set the property llm-router.data to the data folder,"
                    + " or llm-router.ledger.url to the database.";

    private final Clock clock = Clock.systemUTC();
    private Duration since = Duration.ofDays(90);
    private boolean isWhole;

    /** How far the audit looks back, as {@code 90d}; default: 90 days. Drift has windows of its own. */
    public void setSince(String since) {
        long millis;
        try {
            millis = TimeUtils.toMilliSeconds(since);
        } catch (RuntimeException e) {
            millis = 0;
        }
        if (millis <= 0) {
            throw new IllegalArgumentException(
                    "since is '" + since + "'; allowed is a time above 0, as 90d or 12h. Change the parameter since.");
        }
        this.since = Duration.ofMillis(millis);
    }

    /** {@code alarms} or {@code audit}; default: alarms. */
    public void setOnly(String only) {
        if (!only.equals(AUDIT) && !only.equals(ALARMS)) {
            throw new IllegalArgumentException(
                    "only is '" + only + "'; allowed are alarms and audit. Change the parameter only.");
        }
        this.isWhole = only.equals(AUDIT);
    }

    /**
     * Loads the policy, as every step does.
     *
     * @throws IllegalStateException if no ledger is configured: every audit would fail, and nobody looks at a route that has started
     */
    @Override
    public void start() {
        super.start();
        CamelContext context = getCamelContext();
        if (context != null && !LlmRouterContext.of(context).isLedgerConfigured()) {
            throw new IllegalStateException(NO_LEDGER);
        }
    }

    @Override
    public void process(Exchange exchange) throws SQLException, IOException {
        LedgerSettings settings = LlmRouterContext.of(exchange.getContext()).openedLedgerSettings();
        if (settings == null) {
            throw new IllegalStateException(NO_LEDGER);
        }
        LoadedPolicy loaded = loaded(exchange.getContext());
        RoutingPolicy policy = loaded.policy();
        Instant now = clock.instant();
        try (LedgerReader ledger = LedgerReader.openForReport(settings)) {
            DriftReport drift = new DriftResponse(
                            policy, loaded.evidenceFolder(), LocalDate.ofInstant(now, ZoneOffset.UTC))
                    .respond(DriftWatch.of(
                            ledger, now, policy, loaded.evidence().answeredDrifts(), DriftSettings.ofDefaults()));
            if (isWhole) {
                Audit audit = Audit.of(ledger, now.minus(since), now);
                RoutingAudit routing = RoutingAudit.of(
                        ledger,
                        audit,
                        drift,
                        policy,
                        loaded.evidence(),
                        LocalDate.ofInstant(now, ZoneOffset.UTC),
                        Map.of());
                ObjectNode tree = AuditJson.tree(audit, routing.advice());
                DriftJson.add(tree, drift);
                exchange.getMessage().setBody(AuditJson.write(tree));
                exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
            } else {
                exchange.getMessage().setBody(drift);
            }
        }
    }
}
