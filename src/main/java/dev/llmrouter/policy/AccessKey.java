package dev.llmrouter.policy;

import java.util.Set;

/**
 * A key that applications call the gateway with. Only its hash is in the policy.
 *
 * @param name who calls with it; stands in records and meters
 * @param sha256 SHA-256 of the key, 64 hexadecimal digits in lower case
 * @param tasks tasks that it may use; empty for all
 * @param tiers tiers that it may use; empty for all
 * @param models models that it may name; empty for all
 * @param state whether it may name, by their ids, conversations and answers that a provider keeps for all keys of this policy
 */
public record AccessKey(
        String name, String sha256, Set<String> tasks, Set<String> tiers, Set<String> models, boolean state) {
    public AccessKey {
        tasks = Set.copyOf(tasks);
        tiers = Set.copyOf(tiers);
        models = Set.copyOf(models);
    }

    /** Whether it may use this task by its name. */
    public boolean mayNameTask(String task) {
        return isWithin(tasks, task);
    }

    /** Whether it may use this tier by its name. */
    public boolean mayNameTier(String tier) {
        return isWithin(tiers, tier);
    }

    /** Whether it may use this model by its name: it, and the tier that it is asked by then. @param model of the policy */
    public boolean mayNameModel(RoutingPolicy policy, String model) {
        return isWithin(models, model)
                && isWithin(tiers, policy.firstTierWith(model).name());
    }

    private static boolean isWithin(Set<String> limits, String name) {
        return limits.isEmpty() || limits.contains(name);
    }
}
