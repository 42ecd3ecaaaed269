package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import org.jspecify.annotations.Nullable;

/** Says what keeps a tier's lines from going through a batch API although the policy asks for it. */
final class BatchChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    BatchChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    void run() {
        for (Tier tier : policy.tiers().values()) {
            if (tier.batch() != null) {
                tier.models().forEach(member -> check(tier, policy.models().get(member.model())));
                checkShadow(tier);
            }
        }
    }

    private void checkShadow(Tier tier) {
        if (tier.shadow() != null) {
            problems.warning(
                    places.of("tiers", tier.name(), "shadow"),
                    "tiers." + Quoted.bare(tier.name()) + ".shadow",
                    "is asked for requests that are called, and not for lines of files that the tier's batch answers",
                    "To try a model on lines of files, make it the tier's canary, collect evidence, or validate it on a sample of them.");
        }
    }

    private void check(Tier tier, @Nullable Model model) {
        Provider provider = model == null ? null : policy.providers().get(model.provider());
        if (model == null || provider == null) {
            return;
        }
        if (!provider.hasBatchApi()) {
            error(
                    tier,
                    "is set, but model " + Quoted.of(model.name()) + " is at provider " + Quoted.of(provider.name())
                            + (provider.endpoint() != null
                                    ? ", which is a Camel endpoint: batches need a baseUrl"
                                    : ", whose protocol '" + Reading.key(provider.protocol())
                                            + "' has no batch API here"),
                    "Use models at providers of protocol openai or anthropic with a baseUrl, or remove 'batch'.");
        } else if (model.price() == null || model.price().batch() == null) {
            error(
                    tier,
                    "is set, but model " + Quoted.of(model.name())
                            + " has no batch price, so its lines are called one by one",
                    "Add what the prices are multiplied by in a batch to models." + Quoted.bare(model.name())
                            + ".price, as in batch: 0.5; or remove 'batch' from the tier.");
        }
    }

    private void error(Tier tier, String what, String fix) {
        problems.error(
                places.of("tiers", tier.name(), "batch"), "tiers." + Quoted.bare(tier.name()) + ".batch", what, fix);
    }
}
