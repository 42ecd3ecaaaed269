package dev.llmrouter.classify.learned;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Probabilities of a few classes from a text and some labels: the n-gram model of the task classifier, for other uses.
 * Immutable and safe for use by many threads.
 */
public final class TextModel {
    private static final int IDLE_READERS = 16;
    /** Length of each view's vector; labels stand in the last one. */
    private static final float[] LENGTHS = {1f, 1f, 0.7f, 1f};

    private final Vocabulary vocabulary;
    private final SparseWeights weights;
    private final ModelCaches caches;
    private final ConcurrentLinkedQueue<Reader> idle = new ConcurrentLinkedQueue<>();

    private TextModel(Vocabulary vocabulary, SparseWeights weights) {
        this.vocabulary = vocabulary;
        this.weights = weights;
        caches = ModelCaches.of(vocabulary, weights);
    }

    /**
     * Learns.
     *
     * @param bags features of all texts, labels included
     * @param which indices of those to learn from, at least one
     * @param classes class of each text, 0 to {@code count - 1}
     * @param least texts that a feature must stand in to count
     */
    public static TextModel learn(
            Bag[] bags, int[] which, int[] classes, int count, int least, Softmax.Settings settings, long seed) {
        int[][] features = new int[bags.length][];
        for (int i : which) {
            features[i] = bags[i].features();
        }
        Vocabulary vocabulary = Vocabulary.of(features, which, least);
        Weighted[] xs = new Weighted[which.length];
        int[] ys = new int[which.length];
        for (int i = 0; i < which.length; i++) {
            xs[i] = Weighted.of(bags[which[i]], vocabulary, LENGTHS);
            ys[i] = classes[which[i]];
        }
        Softmax softmax = Softmax.learn(xs, ys, vocabulary.size(), count, settings, seed);
        return new TextModel(vocabulary, SparseWeights.of(softmax, vocabulary.size()));
    }

    /**
     * Probability of each class; they sum to 1.
     *
     * @param labels features besides those of the text, see {@link Bag#label}
     */
    public float[] probabilities(CharSequence text, int... labels) {
        Reader reader = idle.poll();
        if (reader == null) {
            reader = new Reader(vocabulary, weights, LENGTHS, caches, Spelling.NONE);
        }
        float[] scores = new float[weights.classes];
        reader.score(text, labels, scores);
        if (idle.size() < IDLE_READERS) {
            idle.add(reader);
        }
        Softmax.normalise(scores, weights.classes, 1);
        return scores;
    }

    /**
     * The words that count most, the strongest first.
     *
     * @param direction what a point of each class's raw score is worth
     * @param most words at most
     */
    public List<Word> words(CharSequence text, int[] labels, double[] direction, int most) {
        return Contributions.of(
                text,
                labels,
                new Contributions.Knowledge(vocabulary, weights, LENGTHS, Spelling.NONE),
                direction,
                most);
    }

    /** What each label adds; parameters as in {@link #words}. */
    public double[] labels(CharSequence text, int[] labels, double[] direction) {
        return Contributions.ofExtras(
                text, labels, new Contributions.Knowledge(vocabulary, weights, LENGTHS, Spelling.NONE), direction);
    }

    /** A word of the text and what it adds. */
    public record Word(String text, double weight) {}

    /** Writes the model; {@link #read} is its counterpart. */
    public void write(DataOutputStream out) throws IOException {
        ModelFile.writeWeights(vocabulary, weights, out);
    }

    /** @throws ModelFormatException if the content is damaged */
    public static TextModel read(DataInputStream in, int classes) throws IOException, ModelFormatException {
        try {
            ModelFile.Weights read = ModelFile.readWeights(in, classes);
            return new TextModel(read.vocabulary(), read.weights());
        } catch (ModelFile.FaultException e) {
            throw new ModelFormatException(String.valueOf(e.getMessage()));
        }
    }
}
