package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Example;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Control questions: whether a judge tells an answer off the point from a real one. One for every fifth line. A judge that grades
 * everything alike would show every model to be as good as the baseline.
 */
final class JudgeControls {
    /** Lines from one control question to the next. */
    static final int EVERY = 5;

    /** Control questions that tell something. */
    private static final int LEAST = 5;

    /** Share of them that a judge has to get right. Assumption: the texts that real judges are shown are odd now and then. */
    private static final double ACCEPTED = 0.8;

    private final Map<String, int[]> counts = new HashMap<>();
    private final Set<Integer> lines = new HashSet<>();

    /** Whether there is a control question about this example: none where people scored both answers, and the judge decides nothing. */
    boolean isAsked(Example example, String baseline, String candidate) {
        return example.line() % EVERY == 0 && !(isByPeople(example, baseline) && isByPeople(example, candidate));
    }

    private static boolean isByPeople(Example example, String model) {
        Example.Output output = example.outputs().get(model);
        return output != null && output.score() != null;
    }

    /** @param tellsApart null if the judge gave no usable reply, which is counted elsewhere */
    void add(Example example, @Nullable Boolean tellsApart) {
        if (tellsApart != null && lines.add(example.line())) {
            int[] count = counts.computeIfAbsent(example.task(), task -> new int[2]);
            count[0] += tellsApart ? 1 : 0;
            count[1]++;
        }
    }

    /** What is wrong with the judge of a task; empty if nothing is. */
    List<String> faults(String task) {
        int[] count = counts.getOrDefault(task, new int[2]);
        if (count[1] < LEAST || count[0] >= ACCEPTED * count[1]) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "the judge took an answer off the point for as good as a real one in %,d of %,d control questions (accepted:"
                        + " %.0f %%): what it finds equal is no proof. Name another judge",
                count[1] - count[0],
                count[1],
                100 * (1 - ACCEPTED)));
    }
}
