package dev.llmrouter.policy.load;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Warns of tasks that the baseline serves in place of their tier unless there is evidence. */
final class EnforceChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    EnforceChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    /** @param unproven the tasks whose tier needs a proof */
    void run(List<Task> unproven) {
        if (policy.evidence() != EvidenceMode.ENFORCE) {
            return;
        }
        for (Task task : unproven) {
            Tier tier = policy.tiers().get(task.tier());
            Set<String> unpriced = tier == null ? Set.of() : unpriced(tier);
            if (task.waiver() == null) {
                boolean isKnown = unpriced.isEmpty();
                problems.warning(
                        places.of("tasks", task.name(), "tier"),
                        "tasks." + Quoted.bare(task.name()) + ".tier",
                        "is " + Quoted.of(task.tier()) + (isKnown ? ", but " : unknown(unpriced) + ". ")
                                + (isKnown ? "evidence" : "Evidence")
                                + " is 'enforce' and there is no waiver: the baseline"
                                + " tier serves the task unless accepted evidence proves it",
                        (isKnown
                                        ? ""
                                        : "State the price: a tier that costs as much as the baseline or more needs no proof. If it is the"
                                                + " better tier, make it the baseline. ")
                                + "'validate --check' tells whether it does. Run 'validate --accept', or add a waiver with reason and date.");
            }
        }
    }

    private String unknown(Set<String> unpriced) {
        List<String> quoted = unpriced.stream().map(Quoted::of).toList();
        return ", which counts as cheaper than the baseline " + Quoted.of(policy.baseline()) + " because the price of "
                + String.join(", ", quoted) + " is not known";
    }

    /** Models without a price by which alone the tier counts as cheaper than the baseline; empty if known prices say so. */
    private Set<String> unpriced(Tier tier) {
        List<String> members = new ArrayList<>();
        tier.models().forEach(member -> members.add(member.model()));
        if (tier.canary() != null) {
            members.add(tier.canary().model());
        }
        Tier baseline = policy.tiers().get(policy.baseline());
        if (baseline == null || baseline.models().isEmpty()) {
            return Set.of(); // that is told already
        }
        String reference = baseline.models().get(0).model();
        Price most = price(reference);
        Set<String> unpriced = new LinkedHashSet<>();
        for (String member : members) {
            Price price = price(member);
            if (price != null && most != null && price.isBelow(most)) {
                return Set.of();
            }
            if (price == null) {
                unpriced.add(member);
            }
        }
        if (most == null) {
            unpriced.add(reference);
        }
        return unpriced;
    }

    private @Nullable Price price(String name) {
        Model model = policy.models().get(name);
        return model == null ? null : model.price();
    }
}
