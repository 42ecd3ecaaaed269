package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Scorers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What cosines of vectors are worth in a task. Right answers to different inputs are near each other as well, so that a wrong answer is
 * near the right one by chance: that much counts as 0, and the same direction as 1, as in Cohen's kappa (Cohen, A Coefficient of Agreement
 * for Nominal Scales, 1960). And whether the baseline's answers are nearer to what is expected of them than to what is expected of
 * another example: where they are not, the vectors tell nothing apart. It costs no call: all these vectors are asked for anyway.
 */
final class VectorControls {
    /** Different right answers of a task that others are compared with, the first ones. */
    private static final int REMEMBERED = 50;

    /** Share of the baseline's answers that may be as near to another example's. Assumption: a baseline is wrong now and then. */
    private static final double ACCEPTED = 0.2;

    /** Comparisons that show something: so many, and such a share of the examples. Assumptions. */
    private static final int LEAST = 5;

    private static final double LEAST_SHARE = 0.1;

    /** Below this distance of chance from 1 there is nothing to tell. */
    private static final double FLAT = 1e-6;

    /**
     * An example whose expected answer has a vector.
     *
     * @param vector of what is expected
     * @param answer the baseline's; null if there is none
     * @param answerVector null if there is none
     */
    record Measured(
            String task,
            int line,
            String expected,
            String vector,
            @Nullable String answer,
            @Nullable String answerVector) {}

    /** Gives the examples of a data set, each time anew. */
    @FunctionalInterface
    interface Source {
        void read(Consumer<Measured> examples);
    }

    private record Expected(String text, String vector) {}

    private static final class OfTask {
        private final List<Expected> different = new ArrayList<>();
        private int examples;
        private double near;
        private int pairs;
        private int confused;
        private int compared;

        double chance() {
            return pairs == 0 ? 0 : near / pairs;
        }
    }

    private final List<Source> sources = new ArrayList<>();
    /** Chance of the tasks that were scored; NaN where nothing else is ever expected, which is a fault. */
    private final Map<String, Double> used = new TreeMap<>();

    private final Set<String> told = new HashSet<>();
    private @Nullable Map<String, OfTask> measured;

    /** A data set whose vectors are there before the first score is asked for. */
    void add(Source source) {
        sources.add(source);
    }

    /** The score of a cosine, above what chance gives in the task. @param cosine 0 to 1 @return 0 to 1 */
    double score(String task, double cosine) {
        OfTask of = measured().get(task);
        double chance = of == null ? 0 : of.chance();
        used.put(task, of == null || of.pairs == 0 ? Double.NaN : chance);
        return isFlat(chance) ? cosine : Math.max(0, (cosine - chance) / (1 - chance)); // flat ones are a fault
    }

    private static boolean isFlat(double chance) {
        return chance > 1 - FLAT;
    }

    private Map<String, OfTask> measured() {
        if (measured == null) {
            Map<String, OfTask> byTask = new HashMap<>();
            sources.forEach(source -> source.read(
                    example -> remember(byTask.computeIfAbsent(example.task(), task -> new OfTask()), example)));
            sources.forEach(source -> source.read(example -> {
                OfTask of = byTask.get(example.task());
                if (of != null) {
                    compare(of, example);
                }
            }));
            measured = byTask;
        }
        return measured;
    }

    private static void remember(OfTask of, Measured example) {
        of.examples++;
        String text = Scorers.normalise(example.expected());
        if (of.different.size() < REMEMBERED && of.different.stream().noneMatch(other -> other.text.equals(text))) {
            of.different.add(new Expected(text, example.vector()));
        }
    }

    private static void compare(OfTask of, Measured example) {
        String text = Scorers.normalise(example.expected());
        List<Expected> others =
                of.different.stream().filter(other -> !other.text.equals(text)).toList();
        if (others.isEmpty()) {
            return;
        }
        Expected other = others.get(new SplittableRandom(example.line()).nextInt(others.size()));
        OptionalDouble chance = VectorText.similarity(example.vector(), other.vector);
        if (chance.isPresent()) {
            of.near += chance.getAsDouble();
            of.pairs++;
        }
        String answer = example.answer() == null ? null : Scorers.normalise(example.answer());
        String vector = example.answerVector();
        if (answer == null || vector == null || isWrong(answer, text, others)) {
            return;
        }
        OptionalDouble right = VectorText.similarity(example.vector(), vector);
        OptionalDouble wrong = VectorText.similarity(other.vector, vector);
        if (right.isPresent() && wrong.isPresent()) {
            of.confused += right.getAsDouble() > wrong.getAsDouble() + FLAT ? 0 : 1;
            of.compared++;
        }
    }

    /** A wrong label is nearer to another one rightly: that is the baseline's mistake, not the vectors'. */
    private static boolean isWrong(String answer, String expected, List<Expected> others) {
        return !answer.contains(expected) && others.stream().anyMatch(other -> answer.contains(other.text));
    }

    /** What is wrong with the vectors of a task; empty if nothing is, or nothing was scored by them. */
    List<String> faults(String task) {
        Double chance = used.get(task);
        if (chance == null) {
            return List.of();
        }
        OfTask of = measured().getOrDefault(task, new OfTask());
        if (of.compared < LEAST || of.compared < LEAST_SHARE * of.examples) {
            return List.of(String.format(
                    Locale.ROOT,
                    "only %,d of %,d answers of the baseline could be compared with what is expected of another example (at least %d,"
                            + " and %.0f %%): nothing shows that vectors tell a right answer from a wrong one here. Add examples of"
                            + " which something else is expected, or use another scorer",
                    of.compared,
                    of.examples,
                    LEAST,
                    100 * LEAST_SHARE));
        }
        if (!isFlat(chance) && of.confused <= Math.max(1, ACCEPTED * of.compared)) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "by their vectors, %,d of %,d answers of the baseline are no nearer to what is expected than to what is expected of"
                        + " another example (accepted: %.0f %%): the vectors do not tell right answers from wrong ones, unless the"
                        + " baseline is wrong so often. Look at its answers, and use another embedding model or another scorer",
                of.confused,
                of.compared,
                100 * ACCEPTED));
    }

    /** What the scores stand on, in words: of each task once, whoever asks. */
    List<String> takeRemarks() {
        List<String> all = new ArrayList<>();
        used.forEach((task, chance) -> {
            if (!chance.isNaN() && told.add(task)) {
                all.add(String.format(
                        Locale.ROOT,
                        "'%s': what is expected of different examples has a cosine of %.3f on average, over all files. An answer"
                                + " that is no nearer has the score 0, one of the same direction 1",
                        task,
                        chance));
            }
        });
        return all;
    }
}
