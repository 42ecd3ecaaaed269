package dev.llmrouter.decide;

import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.Task;
import org.jspecify.annotations.Nullable;

/** Evaluates the {@code premiumWhen} conditions of a task. */
@FunctionalInterface
public interface Lifts {
    /** Which condition lifts this request to the baseline tier, for people; null if none does. */
    @Nullable
    String lift(Task task, Input input);
}
