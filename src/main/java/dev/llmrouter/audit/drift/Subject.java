package dev.llmrouter.audit.drift;

import org.jspecify.annotations.Nullable;

/**
 * Which series it is about.
 *
 * @param task null where all tasks are looked at together
 * @param tier null likewise
 */
public record Subject(
        Kind kind, @Nullable String task, @Nullable String tier) {
    /** The same name from day to day: {@code quality/summary/economy}. */
    public String id() {
        return task == null ? kind.key() : kind.key() + "/" + task + "/" + tier;
    }

    /** For people. */
    String words() {
        return task == null ? "All requests" : "Task '" + task + "' at tier '" + tier + "'";
    }
}
