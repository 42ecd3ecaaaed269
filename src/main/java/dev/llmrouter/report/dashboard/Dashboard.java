package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.RecentRequest;
import dev.llmrouter.record.ledger.TrafficFlow;
import dev.llmrouter.record.ledger.TrafficSlot;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows.
 *
 * @param now when it was read
 * @param simulated whether the simulator stands in for every provider
 * @param reloadProblem why the policy's file as it is now is not in force; null if it is
 * @param proofs one for each task whose tier is not the baseline
 * @param collected where the collection of evidence stands; empty where none is collected
 * @param deployments one for each model of the policy
 * @param traffic null where there is no ledger, or it cannot be read
 * @param drift what has changed; null likewise
 * @param routing the routing audit of its usual time, whatever the view is; null while it is not known
 * @param ledgerProblem why there is no traffic to show; null if there is
 * @param view what the reader has chosen
 */
public record Dashboard(
        Instant now,
        RoutingPolicy policy,
        boolean simulated,
        @Nullable String reloadProblem,
        List<ProofState> proofs,
        List<CollectedRoute> collected,
        List<Deployment> deployments,
        @Nullable Traffic traffic,
        @Nullable Drift drift,
        @Nullable RoutingAudit routing,
        @Nullable String ledgerProblem,
        View view) {
    public Dashboard {
        proofs = List.copyOf(proofs);
        collected = List.copyOf(collected);
        deployments = List.copyOf(deployments);
    }

    /**
     * What the evidence for a task is worth.
     *
     * @param state {@code valid}, {@code missing}, {@code invalid}, {@code expired} or {@code waived}
     * @param text the same in words, with dates
     */
    public record ProofState(String task, String tier, String state, String text) {}

    /**
     * A model and whether it takes requests now.
     *
     * @param tiers that it serves, joined
     * @param resting why it rests and for how long; null if it is available
     * @param breaker state of its circuit breaker
     */
    public record Deployment(
            String model,
            String provider,
            String tiers,
            @Nullable String resting,
            String breaker) {}

    /**
     * The reader's choice.
     *
     * @param window one of {@link Window}
     * @param task null for all
     * @param caller null for all
     */
    public record View(
            Window window, @Nullable String task, @Nullable String caller) {}

    /**
     * What has changed.
     *
     * @param days sums of every destination, of as many days as are shown
     * @param span days that are shown, from 1
     */
    public record Drift(DriftReport report, List<DaySums> days, int span) {
        public Drift {
            days = List.copyOf(days);
        }
    }

    /**
     * What the ledger says.
     *
     * @param slots of time that the window is divided into
     * @param recent the latest first
     */
    public record Traffic(
            Audit audit,
            List<TrafficFlow> flows,
            List<TrafficSlot> perSlot,
            int slots,
            List<RecentRequest> recent,
            List<String> callers) {
        public Traffic {
            flows = List.copyOf(flows);
            perSlot = List.copyOf(perSlot);
            recent = List.copyOf(recent);
            callers = List.copyOf(callers);
        }
    }
}
