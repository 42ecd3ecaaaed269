package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Warns of prices that cheaper models have and the baseline's first one lacks: nobody could say what is saved. */
final class BaselinePriceChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    BaselinePriceChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    void run() {
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

    private @Nullable Price price(String name) {
        Model model = policy.models().get(name);
        return model == null ? null : model.price();
    }
}
