package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Scorers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What cosines of vectors are worth in a task. Right answers to different inputs are near each other as well, so that a wrong answer is
 * near the right one by chance: that much counts as 0, and the same direction as 1, as in Cohen's kappa (Cohen, A Coefficient of Agreement
 * for Nominal Scales, 1960). And whether the baseline's answers are nearer to what is expected of them than to what is expected of
 * another example: where they are not, the model tells nothing apart. It costs no call: all these vectors are asked for anyway.
 */
final class VectorControls {
    /** Different right answers of a task that others are compared with, the first ones of the file. */
    private static final int REMEMBERED = 50;

    /** Share of the baseline's answers that may be as near to another example's. Assumption: a baseline is wrong now and then. */
    private static final double ACCEPTED = 0.2;

    /** Below this distance of chance from 1 there is nothing to tell. */
    private static final double FLAT = 1e-6;

    private record Expected(String text, String vector) {}

    private static final class OfTask {
        private final List<Expected> seen = new ArrayList<>();
        private double near;
        private int pairs;
        private int confused;
        private int answers;
    }

    private final Map<String, OfTask> byTask = new HashMap<>();
    private final Map<String, Double> used = new TreeMap<>();

    /**
     * Notes an example.
     *
     * @param vector of what is expected
     * @param answer vector of the baseline's answer; null if there is none
     */
    void add(String task, int line, String expected, String vector, @Nullable String answer) {
        OfTask of = byTask.computeIfAbsent(task, any -> new OfTask());
        String text = Scorers.normalise(expected);
        List<Expected> others =
                of.seen.stream().filter(other -> !other.text.equals(text)).toList();
        if (!others.isEmpty()) {
            compare(of, others.get(new SplittableRandom(line).nextInt(others.size())), vector, answer);
        }
        if (others.size() == of.seen.size() && of.seen.size() < REMEMBERED) {
            of.seen.add(new Expected(text, vector));
        }
    }

    private static void compare(OfTask of, Expected other, String vector, @Nullable String answer) {
        OptionalDouble chance = VectorText.similarity(vector, other.vector);
        if (chance.isPresent()) {
            of.near += chance.getAsDouble();
            of.pairs++;
        }
        OptionalDouble right = answer == null ? OptionalDouble.empty() : VectorText.similarity(vector, answer);
        OptionalDouble wrong = answer == null ? OptionalDouble.empty() : VectorText.similarity(other.vector, answer);
        if (right.isPresent() && wrong.isPresent()) {
            of.confused += right.getAsDouble() > wrong.getAsDouble() + FLAT ? 0 : 1;
            of.answers++;
        }
    }

    /** The score of a cosine, above what chance gives in the task. @param cosine 0 to 1 @return 0 to 1 */
    double score(String task, double cosine) {
        OfTask of = byTask.get(task);
        double chance = of == null || of.pairs == 0 ? 0 : of.near / of.pairs;
        used.put(task, chance);
        return chance > 1 - FLAT ? cosine : Math.max(0, (cosine - chance) / (1 - chance)); // else a fault says so
    }

    /** What is wrong with the vectors of a task; empty if nothing is, or nothing was scored by them. */
    List<String> faults(String task) {
        if (!used.containsKey(task)) {
            return List.of();
        }
        OfTask of = byTask.getOrDefault(task, new OfTask());
        if (of.answers == 0) {
            return List.of(
                    "the same answer is expected of all examples, or the baseline has none: nothing shows that vectors tell a right"
                            + " answer from a wrong one here. Add examples of which something else is expected, or use another"
                            + " scorer");
        }
        if (of.confused <= Math.max(1, ACCEPTED * of.answers)) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "by their vectors, %,d of %,d answers of the baseline are no nearer to what is expected than to what is expected of"
                        + " another example (accepted: %.0f %%): they do not tell a right answer from a wrong one. Use another"
                        + " embedding model, or another scorer",
                of.confused,
                of.answers,
                100 * ACCEPTED));
    }

    /** What the scores stand on, in words. */
    List<String> remarks() {
        return used.entrySet().stream()
                .map(task -> String.format(
                        Locale.ROOT,
                        "'%s': what is expected of different examples has a cosine of %.3f on average. An answer that is no"
                                + " nearer has the score 0, one of the same direction 1",
                        task.getKey(),
                        task.getValue()))
                .toList();
    }
}
