package dev.llmrouter.report;

import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the evidence for a task is worth, in words. */
public final class ProofWords {
    private static final String NOT_NEEDED = "not-needed";
    private static final String VALID = "valid";
    private static final String WAIVED = "waived";

    private final RoutingPolicy policy;
    private final EvidenceCheck evidence;
    private final LocalDate today;

    /** @param today decides which proofs and waivers have expired */
    public ProofWords(RoutingPolicy policy, EvidenceCheck evidence, LocalDate today) {
        this.policy = policy;
        this.evidence = evidence;
        this.today = today;
    }

    /** In a few words, for a table: the state and what it means. */
    public String state(Task task) {
        return switch (key(task)) {
            case NOT_NEEDED -> "not needed: " + meaning(task);
            case VALID, WAIVED -> key(task) + " " + meaning(task);
            default -> key(task) + ": " + meaning(task);
        };
    }

    /** What the state means for requests, in words that follow it. */
    public String meaning(Task task) {
        Task.Waiver waiver = task.waiver();
        String members = switch (key(task)) {
            case NOT_NEEDED ->
                task.tier().equals(policy.baseline())
                        ? "this is the baseline"
                        : "nothing here costs less than the baseline";
            case VALID ->
                "until " + evidence.finding(policy, task, proven(task), today).until() + leftOut(task);
            case WAIVED -> waiver == null ? "" : "until " + waiver.until() + " by " + waiver.by();
            default -> isEnforced() ? "tier " + policy.baseline() + " serves in its place" : "served all the same";
        };
        return members + canary(task);
    }

    /**
     * {@code valid}, {@code missing}, {@code invalid}, {@code expired}, {@code waived} or {@code not-needed}: of the models of the tier that
     * serve. Where evidence is enforced, those are the proven ones if there are any.
     */
    public String key(Task task) {
        Tier tier = policy.tier(task.tier()).orElseThrow();
        if (tier.name().equals(policy.baseline())
                || !policy.isCheaperThanBaseline(tier)
                || members(task).isEmpty()) {
            return NOT_NEEDED;
        }
        EvidenceCheck.State state =
                evidence.finding(policy, task, members(task), today).state();
        if (state == EvidenceCheck.State.VALID) {
            return VALID;
        }
        return isWaived(task) ? WAIVED : isEnforced() && !proven(task).isEmpty() ? VALID : state.key();
    }

    private boolean isWaived(Task task) {
        Task.Waiver waiver = task.waiver();
        return waiver != null && !today.isAfter(waiver.until());
    }

    private boolean isEnforced() {
        return policy.evidence() == EvidenceMode.ENFORCE || policy.evidence() == EvidenceMode.COLLECT;
    }

    private EvidenceCheck.State state(Task task, String model) {
        return evidence.finding(policy, task, List.of(model), today).state();
    }

    private List<String> proven(Task task) {
        return members(task).stream()
                .filter(model -> state(task, model) == EvidenceCheck.State.VALID)
                .toList();
    }

    private String leftOut(Task task) {
        List<String> out = members(task).stream()
                .filter(model -> state(task, model) != EvidenceCheck.State.VALID)
                .map(model -> model + " (" + state(task, model).key() + ")")
                .toList();
        return out.isEmpty() ? "" : "; left out: " + String.join(", ", out);
    }

    /** Of a canary that is no member and has no proof; empty for any other. */
    private String canary(Task task) {
        Tier tier = policy.tier(task.tier()).orElseThrow();
        String canary = tier.canary() == null ? null : tier.canary().model();
        boolean isOpen = key(task).equals(NOT_NEEDED) || isWaived(task) || policy.evidence() == EvidenceMode.OFF;
        if (canary == null
                || isOpen
                || canary.equals(reference())
                || members(task).contains(canary)) {
            return "";
        }
        EvidenceCheck.State state = state(task, canary);
        return state == EvidenceCheck.State.VALID
                ? ""
                : "; canary " + canary + " is " + (isEnforced() ? "left out" : "served unproven") + " (" + state.key()
                        + ")";
    }

    /** One sentence for each model of the task's tier and its canary, then what is wrong. */
    List<String> details(Task task) {
        List<String> all = new ArrayList<>();
        for (String model : compared(task)) {
            all.add(evidence.proof(task.name(), model)
                    .map(proof -> sentence(model, proof))
                    .orElse(model + ": never compared with the baseline."));
        }
        EvidenceCheck.Finding finding = evidence.finding(policy, task, compared(task), today);
        if (finding.state() != EvidenceCheck.State.MISSING) {
            finding.problems().forEach(problem -> all.add("The evidence for " + problem + "."));
        }
        Task.Waiver waiver = task.waiver();
        if (waiver != null) {
            all.add("Waiver by " + waiver.by() + ", "
                    + (today.isAfter(waiver.until()) ? "expired on " : "until ") + waiver.until() + ": "
                    + waiver.reason());
        }
        return all;
    }

    private static String sentence(String model, Proof proof) {
        String closed = ClosingWords.byPairs(proof);
        String remark = closed == null
                ? ""
                : " It was " + closed
                        + ", by bets that are settled before the interval is, which may reach within the margin.";
        return figures(model, proof) + remark;
    }

    private static String figures(String model, Proof proof) {
        return Phrases.format(
                "%s against %s on %,d examples (%s): %s and %s, a difference of %s points (%s to %s) where a loss of %s is"
                        + " accepted: %s by %s on %s, holds until %s.",
                model,
                proof.baseline(),
                proof.n(),
                proof.dataSet(),
                Phrases.percent(proof.candidateQuality()),
                Phrases.percent(proof.baselineQuality()),
                Phrases.points(proof.difference()),
                Phrases.points(proof.low()),
                Phrases.points(proof.high()),
                Phrases.format("%.1f", 100 * proof.margin()),
                proof.isAccepted() ? "accepted" : "not accepted (" + proof.acceptance() + ")",
                proof.by(),
                proof.accepted(),
                proof.expires());
    }

    /** The models of the task's tier that need a proof: all but the one that they are compared with. */
    private List<String> members(Task task) {
        return policy.tier(task.tier()).orElseThrow().models().stream()
                .map(Tier.Member::model)
                .filter(model -> !model.equals(reference()))
                .toList();
    }

    private String reference() {
        return policy.baselineTier().models().get(0).model();
    }

    /** Those, and the canary. */
    private List<String> compared(Task task) {
        return Stream.concat(
                        members(task).stream(),
                        policy.tier(task.tier()).stream()
                                .flatMap(tier -> Stream.ofNullable(tier.canary()))
                                .map(Tier.Share::model)
                                .filter(model -> !model.equals(reference())))
                .distinct()
                .toList();
    }
}
