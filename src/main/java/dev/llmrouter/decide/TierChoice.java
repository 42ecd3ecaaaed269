package dev.llmrouter.decide;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses the tier of a request: by name, by task, lifted to the baseline where the policy or missing evidence says so. */
final class TierChoice {
    private static final String REMEDY = "To prove it: validate --policy FILE --data FILE --accept --by NAME";

    private static final String REMEDY_OF_LOSS =
            "Correct its errorCost or the prices if they are wrong and run validate --accept again (answers that are kept cost"
                    + " nothing), or name a tier that costs less or errs less";

    private final RoutingPolicy policy;
    private final Lifts lifts;
    private final Difficulty difficulty;
    private final Evidence evidence;
    private final Clock clock;
    private final Set<String> cheaperTiers;

    TierChoice(RoutingPolicy policy, Lifts lifts, Difficulty difficulty, Evidence evidence, Clock clock) {
        this.policy = policy;
        this.lifts = lifts;
        this.difficulty = difficulty;
        this.evidence = evidence;
        this.clock = clock;
        this.cheaperTiers = policy.tiers().values().stream()
                .filter(policy::isCheaperThanBaseline)
                .map(Tier::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The tier, with those of its models that may serve, and what the evidence for the task is worth.
     *
     * @param compared the model that the one that serves is compared with where evidence is collected; null for none
     * @param ofCanary what it is worth for the tier's canary, where that serves without a proof; else null
     */
    record Choice(
            Tier tier,
            EvidenceFinding evidence,
            @Nullable String compared,
            @Nullable EvidenceFinding ofCanary) {
        Choice(Tier tier, EvidenceFinding evidence) {
            this(tier, evidence, null);
        }

        Choice(Tier tier, EvidenceFinding evidence, @Nullable String compared) {
            this(tier, evidence, compared, null);
        }
    }

    /** @param reasons takes every step */
    Choice choose(RoutingRequest request, List<Reason> reasons) {
        Classification classification = request.classification();
        String wished = request.wish().tier();
        if (wished != null) {
            reasons.add(new Reason("tier", "the caller asks for tier '" + wished + "'"));
            return new Choice(policy.tier(wished).orElseThrow(), EvidenceFinding.NOT_NEEDED);
        }
        Task task = classification.task() == null
                ? null
                : policy.task(classification.task()).orElse(null);
        if (task == null) {
            reasons.add(new Reason(
                    "task", "no task recognised" + heard(classification) + ": unsure means the baseline tier"));
            return baseline(EvidenceFinding.NOT_NEEDED);
        }
        reasons.add(new Reason("task", describe(classification, task)));
        double least = policy.classifier().minConfidence(classification.source().step());
        if (classification.confidence() < least) {
            reasons.add(new Reason(
                    "confidence",
                    String.format(
                            Locale.ROOT,
                            "confidence %s is below %.2f: unsure means the baseline tier",
                            classification.confidenceText(),
                            least)));
            return baseline(EvidenceFinding.NOT_NEEDED);
        }
        Tier tier = policy.tier(task.tier()).orElseThrow();
        if (tier.name().equals(policy.baseline())) {
            reasons.add(new Reason("tier", "task '" + task.name() + "' is served by tier '" + tier.name() + "'"));
            return new Choice(tier, EvidenceFinding.NOT_NEEDED);
        }
        boolean isCheaper = cheaperTiers.contains(tier.name());
        LocalDate today = LocalDate.now(clock);
        Standing standing = isCheaper ? Standing.of(policy, task, tier, evidence, today) : null;
        Task.Waiver waiver = task.waiver();
        Task.Waiver inForce = waiver == null || today.isAfter(waiver.until()) ? null : waiver;
        String ended = waiver == null || inForce != null
                ? ""
                : "; the waiver of " + waiver.by() + " ended on " + waiver.until();
        String lift = lifts.lift(task, request.input());
        if (lift != null) {
            reasons.add(new Reason("premium-when", "lifted to tier '" + policy.baseline() + "': " + lift));
            return baseline(standing == null ? EvidenceFinding.NOT_NEEDED : worth(standing, inForce));
        }
        if (standing == null) {
            reasons.add(new Reason("tier", "task '" + task.name() + "' is served by tier '" + tier.name() + "'"));
            return new Choice(tier, EvidenceFinding.NOT_NEEDED);
        }
        // who explains has asked the classifiers what they say
        Difficulty.Verdict verdict =
                difficulty.judge(task, request.input(), !classification.trace().isEmpty());
        if (verdict != null && verdict.isHard()) {
            reasons.add(new Reason("gate", "lifted to tier '" + policy.baseline() + "': " + verdict.why()));
            return baseline(worth(standing, inForce));
        }
        if (verdict != null) {
            reasons.add(new Reason("gate", verdict.why()));
        }
        Choice choice = byEvidence(task, tier, standing, new Leave(inForce, ended), reasons);
        return new Choice(
                choice.tier(), choice.evidence(), choice.compared(), unprovenCanary(choice.tier(), standing, inForce));
    }

    private static @Nullable EvidenceFinding unprovenCanary(
            Tier tier, Standing standing, Task.@Nullable Waiver waiver) {
        String canary = standing.canary();
        if (canary == null || tier.canary() == null || standing.isProven(canary)) {
            return null;
        }
        return waiver == null ? standing.byModel().get(canary) : waived(waiver);
    }

    private static EvidenceFinding waived(Task.Waiver waiver) {
        return new EvidenceFinding(EvidenceState.WAIVED, null, waiver.until(), List.of());
    }

    private Choice baseline(EvidenceFinding finding) {
        return new Choice(policy.baselineTier(), finding);
    }

    private static String describe(Classification classification, Task task) {
        String how = switch (classification.source()) {
            case EXPLICIT -> "named by the caller";
            case RULE -> "by rule '" + classification.rule() + "'";
            case LEARNED -> "by the learned classifier";
            case EMBEDDING -> "by the nearest examples";
            case LLM -> "by the classifying model";
            case DEFAULT -> "by default";
        };
        return "task '" + task.name() + "' " + how + ", confidence " + classification.confidenceText()
                + heard(classification);
    }

    /** What those who were asked said; empty if nobody was. */
    private static String heard(Classification classification) {
        return classification.heard() == null ? "" : " (" + classification.heard() + ")";
    }

    /** What the evidence for a task is worth, a waiver included. */
    private EvidenceFinding worth(Standing standing, Task.@Nullable Waiver waiver) {
        if (standing.unproven().isEmpty()) {
            return standing.proven();
        }
        if (waiver != null) {
            return waived(waiver);
        }
        return isEnforced() && standing.isAnyProven() ? standing.proven() : standing.all();
    }

    private boolean isEnforced() {
        return policy.evidence() == EvidenceMode.ENFORCE || policy.evidence() == EvidenceMode.COLLECT;
    }

    /** Leave to serve without evidence. @param ended what follows the reason where there was leave; empty if there was none */
    private record Leave(Task.@Nullable Waiver inForce, String ended) {}

    private Choice byEvidence(Task task, Tier tier, Standing standing, Leave leave, List<Reason> reasons) {
        Task.Waiver waiver = leave.inForce;
        String served = "task '" + task.name() + "' is served by tier '" + tier.name() + "'";
        EvidenceFinding worth = worth(standing, waiver);
        switch (worth.state()) {
            case VALID -> {
                reasons.add(new Reason(
                        "evidence", served + ", proven by evidence " + worth.id() + " until " + worth.until()));
                String reference = policy.baselineTier().models().get(0).model();
                return new Choice(
                        proven(tier, standing, leave, reasons),
                        worth,
                        policy.evidence() == EvidenceMode.COLLECT ? reference : null);
            }
            case WAIVED -> {
                reasons.add(new Reason(
                        "evidence",
                        served + " without evidence, waived until " + worth.until()
                                + (waiver == null ? "" : " by " + waiver.by() + ": " + waiver.reason())));
                return new Choice(tier, worth);
            }
            case NOT_NEEDED -> {
                reasons.add(new Reason("tier", served));
                return new Choice(proven(tier, standing, leave, reasons), worth);
            }
            case MISSING, INVALID, EXPIRED -> {
                return unproven(task, tier, standing, worth, leave, reasons);
            }
        }
        throw new IllegalStateException("no such state of evidence: " + worth.state());
    }

    private Choice unproven(
            Task task, Tier tier, Standing standing, EvidenceFinding worth, Leave leave, List<Reason> reasons) {
        String served = "task '" + task.name() + "' is served by tier '" + tier.name() + "'";
        if (isEnforced()) {
            reasons.add(new Reason(
                    "evidence",
                    (worth.isNetLoss()
                                    ? "tier '" + tier.name() + "' is good enough for task '" + task.name()
                                            + "', but costs more than it saves ("
                                    : "no evidence that tier '" + tier.name() + "' is good enough for task '"
                                            + task.name() + "' (")
                            + Standing.said(worth) + leave.ended + "): tier '" + policy.baseline() + "' serves it. "
                            + remedy(worth)));
            String unproven = standing.unproven().get(0);
            return new Choice(
                    policy.baselineTier(), worth, policy.evidence() == EvidenceMode.COLLECT ? unproven : null);
        }
        if (policy.evidence() == EvidenceMode.OFF) {
            reasons.add(new Reason("tier", served));
            return new Choice(tier, worth);
        }
        reasons.add(new Reason(
                "evidence",
                served + " without evidence (" + Standing.said(worth) + leave.ended + "): "
                        + (worth.isNetLoss()
                                ? "it is good enough, but costs more than it saves. "
                                : "its quality is unproven. ")
                        + remedy(worth)));
        return new Choice(proven(tier, standing, leave, reasons), worth);
    }

    private static String remedy(EvidenceFinding finding) {
        return finding.isNetLoss() ? REMEDY_OF_LOSS : REMEDY;
    }

    /** The tier with the models that may serve: where evidence is enforced, those that are proven. */
    private Tier proven(Tier tier, Standing standing, Leave leave, List<Reason> reasons) {
        String canary = standing.canary();
        boolean keepsCanary = canary == null || standing.isProven(canary);
        if (canary != null && !keepsCanary && policy.evidence() != EvidenceMode.OFF) {
            reasons.add(new Reason(
                    "evidence",
                    "canary '" + canary + "' is " + (isEnforced() ? "left out" : "unproven") + ": "
                            + standing.problem(canary) + (standing.unproven().isEmpty() ? "" : leave.ended) + ". "
                            + REMEDY + " --candidate " + canary));
        }
        if (!isEnforced()) {
            return tier;
        }
        List<Tier.Member> members = new ArrayList<>(tier.models().size());
        for (Tier.Member member : tier.models()) {
            if (standing.isProven(member.model())) {
                members.add(member);
            } else {
                reasons.add(new Reason(
                        "evidence",
                        "model '" + member.model() + "' is left out: " + standing.problem(member.model()) + leave.ended
                                + ". " + REMEDY));
            }
        }
        if (keepsCanary && members.size() == tier.models().size()) {
            return tier;
        }
        return new Tier(
                tier.name(),
                members,
                tier.strategy(),
                tier.timeout(),
                tier.maxAttempts(),
                tier.sticky(),
                keepsCanary ? tier.canary() : null,
                tier.shadow(),
                tier.batch());
    }
}
