package dev.llmrouter.classify.learned;

import java.util.Arrays;

/** Scores texts row by row and class by class, and remembers nothing: what {@link Reader} has to equal bit by bit. */
final class PlainReader implements TextFeatures.Sink {
    private final Vocabulary vocabulary;
    private final SparseWeights weights;
    private final Scratch scratch;
    private final int[] counts;
    private int[] touched = new int[1024];
    private int size;
    private final float[] byView;
    /** What each touched row adds to the coverage. */
    private float[] mass = new float[1024];

    private final float[] lengths;
    private final Grams grams = new Grams();
    private final double[] squares = new double[TextFeatures.VIEWS];

    PlainReader(Vocabulary vocabulary, SparseWeights weights, float[] lengths, Spelling spelling) {
        scratch = new Scratch(spelling);
        this.lengths = lengths;
        this.vocabulary = vocabulary;
        this.weights = weights;
        counts = new int[vocabulary.size()];
        byView = new float[TextFeatures.VIEWS * (weights.classes + 1)];
    }

    @Override
    public void add(int feature) {
        int row = vocabulary.row(feature);
        if (row >= 0 && counts[row]++ == 0) {
            if (size == touched.length) {
                touched = Arrays.copyOf(touched, 2 * size);
                mass = Arrays.copyOf(mass, 2 * size);
            }
            touched[size++] = row;
        }
    }

    @Override
    public void chunk(char[] chars, int from, int to, long hash) {
        ChunkCache.Entry entry = grams.entry(chars, from, to, hash);
        squares[TextFeatures.CHARS] += entry.square();
        float[] add = entry.scores();
        int at = TextFeatures.CHARS * add.length;
        for (int k = 0; k < add.length; k++) {
            byView[at + k] += add[k];
        }
    }

    /** Adds up the n-grams of one chunk. */
    private final class Grams implements TextFeatures.Sink {
        private float[] sum = {};
        private double square;

        ChunkCache.Entry entry(char[] chars, int from, int to, long hash) {
            sum = new float[weights.classes + 1];
            square = 0;
            TextFeatures.gramsOf(chars, from, to, this);
            return new ChunkCache.Entry(hash, sum, square);
        }

        @Override
        public void add(int feature) {
            int row = vocabulary.row(feature);
            if (row >= 0) {
                float idf = vocabulary.idf(row);
                square += (double) idf * idf;
                weights.addRow(row, idf, sum, 0);
            }
        }
    }

    /**
     * Scores a text.
     *
     * @param scores takes the raw score of each class
     */
    void score(CharSequence text, float[] scores) {
        size = 0;
        Arrays.fill(byView, 0);
        Arrays.fill(squares, 0);
        TextFeatures.extract(text, scratch, this);
        int width = weights.classes + 1;
        for (int i = 0; i < size; i++) {
            int row = touched[i];
            int view = vocabulary.view(row);
            float value = Weighted.damped(counts[row]) * vocabulary.idf(row);
            mass[i] = Coverage.counts(view) ? Coverage.mass(counts[row], vocabulary.idf(row)) : 0;
            counts[row] = 0;
            squares[view] += (double) value * value;
            weights.addRow(row, value, byView, view * width);
        }
        float[] scale = Weighted.scales(squares, lengths);
        System.arraycopy(weights.bias, 0, scores, 0, weights.classes);
        for (int view = 0; view < TextFeatures.VIEWS; view++) {
            int at = view * width;
            float shared = byView[at + weights.classes] * scale[view];
            for (int k = 0; k < weights.classes; k++) {
                scores[k] += byView[at + k] * scale[view] + shared;
            }
        }
    }

    /** {@link Coverage} of the last text by a task. */
    double covered(int task) {
        double known = 0;
        for (int i = 0; i < size; i++) {
            if (mass[i] > 0 && weights.weight(touched[i], task) > 0) {
                known += mass[i];
            }
        }
        return Coverage.of(known, vocabulary);
    }
}
