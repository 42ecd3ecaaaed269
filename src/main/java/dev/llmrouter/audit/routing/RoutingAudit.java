package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The routing audit of a time: for each destination what it was worth, what other policies would have cost, and what to
 * change. Of chat requests; vectors have no baseline to save against.
 *
 * @param from start of the time that is looked at
 * @param to end of it
 * @param rowsSince since when every request has its row; of those before only sums are left, which say nothing of replays,
 *     escalations and most of what should be changed; {@code to} if no row is left; null if all have theirs
 * @param policy hash of the policy that it is judged by
 * @param owner who answers for that; empty if nobody is named
 * @param tiers the same requests by task and tier alone, as {@link Audit} counts them: with the time that answers took
 * @param savings of all destinations, shadows of tiers included
 * @param mix what routing is worth above a coin; null if too little is known
 * @param replay first the policy itself, then the others, then always premium and always the cheapest
 * @param canaries how those of the policy fare that were drawn in this time
 * @param events drift of the whole time, ended or not
 */
public record RoutingAudit(
        Instant from,
        Instant to,
        @Nullable Instant rowsSince,
        String policy,
        String owner,
        List<RoutedDestination> destinations,
        List<Destination> tiers,
        Savings savings,
        @Nullable StaticMix mix,
        List<ReplayLine> replay,
        List<CanaryTrial> canaries,
        List<DriftEvent> events,
        List<Recommendation> recommendations,
        List<String> warnings) {
    /** How far an audit looks back that is not told otherwise. */
    public static final Duration USUAL = Duration.ofDays(90);

    /** Most requests of an audit that is made for a page: it reads each of them, which takes some seconds. */
    public static final int MOST_FOR_PAGES = 500_000;

    public RoutingAudit {
        destinations = List.copyOf(destinations);
        tiers = List.copyOf(tiers);
        replay = List.copyOf(replay);
        canaries = List.copyOf(canaries);
        events = List.copyOf(events);
        recommendations = List.copyOf(recommendations);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the ledger.
     *
     * @param audit of the same time
     * @param drift as of its end
     * @param against other policies by their names, for the replay
     */
    public static RoutingAudit of(
            LedgerReader ledger,
            Audit audit,
            DriftReport drift,
            RoutingPolicy policy,
            EvidenceCheck evidence,
            LocalDate today,
            Map<String, RoutingPolicy> against)
            throws SQLException {
        return new RoutingAuditing(ledger, audit, drift, policy, evidence, today).audit(against);
    }

    /** Requests of all destinations. */
    public long requests() {
        return destinations.stream().mapToLong(RoutedDestination::requests).sum();
    }

    /** Known costs of all destinations. */
    public BigDecimal costUsd() {
        return destinations.stream()
                .map(RoutedDestination::costUsd)
                .filter(Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Since when the requests are that decide what is to be changed. */
    public Instant adviceSince() {
        return rowsSince == null ? from : rowsSince;
    }

    /** What to change, in sentences. */
    public List<String> advice() {
        return recommendations.stream().map(Recommendation::text).toList();
    }

    /** Whether quality somewhere is shown to be below what the policy accepts. */
    public boolean isBelowPolicy() {
        return recommendations.stream().anyMatch(Recommendation::isBelowPolicy);
    }

    /** Whether something is to be changed in the policy. */
    public boolean hasChanges() {
        return changes() > 0;
    }

    /** How many recommendations are changes of the policy. */
    public long changes() {
        return recommendations.stream().filter(each -> each.tier() != null).count();
    }
}
