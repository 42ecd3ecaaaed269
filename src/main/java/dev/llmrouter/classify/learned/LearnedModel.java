package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A trained task classifier. Immutable and safe for use by many threads.
 *
 * <p>Made by {@link LearnedTrainer}, kept by {@link ModelFile}.
 */
public final class LearnedModel {
    /** Tasks that a prediction names at most. */
    public static final int TOP = 5;

    private static final int IDLE_READERS = 16;

    private final String id;
    private final List<String> tasks;
    private final boolean none;
    private final Vocabulary vocabulary;
    private final SparseWeights weights;
    private final Calibration calibration;
    private final Spelling spelling;
    private final int room;
    private final ModelCaches caches;
    private final ConcurrentLinkedQueue<Reader> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger idleCount = new AtomicInteger();

    LearnedModel(
            String id,
            List<String> tasks,
            boolean none,
            Vocabulary vocabulary,
            SparseWeights weights,
            Calibration calibration,
            Spelling spelling,
            int room) {
        this.id = id;
        this.tasks = List.copyOf(tasks);
        this.none = none;
        this.vocabulary = vocabulary;
        this.weights = weights;
        this.calibration = calibration;
        this.spelling = spelling;
        this.room = room;
        caches = ModelCaches.of(vocabulary, weights);
    }

    /** Hash of the examples and settings that the model was made from: 16 hexadecimal digits. */
    public String id() {
        return id;
    }

    /** The tasks it knows, in alphabetical order. */
    public List<String> tasks() {
        return tasks;
    }

    /** Whether examples of "none of these" were among those it learned from. */
    public boolean knowsNone() {
        return none;
    }

    public Calibration calibration() {
        return calibration;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    Spelling spelling() {
        return spelling;
    }

    /** Characters that are read of a text, see {@link TextEnds}. */
    int room() {
        return room;
    }

    SparseWeights weights() {
        return weights;
    }

    /** Names the task of a text. */
    public Prediction predict(CharSequence text) {
        Scored scored = scored(text);
        float[] scores = scored.scores();
        int best = best(scores, tasks.size());
        double raw = scores[best];
        double lead = none ? raw - scores[tasks.size()] : 0;
        Softmax.normalise(scores, tasks.size(), calibration.temperature());
        double confidence = calibration.confidence(scores[best], raw, lead, scored.covered());
        String task = confidence >= calibration.threshold() ? tasks.get(best) : null;
        return new Prediction(task, confidence, top(scores, confidence));
    }

    /** The words that speak most for the best task against the second best, the strongest first. */
    public List<TextModel.Word> words(CharSequence text, int most) {
        float[] scores = scored(text).scores();
        int first = best(scores, tasks.size());
        scores[first] = Float.NEGATIVE_INFINITY;
        int second = best(scores, tasks.size());
        double[] direction = new double[weights.classes];
        direction[first] = 1;
        direction[second] -= 1;
        Contributions.Knowledge known =
                new Contributions.Knowledge(vocabulary, weights, Weighted.VIEW_LENGTH, spelling);
        return Contributions.of(TextEnds.of(text, room), new int[0], known, direction, most);
    }

    /** Raw scores of all classes; "none of these" is the last where the model knows it. */
    private Scored scored(CharSequence text) {
        Reader reader = idle.poll();
        if (reader == null) {
            reader = new Reader(vocabulary, weights, Weighted.VIEW_LENGTH, caches, spelling);
        } else {
            idleCount.decrementAndGet();
        }
        float[] scores = new float[weights.classes];
        reader.score(TextEnds.of(text, room), scores);
        Scored scored = new Scored(scores, reader.covered(best(scores, tasks.size())));
        if (idleCount.get() < IDLE_READERS) {
            idleCount.incrementAndGet();
            idle.add(reader);
        }
        return scored;
    }

    static int best(float[] scores, int n) {
        int best = 0;
        for (int k = 1; k < n; k++) {
            if (scores[k] > scores[best]) {
                best = k;
            }
        }
        return best;
    }

    private List<Prediction.Ranked> top(float[] p, double confidence) {
        List<Prediction.Ranked> top = new ArrayList<>(TOP);
        double first = p[best(p, tasks.size())];
        // where the confidence is lower than the share among the tasks, the rest is the chance of none of them
        double others = confidence <= first ? confidence / first : (1 - confidence) / Math.max(1e-12, 1 - first);
        for (int i = 0; i < Math.min(TOP, tasks.size()); i++) {
            int best = best(p, tasks.size());
            top.add(new Prediction.Ranked(tasks.get(best), i == 0 ? confidence : Math.min(1, p[best] * others)));
            p[best] = -1;
        }
        return top;
    }
}
