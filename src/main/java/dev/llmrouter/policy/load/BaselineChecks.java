package dev.llmrouter.policy.load;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Warns of prices that the baseline lacks, so that nobody could say what was saved, and of models of the baseline tier that get traffic although they cost less than its first one: quality is measured against
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
        prices();
        shares();
    }

    private void prices() {
        Tier baseline = policy.tiers().get(policy.baseline());
        String first = baseline == null || baseline.models().isEmpty()
                ? null
                : baseline.models().get(0).model();
        Price reference = first == null ? null : price(first);
        if (first == null || reference == null) {
            return;
        }
        lacking(first, "cacheWrite", reference.cacheWrite(), Price::cacheWrite);
        lacking(first, "cacheWriteHour", reference.cacheWriteHour(), Price::cacheWriteHour);
    }

    private void lacking(
            String first, String field, @Nullable BigDecimal known, Function<Price, @Nullable BigDecimal> of) {
        if (known != null) {
            return;
        }
        policy.tiers().values().stream()
                .filter(tier -> !tier.name().equals(policy.baseline()))
                .flatMap(tier -> tier.models().stream())
                .map(Tier.Member::model)
                .filter(model -> {
                    Price price = price(model);
                    return price != null && of.apply(price) != null;
                })
                .findFirst()
                .ifPresent(
                        model -> problems.warning(
                                places.of("models", first, "price"),
                                "models." + Quoted.bare(first) + ".price",
                                "lacks " + field + ", which " + Quoted.of(model)
                                        + " has: of requests that write to the cache nobody can say what the baseline would have cost, nor what was saved",
                                "Add it, in USD per million tokens: where the provider has no such price, what it takes for plain input."));
    }

    private void shares() {
        Tier baseline = policy.tiers().get(policy.baseline());
        if (policy.evidence() == EvidenceMode.OFF
                || baseline == null
                || baseline.models().isEmpty()) {
            return;
        }
        String first = baseline.models().get(0).model();
        if (baseline.strategy() != Strategy.FAILOVER) {
            baseline.models().stream()
                    .map(Tier.Member::model)
                    .filter(model -> isCheaper(model, first))
                    .findFirst()
                    .ifPresent(
                            model -> warn(
                                    baseline,
                                    "models",
                                    model,
                                    first,
                                    "Use strategy: failover, or move it to a tier of its own and prove it for the tasks there."));
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
        return price != null && reference != null && price.blended().compareTo(reference.blended()) < 0;
    }

    private @Nullable Price price(String name) {
        Model model = policy.models().get(name);
        return model == null ? null : model.price();
    }
}
