package dev.llmrouter.classify.learned;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says about a text.
 *
 * @param task the task; null if the text is none of the tasks that the model knows
 * @param confidence probability that the best task is right, 0 to 1, also where it is rejected
 * @param top the best tasks, the most likely one first; what is missing to 1 falls to the other tasks and to none
 */
public record Prediction(@Nullable String task, double confidence, List<Ranked> top) {
    public Prediction {
        top = List.copyOf(top);
    }

    /** A task and its probability, 0 to 1. */
    public record Ranked(String task, double probability) {}
}
