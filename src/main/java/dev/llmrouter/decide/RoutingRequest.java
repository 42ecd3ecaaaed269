package dev.llmrouter.decide;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.AccessKey;
import org.jspecify.annotations.Nullable;

/**
 * What a decision is asked for.
 *
 * @param id of the request
 * @param key the key that the caller presented; null where the policy has no keys
 */
public record RoutingRequest(
        String id,
        Input input,
        Classification classification,
        Wish wish,
        @Nullable AccessKey key) {}
