package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a validation comes to, whoever ran it.
 *
 * @param unknown tasks of the data set that the policy does not know, in words
 */
public record Conclusion(Validation validation, List<String> unknown) {
    public Conclusion {
        unknown = List.copyOf(unknown);
    }

    /**
     * Concludes.
     *
     * @param answers as they were compared
     * @param isRecorded whether nobody was asked; else what came of asking has been told
     * @param routing null if there is no policy
     * @throws IllegalArgumentException if nothing can be concluded from the data; the message says what to do
     */
    public static Conclusion of(
            Path file, Validation validation, Answers answers, boolean isRecorded, @Nullable RoutingPolicy routing) {
        if (validation.examples() == 0) {
            throw new IllegalArgumentException(
                    file + ": has no usable example; each line has to be an object with 'task' and 'input'");
        }
        if (answers instanceof LiftedAnswers lifted
                && lifted.leftOut() > 0
                && validation.tasks().stream().allMatch(t -> t.outcomes().n() == 0)) {
            throw new IllegalArgumentException(file + ": the difficulty gate has learned from all " + lifted.leftOut()
                    + " examples, so they prove nothing about it; give others with --data FILE");
        }
        List<String> missing = validation.modelsWithoutAnswers();
        if (isRecorded && !missing.isEmpty() && (routing == null || !validation.canCompare())) {
            throw new IllegalArgumentException(
                    file + ": has no recorded outputs of " + String.join(", ", missing)
                            + ". Name a policy with --policy FILE to call them, or put their answers under 'outputs' of each line");
        }
        return new Conclusion(validation, unknown(validation, routing));
    }

    /** Tasks of the data set that the policy does not know, in words. Those on the baseline tier need no proof. */
    public static List<String> unknown(Validation validation, @Nullable RoutingPolicy routing) {
        return routing == null ? List.of() : unknown(validation.leftOut(), routing);
    }

    static List<String> unknown(Collection<String> tasks, RoutingPolicy routing) {
        return tasks.stream()
                .filter(task -> routing.task(task).isEmpty())
                .map(task ->
                        "task '" + task + "' of the data set is not in the policy, so nothing was compared; correct"
                                + " its name, or add it")
                .toList();
    }

    /** Whether every task was accepted, and all of them are known. */
    public boolean passed() {
        return validation.passed() && unknown.isEmpty();
    }
}
