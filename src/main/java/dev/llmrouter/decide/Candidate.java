package dev.llmrouter.decide;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.Timeouts;

/**
 * A model that may serve a request, with the provider to call.
 *
 * @param provider as the policy has it; where the simulator stands in, its protocol is already {@code SIMULATOR}
 * @param role why it is in the list
 */
public record Candidate(Model model, Provider provider, Role role) {
    /** The time limits of one attempt: the model's own, else those of its provider. */
    public Timeouts timeouts() {
        return model.timeouts() == null ? provider.timeouts() : model.timeouts();
    }

    /** The settings of the circuit breaker that guards it: the model's own, else those of its provider. */
    public BreakerSettings breaker() {
        return model.breaker() == null ? provider.breaker() : model.breaker();
    }

    /** Why a candidate is in the list. */
    public enum Role {
        /** A model of the tier. */
        MEMBER,
        /** The tier's canary, drawn for this request. */
        CANARY,
        /** It served earlier requests of the same conversation or user. */
        STICKY,
        /** The caller named it. */
        NAMED,
        /** It has answered already, in a batch of its provider, at the batch price. */
        BATCHED,
        /** A model of the baseline tier, after an output that was not usable. */
        ESCALATION
    }
}
