package dev.llmrouter.audit.routing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.StratifiedDifference;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Adds a routing audit to the audit's JSON. Money is an exact decimal number; what is not known is null. */
public final class RoutingJson {
    private RoutingJson() {}

    /** Adds {@code routing}. @param patch of the policy; empty if nothing is to be changed */
    public static void add(ObjectNode audit, RoutingAudit routing, String patch) {
        ObjectNode node = audit.putObject("routing");
        node.put("policy", routing.policy());
        Instant rows = routing.rowsSince();
        node.put("rows_since", rows == null ? null : rows.toString());
        savings(node.putObject("savings"), routing.savings());
        StaticMix mix = routing.mix();
        if (mix == null) {
            node.putNull("static_mix");
        } else {
            node.putObject("static_mix")
                    .put("requests", mix.requests())
                    .put("premium_share", mix.premiumShare())
                    .put("routed_loss", mix.routedLoss())
                    .put("mixed_loss", mix.mixedLoss());
        }
        ArrayNode destinations = node.putArray("destinations");
        routing.destinations().forEach(each -> destination(destinations.addObject(), each));
        ArrayNode replay = node.putArray("replay");
        for (ReplayLine line : routing.replay()) {
            replay.addObject()
                    .put("policy", line.name())
                    .put("requests", line.requests())
                    .put("priced", line.priced())
                    .put("cost_usd", line.usd())
                    .put("billed_usd", line.billedUsd())
                    .put("premium", line.premium());
        }
        ArrayNode assumptions = node.putArray("replay_assumptions");
        Replay.ASSUMPTIONS.forEach(assumptions::add);
        ArrayNode canaries = node.putArray("canaries");
        routing.canaries().forEach(each -> canary(canaries.addObject(), each));
        ArrayNode events = node.putArray("drift_events");
        for (DriftEvent event : routing.events()) {
            events.addObject()
                    .put("id", event.subject().id())
                    .put("since", event.since().toString())
                    .put("last_seen", event.lastSeen().toString())
                    .put("on", event.isOn())
                    .put("text", event.text());
        }
        ArrayNode changes = node.putArray("recommended");
        for (Recommendation each : routing.recommendations()) {
            changes.addObject()
                    .put("kind", each.kind().key())
                    .put("task", each.task())
                    .put("tier", each.tier())
                    .put("text", each.text());
        }
        ArrayNode warnings = node.putArray("warnings");
        routing.warnings().forEach(warnings::add);
        node.put("patch", patch);
    }

    private static void destination(ObjectNode node, RoutedDestination each) {
        node.put("task", each.task());
        node.put("tier", each.tier());
        node.put("model", each.model());
        node.put("requests", each.requests());
        node.put("failed", each.failed());
        node.put("cost_usd", each.costUsd());
        node.put("unknown_costs", each.unknownCosts());
        node.put("cost_per_useful_usd", each.costPerUsefulUsd());
        share(node, "useful", each.useful());
        QualityGap gap = each.gap();
        if (gap == null) {
            node.putNull("against_baseline");
        } else {
            node.putObject("against_baseline")
                    .put("difference", gap.difference())
                    .put("low", gap.low())
                    .put("high", gap.high())
                    .put("n", gap.n())
                    .put("source", gap.source())
                    .put("level", gap.level())
                    .put("scorer", gap.scorer())
                    .put("is_preference", gap.isPreference())
                    .put("at_worst", gap.isWorstCase());
        }
        node.put("margin", each.margin());
        EvidenceAge age = each.evidence();
        node.putObject("evidence")
                .put("state", age.state())
                .put("accepted", age.accepted() == null ? null : age.accepted().toString())
                .put("until", age.until() == null ? null : age.until().toString())
                .put("age_days", age.ageDays())
                .put("days_left", age.daysLeft());
        savings(node.putObject("savings"), each.savings());
        node.put("drift_events", each.drift().size());
    }

    private static void share(ObjectNode node, String name, @Nullable Share share) {
        if (share == null) {
            node.putNull(name);
        } else {
            node.putObject(name)
                    .put("mean", share.mean())
                    .put("low", share.low())
                    .put("high", share.high())
                    .put("n", share.n());
        }
    }

    private static void canary(ObjectNode node, CanaryTrial trial) {
        node.put("tier", trial.tier());
        node.put("model", trial.model());
        node.put("state", trial.state().key());
        node.put("drawn", trial.drawn());
        node.put("answered", trial.answered());
        node.put("not_drawn", trial.notDrawn());
        node.put("answered_of_others", trial.othersAnswered());
        difference(node, trial.difference());
        costs(node, trial.priced(), trial.costUsd(), trial.othersUsd());
        ArrayNode tasks = node.putArray("tasks");
        for (CanaryTrial.OfTask each : trial.tasks()) {
            ObjectNode task = tasks.addObject();
            task.put("task", each.task());
            task.put("drawn", each.drawn());
            task.put("answered", each.answered());
            task.put("not_drawn", each.notDrawn());
            task.put("answered_of_others", each.othersAnswered());
            share(task, "useful", each.useful());
            share(task, "useful_of_others", each.others());
            difference(task, each.difference());
            task.put("is_worse", each.isWorse());
            costs(task, each.priced(), each.costUsd(), each.othersUsd());
        }
    }

    private static void costs(ObjectNode node, long priced, BigDecimal usd, BigDecimal others) {
        node.put("priced", priced);
        node.put("cost_usd", priced == 0 ? null : usd);
        node.put("cost_of_as_many_others_usd", priced == 0 ? null : others);
    }

    private static void difference(ObjectNode node, @Nullable CanaryDifference difference) {
        difference(node, "against_others", difference == null ? null : difference.useful());
        difference(node, "answers_against_others", difference == null ? null : difference.answered());
    }

    private static void difference(ObjectNode node, String name, @Nullable StratifiedDifference difference) {
        if (difference == null) {
            node.putNull(name);
        } else {
            node.putObject(name)
                    .put("difference", difference.difference())
                    .put("low", difference.low())
                    .put("high", difference.high())
                    .put("n", difference.n())
                    .put("n_of_others", difference.otherN())
                    .put("margin", difference.margin());
        }
    }

    private static void savings(ObjectNode node, Savings savings) {
        node.put("comparable", savings.comparable());
        node.put("premium_usd", savings.premiumUsd());
        node.put("served_usd", savings.servedUsd());
        node.put("classifier_usd", savings.classifierUsd());
        node.put("retries_usd", savings.retriesUsd());
        node.put("escalations_usd", savings.escalationsUsd());
        node.put("checks_usd", savings.checksUsd());
        node.put("comparing_usd", savings.comparingUsd());
        Savings.Errors errors = savings.errors();
        if (errors == null) {
            node.putNull("errors_usd");
        } else {
            node.putObject("errors_usd")
                    .put("estimate", errors.usd())
                    .put("low", errors.lowUsd())
                    .put("high", errors.highUsd())
                    .put("at_worst", errors.isAtWorst());
        }
        node.put("net_usd", savings.netUsd());
    }
}
