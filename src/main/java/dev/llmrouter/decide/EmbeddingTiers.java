package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the tier of a request for embeddings: the one that the caller names, that of the task that the caller names, or the
 * only one there is. Never by the text: documents and questions about them must come to the same space.
 */
final class EmbeddingTiers {
    private EmbeddingTiers() {}

    /** @param reasons takes every step @throws RefusedException if there is none, or more than one and none is named */
    static Tier choose(RoutingPolicy policy, RoutingRequest request, List<Reason> reasons) throws RefusedException {
        String wished = request.wish().tier();
        if (wished != null) {
            reasons.add(new Reason("tier", "the caller asks for tier '" + wished + "'"));
            return policy.tier(wished).orElseThrow();
        }
        String named = request.classification().task();
        Task task = named == null ? null : policy.task(named).orElse(null);
        if (task != null) {
            reasons.add(new Reason(
                    "task",
                    "task '" + task.name() + "', named by the caller, is served by tier '" + task.tier() + "'"));
            return policy.tier(task.tier()).orElseThrow();
        }
        List<Tier> tiers = policy.tiers().values().stream()
                .filter(tier -> first(policy, tier).isPresent())
                .toList();
        if (tiers.size() == 1) {
            Tier only = tiers.get(0);
            reasons.add(new Reason("tier", "tier '" + only.name() + "' is the only one with embedding models"));
            return only;
        }
        String why = tiers.isEmpty()
                ? "No tier of the policy has embedding models. Name an embedding model, or add a tier of models with"
                        + " 'capabilities: [embeddings]' to the policy."
                : "The policy has several tiers of embedding models, and their vectors cannot be compared. Name one as"
                        + " model: "
                        + String.join(
                                ", ",
                                tiers.stream()
                                        .map(tier -> "tier:" + tier.name())
                                        .toList())
                        + ".";
        throw new RefusedException(
                new ChatError(ChatError.Kind.INVALID_REQUEST, 400, why, "no_capable_model", "model", null), reasons);
    }

    /** The first embedding model of a tier: its space is the tier's. */
    static Optional<Model> first(RoutingPolicy policy, Tier tier) {
        return tier.models().stream()
                .flatMap(member -> policy.model(member.model()).stream())
                .filter(Model::isEmbedding)
                .findFirst();
    }
}
