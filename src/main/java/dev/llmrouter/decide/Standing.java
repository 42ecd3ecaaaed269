package dev.llmrouter.decide;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence says of every model that may serve a task on its tier, on one day. The model that quality is measured
 * against needs no proof.
 *
 * @param byModel findings by model, canary included
 * @param canary the tier's canary, if it is no member; null for none
 */
record Standing(
        Map<String, EvidenceFinding> byModel, @Nullable String canary) {
    static Standing of(RoutingPolicy policy, Task task, Tier tier, Evidence evidence, LocalDate today) {
        String reference = policy.baselineTier().models().get(0).model();
        Map<String, EvidenceFinding> byModel = new LinkedHashMap<>();
        for (Tier.Member member : tier.models()) {
            if (!member.model().equals(reference)) {
                byModel.put(member.model(), evidence.of(task, member.model(), today));
            }
        }
        Tier.Share share = tier.canary();
        if (share == null || share.model().equals(reference) || byModel.containsKey(share.model())) {
            return new Standing(byModel, null);
        }
        byModel.put(share.model(), evidence.of(task, share.model(), today));
        return new Standing(byModel, share.model());
    }

    /** Whether the model may serve by evidence. */
    boolean isProven(String model) {
        EvidenceFinding finding = byModel.get(model);
        return finding == null || finding.isValid();
    }

    /** The members that are not proven, without the canary. */
    List<String> unproven() {
        List<String> unproven = new ArrayList<>();
        for (String model : byModel.keySet()) {
            if (!model.equals(canary) && !isProven(model)) {
                unproven.add(model);
            }
        }
        return unproven;
    }

    /** Whether any member that needs a proof has one. */
    boolean isAnyProven() {
        return byModel.entrySet().stream()
                .anyMatch(
                        each -> !each.getKey().equals(canary) && each.getValue().isValid());
    }

    /** What holds for the members that are proven; none may be missing. */
    EvidenceFinding proven() {
        EvidenceFinding first = null;
        for (Map.Entry<String, EvidenceFinding> each : byModel.entrySet()) {
            EvidenceFinding finding = each.getValue();
            if (!each.getKey().equals(canary) && finding.isValid()) {
                first = first == null || isBefore(finding.until(), first.until()) ? finding : first;
            }
        }
        return first == null ? EvidenceFinding.NOT_NEEDED : first;
    }

    private static boolean isBefore(@Nullable LocalDate day, @Nullable LocalDate other) {
        return day != null && (other == null || day.isBefore(other));
    }

    /** What holds for all members together: the state of the worst, with the problems of all. */
    EvidenceFinding all() {
        EvidenceFinding worst = null;
        List<String> problems = new ArrayList<>();
        for (String model : unproven()) {
            EvidenceFinding finding = byModel.getOrDefault(model, EvidenceFinding.MISSING);
            finding.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
            worst = worst == null || severity(finding.state()) > severity(worst.state()) ? finding : worst;
        }
        return worst == null ? proven() : new EvidenceFinding(worst.state(), worst.id(), worst.until(), problems);
    }

    private static int severity(EvidenceState state) {
        return switch (state) {
            case INVALID -> 3;
            case MISSING -> 2;
            case EXPIRED -> 1;
            case VALID, WAIVED, NOT_NEEDED -> 0;
        };
    }

    /** What is wrong with a model's evidence, for people. */
    String problem(String model) {
        return said(byModel.getOrDefault(model, EvidenceFinding.MISSING));
    }

    /** What is wrong, for people: "evidence is not there". */
    static String said(EvidenceFinding finding) {
        return "evidence " + String.join("; ", finding.problems());
    }
}
