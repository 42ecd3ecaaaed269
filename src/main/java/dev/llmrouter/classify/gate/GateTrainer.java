package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.Bag;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.Hashes;
import dev.llmrouter.classify.learned.NearDuplicates;
import dev.llmrouter.classify.learned.Scratch;
import dev.llmrouter.classify.learned.Softmax;
import dev.llmrouter.classify.learned.TextModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link DifficultyGate}. Inputs with the same or nearly the same question stay on one side of every split. A fifth is kept apart:
 * thresholds are proved on it and the gate's quality is measured on it. One thread; the same outcomes and seed give the
 * same gate, bit by bit.
 */
public final class GateTrainer {
    /** Fewest outcomes that anything can be learned from. */
    static final int LEAST = 50;

    /** Fewest inputs to learn from, and fewest that are kept apart. */
    private static final int LEAST_PART = 5;

    /** A beginning that more than this share of inputs have in common is an instruction, not the question. Assumption. */
    private static final double COMMON = 0.1;

    /** Of how many outcomes one is kept apart. */
    public static final int KEPT_APART = 5;

    static final int GRID = 200;
    private static final int FOLDS = 5;
    private static final Softmax.Settings HOW = new Softmax.Settings(5, 0.1, 1e-4, 0);

    private final long seed;
    private final Consumer<String> progress;

    public GateTrainer(long seed, Consumer<String> progress) {
        this.seed = seed;
        this.progress = progress;
    }

    /**
     * A gate and how good it is on the inputs kept apart.
     *
     * @param ofUnlike the same gate with one of the inputs kept apart that are nearly the same: what its threshold is proved on where
     *     they were written from one another, and are not independent
     */
    public record Trained(DifficultyGate gate, GateQuality quality, int trainedOn, DifficultyGate ofUnlike) {}

    /** @throws ExamplesException if there are too few outcomes, or the models do equally well or badly on all inputs */
    public Trained train(List<Outcome> outcomes, String weak, String strong) throws ExamplesException {
        if (outcomes.size() < LEAST) {
            throw new ExamplesException("there are outcomes of both models for " + outcomes.size()
                    + " inputs; at least " + LEAST + " are needed, some thousand are good. Record more.");
        }
        if (outcomes.stream().allMatch(o -> o.gain() == 0)) {
            throw new ExamplesException("'" + weak + "' and '" + strong
                    + "' have the same score on every input: there is nothing to learn. Use the cheaper one.");
        }
        Parts parts = new Parts(outcomes);
        int[] calibration = parts.select(i -> parts.part[i] == 0);
        int[] training = parts.select(i -> parts.part[i] != 0);
        if (calibration.length < LEAST_PART || training.length < LEAST_PART) {
            throw new ExamplesException("the inputs ask too few different questions: " + training.length
                    + " are left to learn from and " + calibration.length + " to prove a threshold on, at least "
                    + LEAST_PART + " of each are needed. Record more different inputs.");
        }
        parts.label(training);
        double[] trainingScores = new double[outcomes.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            progress.accept("fold " + (fold + 1) + " of " + FOLDS);
            int at = fold;
            TextModel text = parts.learn(
                    Arrays.stream(training).filter(i -> parts.fold[i] != at).toArray());
            for (int i : training) {
                if (parts.fold[i] == at) {
                    trainingScores[i] = parts.score(text, i);
                }
            }
        }
        progress.accept("all training inputs");
        TextModel text = parts.learn(training);
        double[] scores = new double[calibration.length];
        double[] losses = new double[calibration.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = parts.score(text, calibration[i]);
            losses[i] = outcomes.get(calibration[i]).gain();
        }
        double[] sorted = Arrays.stream(training)
                .mapToDouble(i -> trainingScores[i])
                .sorted()
                .toArray();
        double mean =
                Arrays.stream(training).mapToDouble(i -> outcomes.get(i).gain()).sum() / training.length;
        double[] grid = grid(sorted);
        DifficultyGate gate = new DifficultyGate(
                hash(outcomes, weak, strong),
                weak,
                strong,
                text,
                parts.signs(),
                mean,
                new DifficultyGate.CalibrationSet(grid, scores, losses),
                SeenInputs.of(outcomes),
                DifficultyGate.TASK_LABELS);
        int[] unlike = parts.unlike(calibration);
        DifficultyGate ofUnlike = gate.with(new DifficultyGate.CalibrationSet(
                grid,
                Arrays.stream(unlike).mapToDouble(i -> scores[i]).toArray(),
                Arrays.stream(unlike).mapToDouble(i -> losses[i]).toArray()));
        GateQuality quality = GateQuality.of(
                scores, Arrays.stream(calibration).mapToObj(outcomes::get).toList());
        return new Trained(gate, quality, training.length, ofUnlike);
    }

