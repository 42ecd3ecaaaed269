package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Example;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Control questions: whether a judge tells an answer off the point from a real one. One in each five lines, whether the answers that are
 * compared differ or not: where most are the same, a judge that finds the few others alike would show every model to be as good as the
 * baseline.
 */
final class JudgeControls {
    private static final int EVERY = 5;

    /**
     * Share of them that a judge may get wrong, and one of them in any case. Assumption: the texts that real judges are shown are odd
     * now and then.
     */
    private static final double ACCEPTED = 0.2;

    /** By task: wrong ones, and all. */
    private final Map<String, int[]> counts = new HashMap<>();

    private final Set<String> examples = new HashSet<>();

    /** Whether there is a control question about this example: none where people scored both answers, and the judge decides nothing. */
    static boolean isAsked(Example example, String baseline, String candidate) {
        return isChosen(example.line()) && !(isByPeople(example, baseline) && isByPeople(example, candidate));
    }

    /** One of each five lines, by chance, so that tasks which take turns in a file have their share; the same one in every run. */
    private static boolean isChosen(int line) {
        int place = line - 1;
        return place % EVERY == new SplittableRandom(place / EVERY).nextInt(EVERY);
    }

    private static boolean isByPeople(Example example, String model) {
        Example.Output output = example.outputs().get(model);
        return output != null && output.score() != null;
    }

    /**
     * Notes a control question; what is said twice of an example counts once.
     *
     * @param data that the example is of
     * @param tellsApart null if the judge gave no usable reply: it did not tell them apart
     */
    void add(Path data, Example example, @Nullable Boolean tellsApart) {
        if (examples.add(data + ":" + example.line())) {
            int[] count = counts.computeIfAbsent(example.task(), task -> new int[2]);
            count[0] += Boolean.TRUE.equals(tellsApart) ? 0 : 1;
            count[1]++;
        }
    }

    /** What is wrong with the judge of a task; empty if nothing is. */
    List<String> faults(String task) {
        int[] count = counts.getOrDefault(task, new int[2]);
        if (count[0] <= Math.max(1, ACCEPTED * count[1])) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "the judge took an answer off the point for as good as a real one, or gave no usable reply, in %,d of %,d control"
                        + " questions (accepted: %.0f %%): what it finds equal is no proof. Name another judge",
                count[0],
                count[1],
                100 * ACCEPTED));
    }
}
