package dev.llmrouter.policy.load;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Warns of models of the baseline tier that get traffic although they cost less than its first one: quality is measured against
 * that one, and nobody asks for a proof of the others.
 */
final class BaselineChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    BaselineChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    void run() {
        Tier baseline = policy.tiers().get(policy.baseline());
        if (policy.evidence() == EvidenceMode.OFF
                || baseline == null
                || baseline.models().isEmpty()) {
            return;
        }
        String first = baseline.models().get(0).model();
        boolean isSticky =
                baseline.sticky() != Tier.Sticky.NONE; // each key has a model of its own, whatever the strategy
        if (isSticky || baseline.strategy() != Strategy.FAILOVER) {
            baseline.models().stream()
                    .map(Tier.Member::model)
                    .filter(model -> isCheaper(model, first))
                    .findFirst()
                    .ifPresent(model -> warn(
                            baseline,
                            "models",
                            model,
                            first,
                            (isSticky ? "Leave sticky out, with strategy: failover," : "Use strategy: failover,")
                                    + " or move it to a tier of its own and prove it for the tasks there."));
        }
        Tier.Share canary = baseline.canary();
        if (canary != null && isCheaper(canary.model(), first)) {
            warn(
                    baseline,
                    "canary",
                    canary.model(),
                    first,
                    "Compare it with the first one by validate or evidence: collect before it serves.");
        }
    }

    private void warn(Tier baseline, String field, String model, String first, String remedy) {
        problems.warning(
                places.of("tiers", baseline.name(), field),
                "tiers." + Quoted.bare(baseline.name()) + "." + field,
                "give " + Quoted.of(model) + " a share of the baseline's traffic, which costs less than "
                        + Quoted.of(first) + ", against which quality is measured, and needs no proof there",
                remedy);
    }

    private boolean isCheaper(String model, String first) {
        Price price = price(model);
        Price reference = price(first);
        return price != null && reference != null && price.isBelow(reference);
    }

    private @Nullable Price price(String name) {
        Model model = policy.models().get(name);
        return model == null ? null : model.price();
    }
}
