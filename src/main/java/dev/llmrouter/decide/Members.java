package dev.llmrouter.decide;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The models of a policy with the providers that are called for them: the simulator where it stands in. Immutable. */
public final class Members {
    private final RoutingPolicy policy;
    private final boolean simulated;
    private final Map<String, Candidate> byName;

    private Members(RoutingPolicy policy) {
        this.policy = policy;
        this.simulated = policy.isSimulated();
        Map<String, Candidate> members = new HashMap<>();
        for (Model model : policy.models().values()) {
            Provider provider = effective(policy.providerOf(model), simulated);
            members.put(model.name(), new Candidate(model, provider, Candidate.Role.MEMBER));
        }
        this.byName = Map.copyOf(members);
    }

    public static Members of(RoutingPolicy policy) {
        return new Members(policy);
    }

    private static Provider effective(Provider provider, boolean simulated) {
        if (!simulated || provider.protocol() == Protocol.SIMULATOR) {
            return provider;
        }
        return new Provider(
                provider.name(),
                Protocol.SIMULATOR,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                provider.timeouts(),
                provider.breaker(),
                provider.simulator());
    }

    boolean isSimulated() {
        return simulated;
    }

    Collection<Candidate> all() {
        return byName.values();
    }

    /** By name; the map cannot be changed. */
    public Map<String, Candidate> byName() {
        return byName;
    }

    /** @throws IllegalStateException if the policy has no such model */
    Candidate named(String model) {
        Candidate member = byName.get(model);
        if (member == null) {
            throw new IllegalStateException("model '" + model + "' is not in the policy " + policy.source());
        }
        return member;
    }
}
