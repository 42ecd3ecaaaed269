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

/** What the evidence for a task is worth, in words. */
public final class ProofWords {
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
            case "not-needed" -> "not needed: this is the baseline";
            case "valid", "waived" -> key(task) + " " + meaning(task);
            default -> key(task) + ": " + meaning(task);
        };
    }

    /** What the state means for requests, in words that follow it. */
    public String meaning(Task task) {
        Task.Waiver waiver = task.waiver();
        return switch (key(task)) {
            case "not-needed" -> "this is the baseline";
            case "valid" ->
                "until " + evidence.finding(policy, task, models(task), today).until();
            case "waived" -> waiver == null ? "" : "until " + waiver.until() + " by " + waiver.by();
            default ->
                policy.evidence() == EvidenceMode.ENFORCE || policy.evidence() == EvidenceMode.COLLECT
                        ? "tier " + policy.baseline() + " serves in its place"
                        : "served all the same";
        };
    }

    /** {@code valid}, {@code missing}, {@code invalid}, {@code expired}, {@code waived} or {@code not-needed}. */
    public String key(Task task) {
        if (task.tier().equals(policy.baseline())) {
            return "not-needed";
        }
        EvidenceCheck.State state =
                evidence.finding(policy, task, models(task), today).state();
        Task.Waiver waiver = task.waiver();
        boolean isWaived = waiver != null && !today.isAfter(waiver.until());
        return state != EvidenceCheck.State.VALID && isWaived ? "waived" : state.key();
    }

    /** One sentence for each model of the task's tier, then what is wrong. */
    List<String> details(Task task) {
        List<String> all = new ArrayList<>();
        for (String model : models(task)) {
            all.add(evidence.proof(task.name(), model)
                    .map(proof -> sentence(model, proof))
                    .orElse(model + ": never compared with the baseline."));
        }
        EvidenceCheck.Finding finding = evidence.finding(policy, task, models(task), today);
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

    private List<String> models(Task task) {
        return policy.tier(task.tier()).orElseThrow().models().stream()
                .map(Tier.Member::model)
                .toList();
    }
}
