package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Trains the task classifier: folds for calibration and quality, then the model on all examples. One thread. */
public final class LearnedTrainer {
    private static final int FOLDS = 4;
    /** Folds in which one task of four is left out of training, to see how texts of unknown tasks look. */
    private static final int PARTED = 2;

    private static final int TASKS_TO_PART = 3;
    private static final int LARGE = 5_000;

    private final TrainingSettings settings;
    private final Consumer<String> progress;

    /** @param progress is told what is being done, for people */
    public LearnedTrainer(TrainingSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** A model and how good it is. */
    public record Trained(LearnedModel model, Quality quality) {}

    /**
     * Trains.
     *
     * @throws ExamplesException if the examples cannot teach
     */
    public Trained train(List<LabelledExample> examples) throws ExamplesException {
        TrainingSet set = TrainingSet.of(examples, settings, FOLDS);
        progress.accept(set.size() + " examples of " + set.tasks.size() + " tasks"
                + (set.none ? ", some of none of them" : ""));
        HeldOut heldOut = new HeldOut(set.size());
        List<Quality.Point> learning = new ArrayList<>();
        for (int fold = 0; fold < set.foldCount; fold++) {
            if (fold == 0) {
                learning.add(partial(set, 0.25));
                learning.add(partial(set, 0.5));
            }
            progress.accept("fold " + (fold + 1) + " of " + set.foldCount);
            scoreFold(set, set.outsideFold(fold), set.inFold(fold), heldOut);
            if (fold == 0) {
                learning.add(point(set, set.outsideFold(0), set.inFold(0), heldOut));
            }
        }
        Calibration calibration = Calibrator.learn(set, heldOut, withoutSomeTasks(set), settings.keep());
        progress.accept("all examples");
        int[] all = set.everything();
        Vocabulary vocabulary = set.vocabulary(all);
        Softmax softmax = learn(set, all, vocabulary);
        SparseWeights weights = SparseWeights.of(softmax, vocabulary.size());
        LearnedModel model =
                new LearnedModel(set.id, set.tasks, set.none, vocabulary, weights, calibration, set.spelling);
        return new Trained(model, Calibrator.quality(set, heldOut, calibration, learning));
    }

    private List<HeldOut> withoutSomeTasks(TrainingSet set) {
        List<HeldOut> all = new ArrayList<>();
        for (int part = 0; part < PARTED && set.tasks.size() >= TASKS_TO_PART; part++) {
            progress.accept("without some tasks, " + (part + 1) + " of " + PARTED);
            IntPredicate leftOut = leftOut(set, part);
            int[] from = Arrays.stream(set.outsideFold(part))
                    .filter(i -> !leftOut.test(i))
                    .toArray();
            if (from.length > 0) {
                HeldOut without = new HeldOut(set.size(), leftOut);
                scoreFold(set, from, set.inFold(part), without);
                all.add(without);
            }
        }
        return all;
    }

    private static IntPredicate leftOut(TrainingSet set, int part) {
        return i -> !set.isNone(i) && set.classes[i] % FOLDS == part;
    }

    /** The model of some examples and of their noisy copies. */
    Softmax learn(TrainingSet set, int[] which, Vocabulary vocabulary) {
        Weighted[][] xs = new Weighted[which.length][];
        int[] ys = new int[which.length];
        for (int i = 0; i < which.length; i++) {
            Bag[] noisy = set.noisy[which[i]];
            xs[i] = new Weighted[noisy.length + 1];
            xs[i][0] = Weighted.of(set.bags[which[i]], vocabulary);
            for (int k = 0; k < noisy.length; k++) {
                xs[i][k + 1] = Weighted.of(noisy[k], vocabulary);
            }
            ys[i] = set.classes[which[i]];
        }
        Softmax.Settings how = new Softmax.Settings(which.length > LARGE ? 15 : 25, 1.0, 1e-5, 0);
        return Softmax.learn(xs, ys, vocabulary.size(), set.classCount(), how, settings.seed());
    }

    private void scoreFold(TrainingSet set, int[] from, int[] to, HeldOut result) {
        Vocabulary vocabulary = set.vocabulary(from);
        Softmax softmax = learn(set, from, vocabulary);
        for (int i : to) {
            Scored[] copies = new Scored[set.noisy[i].length];
            for (int k = 0; k < copies.length; k++) {
                copies[k] = Scored.of(set.noisy[i][k], vocabulary, softmax, set.tasks.size());
            }
            result.put(i, Scored.of(set.bags[i], vocabulary, softmax, set.tasks.size()), copies);
        }
    }

    /** Accuracy on the first fold after learning from a share of the others. */
    private Quality.Point partial(TrainingSet set, double share) {
        progress.accept("learning curve at " + Math.round(share * 100) + " %");
        int[] from = set.outsideFold(0);
        Softmax.shuffle(from, new SplittableRandom(settings.seed()));
        from = Arrays.copyOf(from, Math.max(1, (int) Math.round(from.length * share)));
        Arrays.sort(from);
        HeldOut scores = new HeldOut(set.size());
        scoreFold(set, from, set.inFold(0), scores);
        return point(set, from, set.inFold(0), scores);
    }

    private static Quality.Point point(TrainingSet set, int[] from, int[] to, HeldOut heldOut) {
        int n = 0;
        int right = 0;
        for (int i : to) {
            if (!set.isNone(i)) {
                n++;
                right += LearnedModel.best(heldOut.text(i).scores(), set.tasks.size()) == set.classes[i] ? 1 : 0;
            }
        }
        long inScope = Arrays.stream(from).filter(i -> !set.isNone(i)).count();
        return new Quality.Point(inScope / (double) set.tasks.size(), n == 0 ? 0 : right / (double) n, n);
    }
}
