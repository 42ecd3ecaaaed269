package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.VectorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks that models of one tier can stand in for each other where vectors are made. */
final class EmbeddingChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    EmbeddingChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    void run() {
        policy.tiers().values().stream()
                .filter(tier ->
                        policy.isEmbedding(tier) || shares(tier).stream().anyMatch(Model::isEmbedding))
                .forEach(this::check);
    }

    private List<Model> models(Tier tier) {
        List<Model> models = new ArrayList<>();
        tier.models().forEach(member -> add(member.model(), models));
        return models;
    }

    /** Canary and shadow. */
    private List<Model> shares(Tier tier) {
        List<Model> models = new ArrayList<>();
        Optional.ofNullable(tier.canary()).ifPresent(share -> add(share.model(), models));
        Optional.ofNullable(tier.shadow()).ifPresent(share -> add(share.model(), models));
        return models;
    }

    private void add(String name, List<Model> to) {
        Model model = policy.models().get(name);
        if (model != null) {
            to.add(model);
        }
    }

    private void check(Tier tier) {
        List<Model> all = models(tier);
        all.addAll(shares(tier));
        String path = "tiers." + Quoted.bare(tier.name());
        if (tier.name().equals(policy.baseline())) {
            problems.error(
                    places.of("tiers", tier.name()),
                    path,
                    "is the baseline and has embedding models, which answer no chat",
                    "Give embedding models a tier of their own.");
        }
        List<String> chat = all.stream()
                .filter(model -> !model.isEmbedding())
                .map(Model::name)
                .distinct()
                .toList();
        if (!chat.isEmpty()) {
            problems.error(
                    places.of("tiers", tier.name(), "models"),
                    path + ".models",
                    "mixes embedding models with models that answer chat (" + Suggestion.list(chat)
                            + "): for every request some of them are of no use",
                    "Give embedding models a tier of their own.");
            return;
        }
        checkSpaces(tier, all, path);
    }

    private void checkSpaces(Tier tier, List<Model> all, String path) {
        Model first = all.get(0);
        for (Model other : all) {
            if (other.sharesSpaceWith(first)) {
                continue;
            }
            boolean unnamed = first.vectorSpace() == null || other.vectorSpace() == null;
            Model without = first.vectorSpace() == null ? first : other;
            problems.error(
                    places.of("tiers", tier.name(), "models"),
                    path + ".models",
                    unnamed
                            ? "has several embedding models, and " + Quoted.of(without.name())
                                    + " does not say its vectorSpace: it is never used beside another"
                            : "mixes vector spaces: " + shown(first) + " and " + shown(other)
                                    + " give vectors that cannot be compared, so " + Quoted.of(other.name())
                                    + " is never used here",
                    unnamed
                            ? "Write its vectorSpace, as in text-embedding-3-small/1536, or make a tier of it alone."
                            : "Make a tier for each space.");
        }
    }

    private static String shown(Model model) {
        VectorSpace space = model.vectorSpace();
        return Quoted.of(model.name()) + " (" + space + ")";
    }
}
