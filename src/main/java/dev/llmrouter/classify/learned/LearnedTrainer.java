package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Trains the task classifier: folds for calibration and quality, and the model on all examples. None of these needs what
 * another has learned, so that several threads may learn at once; the outcome is the same, bit by bit.
 */
public final class LearnedTrainer {
    /** Goes up where the same examples give another model, so that it has another id. */
    static final int METHOD = 3;

    private static final int FOLDS = 4;
    /** Folds in which one task of four is left out of training, to see how texts of unknown tasks look. */
    private static final int PARTED = 2;

    private static final int TASKS_TO_PART = 3;
    private static final int LARGE = 5_000;

    private final TrainingSettings settings;
    private final Consumer<String> progress;
    private final int threads;

    /** One thread: that of the caller. @param progress is told what is being done, for people */
    public LearnedTrainer(TrainingSettings settings, Consumer<String> progress) {
        this(settings, progress, 1);
    }

    /**
     * @param progress is told what is being done, for people, by one thread at a time
     * @param threads how many learn at once, 1 or more; each needs memory for a model of its own
     */
    public LearnedTrainer(TrainingSettings settings, Consumer<String> progress, int threads) {
        this.settings = settings;
        this.progress = progress;
        this.threads = Math.max(1, threads);
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
        try (Learners learners = new Learners(threads)) {
            Learners.Result<LearnedParts> whole = learners.start(() -> learnAll(set));
            List<Learners.Result<Integer>> folds = new ArrayList<>();
            for (int i = 0; i < set.foldCount; i++) {
                int fold = i;
                folds.add(learners.start(() -> learnFold(set, fold, heldOut)));
            }
            List<Learners.Result<HeldOut>> parted = withoutSomeTasks(set, learners);
            Learners.Result<Quality.Point> quarter = learners.start(() -> partial(set, 0.25));
            Learners.Result<Quality.Point> half = learners.start(() -> partial(set, 0.5));
            folds.forEach(Learners.Result::get);
            List<Quality.Point> learning =
                    List.of(quarter.get(), half.get(), point(set, set.outsideFold(0), set.inFold(0), heldOut));
            Calibration calibration = Calibrator.learn(
                    set, heldOut, parted.stream().map(Learners.Result::get).toList(), settings.keep());
            LearnedParts parts = whole.get();
            LearnedModel model = new LearnedModel(
                    set.id,
                    set.tasks,
                    set.none,
                    parts.vocabulary(),
                    parts.weights(),
                    calibration,
                    set.spelling,
                    set.room);
            return new Trained(model, Calibrator.quality(set, heldOut, calibration, learning));
        }
    }

    private record LearnedParts(Vocabulary vocabulary, SparseWeights weights) {}

    private LearnedParts learnAll(TrainingSet set) {
        say("all examples");
        int[] all = set.everything();
        Vocabulary vocabulary = set.vocabulary(all);
        return new LearnedParts(vocabulary, SparseWeights.of(learn(set, all, vocabulary), vocabulary.size()));
    }

    private int learnFold(TrainingSet set, int fold, HeldOut heldOut) {
        say("fold " + (fold + 1) + " of " + set.foldCount);
        scoreFold(set, set.outsideFold(fold), set.inFold(fold), heldOut);
        return fold;
    }

    private synchronized void say(String what) {
        progress.accept(what);
    }

    private List<Learners.Result<HeldOut>> withoutSomeTasks(TrainingSet set, Learners learners) {
        List<Learners.Result<HeldOut>> all = new ArrayList<>();
        for (int i = 0; i < PARTED && set.tasks.size() >= TASKS_TO_PART; i++) {
            int part = i;
            IntPredicate leftOut = leftOut(set, part);
            int[] from = Arrays.stream(set.outsideFold(part))
                    .filter(each -> !leftOut.test(each))
                    .toArray();
            if (from.length > 0) {
                all.add(learners.start(() -> {
                    say("without some tasks, " + (part + 1) + " of " + PARTED);
                    HeldOut without = new HeldOut(set.size(), leftOut);
                    scoreFold(set, from, set.inFold(part), without);
                    return without;
                }));
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
        return Softmax.learn(xs, ys, vocabulary.size(), priors(set, ys), how, settings.seed());
    }

    /** Numbers of examples are what somebody had at hand, and not how often a task is asked for; none of the tasks keeps its share. */
    private static float[] priors(TrainingSet set, int[] classes) {
        int[] counts = new int[set.classCount()];
        for (int each : classes) {
            counts[each]++;
        }
        int most = 0;
        for (int k = 0; k < set.tasks.size(); k++) {
            most = Math.max(most, counts[k]);
        }
        float[] priors = new float[counts.length];
        for (int k = 0; k < set.tasks.size(); k++) {
            priors[k] = counts[k] == 0 ? 0 : (float) StrictMath.log((double) counts[k] / most);
        }
        return priors;
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
        say("learning curve at " + Math.round(share * 100) + " %");
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
