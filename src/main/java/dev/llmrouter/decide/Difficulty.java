package dev.llmrouter.decide;

import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.Task;
import org.jspecify.annotations.Nullable;

/** Judges by a task's difficulty gate whether an input is too hard for the cheaper tier. Safe for use by many threads. */
@FunctionalInterface
public interface Difficulty {
    /** For policies without gates. */
    Difficulty NONE = (task, input, explain) -> null;

    /**
     * @param explain whether the signs that counted are wanted of an input that is easy enough as well
     * @return null if the task has no gate
     */
    @Nullable
    Verdict judge(Task task, Input input, boolean explain);

    /** SHA-256 of the gate that judges a task; null if it has none, or none that can be used. */
    default @Nullable String version(Task task) {
        return null;
    }

    /**
     * What the gate says.
     *
     * @param isHard whether the baseline tier has to serve the input, also where the gate cannot tell
     * @param why for people, without text of the input
     */
    record Verdict(boolean isHard, String why) {}
}
