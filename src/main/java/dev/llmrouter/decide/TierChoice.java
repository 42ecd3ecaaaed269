package dev.llmrouter.decide;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses the tier of a request: by name, by task, lifted to the baseline where the policy or missing evidence says so. */
final class TierChoice {
    /** Input tokens for each output token when the prices of two tiers are compared. Assumption. */
    private static final BigDecimal INPUT_PER_OUTPUT = BigDecimal.valueOf(3);

    private final RoutingPolicy policy;
    private final Lifts lifts;
    private final Evidence evidence;
    private final Clock clock;

    TierChoice(RoutingPolicy policy, Lifts lifts, Evidence evidence, Clock clock) {
        this.policy = policy;
        this.lifts = lifts;
        this.evidence = evidence;
        this.clock = clock;
    }

    /** @param reasons takes every step */
    Tier choose(RoutingRequest request, List<Reason> reasons) {
        Classification classification = request.classification();
        String wished = request.wish().tier();
        if (wished != null) {
            reasons.add(new Reason("tier", "the caller asks for tier '" + wished + "'"));
            return policy.tier(wished).orElseThrow();
        }
        Task task = classification.task() == null
                ? null
                : policy.task(classification.task()).orElse(null);
        if (task == null) {
            reasons.add(new Reason("task", "no task recognised: unsure means the baseline tier"));
            return policy.baselineTier();
        }
        reasons.add(new Reason("task", describe(classification, task)));
        if (classification.confidence() < policy.classifier().minConfidence()) {
            reasons.add(new Reason(
                    "confidence",
                    String.format(
                            Locale.ROOT,
                            "confidence %.2f is below %.2f: unsure means the baseline tier",
                            classification.confidence(),
                            policy.classifier().minConfidence())));
            return policy.baselineTier();
        }
        Tier tier = policy.tier(task.tier()).orElseThrow();
        if (tier.name().equals(policy.baseline())) {
            reasons.add(new Reason("tier", "task '" + task.name() + "' is served by tier '" + tier.name() + "'"));
            return tier;
        }
        String lift = lifts.lift(task, request.input());
        if (lift != null) {
            reasons.add(new Reason("premium-when", "lifted to tier '" + policy.baseline() + "': " + lift));
            return policy.baselineTier();
        }
        return byEvidence(task, tier, reasons);
    }

    private static String describe(Classification classification, Task task) {
        String how = switch (classification.source()) {
            case EXPLICIT -> "named by the caller";
            case RULE -> "by rule '" + classification.rule() + "'";
            case LEARNED -> "by the learned classifier";
            case LLM -> "by the classifying model";
            case DEFAULT -> "by default";
        };
        return String.format(
                Locale.ROOT, "task '%s' %s, confidence %.2f", task.name(), how, classification.confidence());
    }

    private Tier byEvidence(Task task, Tier tier, List<Reason> reasons) {
        String served = "task '" + task.name() + "' is served by tier '" + tier.name() + "'";
        if (policy.evidence() == EvidenceMode.OFF || !isCheaper(tier, policy.baselineTier())) {
            reasons.add(new Reason("tier", served));
            return tier;
        }
        String proof = evidence.validFor(task);
        if (proof != null) {
            reasons.add(new Reason("evidence", served + ", proven by evidence " + proof));
            return tier;
        }
        Task.Waiver waiver = task.waiver();
        if (waiver != null && !LocalDate.now(clock).isAfter(waiver.until())) {
            reasons.add(new Reason(
                    "evidence",
                    served + " without evidence, waived until " + waiver.until() + " by " + waiver.by() + ": "
                            + waiver.reason()));
            return tier;
        }
        if (policy.evidence() == EvidenceMode.WARN) {
            reasons.add(new Reason("evidence", served + " without evidence: its quality is unproven"));
            return tier;
        }
        reasons.add(new Reason(
                "evidence",
                "no evidence that tier '" + tier.name() + "' is good enough for task '" + task.name() + "': tier '"
                        + policy.baseline() + "' serves it"));
        return policy.baselineTier();
    }

    /** Whether a tier saves money against the baseline; a tier with unknown prices counts as one that does. */
    private boolean isCheaper(Tier tier, Tier baseline) {
        BigDecimal cheapest = cheapest(tier);
        BigDecimal reference = cheapest(baseline);
        return cheapest == null || reference == null || cheapest.compareTo(reference) < 0;
    }

    private @Nullable BigDecimal cheapest(Tier tier) {
        BigDecimal cheapest = null;
        for (Tier.Member member : tier.models()) {
            Price price = policy.model(member.model()).map(Model::price).orElse(null);
            if (price == null) {
                return null;
            }
            BigDecimal blended = price.input().multiply(INPUT_PER_OUTPUT).add(price.output());
            cheapest = cheapest == null ? blended : cheapest.min(blended);
        }
        return cheapest;
    }
}
