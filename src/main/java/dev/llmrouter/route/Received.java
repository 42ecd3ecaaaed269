package dev.llmrouter.route;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.policy.AccessKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that has arrived, and the policy that it finishes on.
 *
 * @param id of the request
 * @param dialect as its caller speaks, and is answered
 * @param startNanos when it arrived, on the clock of {@link System#nanoTime}
 * @param key the key that the caller presented; null where the policy has none
 * @param shadowOf id of the request whose shadow this is, which answers nobody; null for a request of a caller's
 */
public record Received(
        String id,
        Dialect.Name dialect,
        Instant time,
        long startNanos,
        CompiledPolicy policy,
        @Nullable AccessKey key,
        @Nullable String shadowOf)
        implements Stage {
    @Override
    public Received received() {
        return this;
    }

    @Override
    public String toString() {
        return inShort();
    }

    /** Whether the answer goes nowhere. */
    public boolean isShadow() {
        return shadowOf != null;
    }
}
