package dev.llmrouter.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model at a provider: a deployment, which is what cools down and is counted.
 *
 * @param name the policy's name for it
 * @param provider name of its provider
 * @param remoteName the provider's name for it (policy key {@code id}); default: {@code name}
 * @param context tokens that input and output may have together; null if unknown
 * @param maxOutput tokens that an answer may have; null if unknown
 * @param price null if unknown: then costs are unknown, never 0
 * @param vectorSpace what the vectors of an embedding model can be compared with; null for any other model, and where it is not told
 * @param timeouts of one attempt at this model; null for those of its provider. Where it can reason and
 *     nothing else is said, those of {@link Timeouts#forReasoning}
 * @param breaker settings of a circuit breaker of its own; null if it shares that of its provider
 */
public record Model(
        String name,
        String provider,
        String remoteName,
        @Nullable Integer context,
        @Nullable Integer maxOutput,
        Set<Capability> capabilities,
        @Nullable Price price,
        @Nullable VectorSpace vectorSpace,
        @Nullable Timeouts timeouts,
        @Nullable BreakerSettings breaker) {

    public Model {
        capabilities = Set.copyOf(capabilities);
    }

    /** A model with the timeouts and the circuit breaker of its provider. */
    public Model(
            String name,
            String provider,
            String remoteName,
            @Nullable Integer context,
            @Nullable Integer maxOutput,
            Set<Capability> capabilities,
            @Nullable Price price) {
        this(name, provider, remoteName, context, maxOutput, capabilities, price, null, null, null);
    }

    /** The same at the price of its provider's batch API, which is unknown where the policy does not state it. */
    public Model inBatch() {
        return at(price == null ? null : price.ofBatch());
    }

    /** The same at another price. @param other null for none */
    public Model at(@Nullable Price other) {
        return new Model(
                name, provider, remoteName, context, maxOutput, capabilities, other, vectorSpace, timeouts, breaker);
    }

    /** What answers under its name: its provider, and the provider's name for it. */
    public String version() {
        return provider + "/" + remoteName;
    }

    /** Whether it makes vectors, and answers no chat. */
    public boolean isEmbedding() {
        return capabilities.contains(Capability.EMBEDDINGS);
    }

    /** Whether vectors of this model can be compared with those of another: never, where one does not tell its space. */
    public boolean sharesSpaceWith(Model other) {
        return name.equals(other.name) || vectorSpace != null && vectorSpace.equals(other.vectorSpace);
    }

    /** Whether it has a capability; who keeps to a JSON schema can give JSON of any shape as well. */
    public boolean can(Capability capability) {
        return capabilities.contains(capability)
                || capability == Capability.JSON_OBJECT && capabilities.contains(Capability.JSON_SCHEMA);
    }
}
