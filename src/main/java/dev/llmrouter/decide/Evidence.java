package dev.llmrouter.decide;

import dev.llmrouter.policy.Task;
import org.jspecify.annotations.Nullable;

/** Knows which tasks are proven to be served well enough by their tier. */
@FunctionalInterface
public interface Evidence {
    /** Nothing is proven. */
    Evidence NONE = task -> null;

    /** Id of the valid evidence for this task; null if there is none. */
    @Nullable
    String validFor(Task task);
}