    private static double[] grid(double[] sorted) {
        return IntStream.range(0, GRID)
                .mapToDouble(i -> sorted[(int) ((i + 1L) * (sorted.length - 1) / GRID)])
                .distinct()
                .toArray();
    }

    private String hash(List<Outcome> outcomes, String weak, String strong) {
        long hash = Hashes.of(weak + "\n" + strong + "\n" + DifficultyGate.TASK_LABELS, seed);
        for (Outcome o : outcomes) {
            hash = hash * 31 + Hashes.of(o.text(), hash);
            hash = hash * 31 + Hashes.of(o.task() + " " + o.weak() + " " + o.strong(), hash);
        }
        return String.format("%016x", hash);
    }

    /** The outcomes made ready. */
    private final class Parts {
        final List<Outcome> outcomes;
        final Bag[] bags;
        final int[] classes;
        /** 0 of 5: kept apart. */
        final int[] part;

        final int[] fold;
        private final long[] keys;
        private int[][] labels = {};
        private @Nullable SignScale signs;

        Parts(List<Outcome> outcomes) {
            this.outcomes = outcomes;
            int n = outcomes.size();
            bags = new Bag[n];
            classes = new int[n];
            part = new int[n];
            fold = new int[n];
            Scratch scratch = new Scratch();
            Map<String, Integer> stems = new HashMap<>();
            for (Outcome o : outcomes) {
                stems.merge(Outcome.plain(PromptSigns.stem(o.text())), 1, Integer::sum);
            }
            List<String> asked = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                Outcome o = outcomes.get(i);
                bags[i] = Bag.of(o.text(), scratch);
                classes[i] = (o.weak() >= 0.5 ? 2 : 0) + (o.strong() >= 0.5 ? 1 : 0);
                String question = PromptSigns.stem(o.text());
                boolean isInstruction = stems.getOrDefault(Outcome.plain(question), 0) > COMMON * n;
                asked.add(isInstruction ? o.text() : question);
            }
            keys = NearDuplicates.keys(asked, seed, true);
            for (int i = 0; i < n; i++) {
                part[i] = Math.floorMod(keys[i], KEPT_APART);
                fold[i] = Math.floorMod(keys[i] / KEPT_APART, FOLDS);
            }
        }

        int[] select(IntPredicate wanted) {
            return IntStream.range(0, bags.length).filter(wanted).toArray();
        }

        /** Places in {@code which} of the first of those that are nearly the same. */
        int[] unlike(int[] which) {
            Set<Long> seen = new HashSet<>();
            return IntStream.range(0, which.length)
                    .filter(place -> seen.add(keys[which[place]]))
                    .toArray();
        }

        SignScale signs() {
            return Objects.requireNonNull(signs);
        }

        /** Adds signs and task to every input's features; what is usual is learned from {@code training}. */
        void label(int[] training) {
            SignScale scale = SignScale.learn(Arrays.stream(training)
                    .mapToObj(i -> PromptSigns.of(outcomes.get(i).text()))
                    .toList());
            labels = new int[bags.length][];
            for (int i = 0; i < bags.length; i++) {
                labels[i] = DifficultyGate.labels(
                        scale, outcomes.get(i).text(), outcomes.get(i).task(), DifficultyGate.TASK_LABELS);
                bags[i] = bags[i].with(labels[i]);
            }
            signs = scale;
        }

        TextModel learn(int[] which) {
            int least = which.length < 1000 ? 2 : 3;
            return TextModel.learn(bags, which, classes, DifficultyGate.OUTCOMES, least, HOW, seed);
        }

        double score(TextModel text, int i) {
            return DifficultyGate.score(text, outcomes.get(i).text(), labels[i]);
        }
    }
}
