package dev.llmrouter.classify.learned;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Scores one text after the other against sparse weights, without leaving anything behind. For one thread. */
final class Reader implements TextFeatures.Sink {
    private static final int[] NO_EXTRAS = {};

    private final Vocabulary vocabulary;
    private final SparseWeights weights;
    private final float[] lengths;
    private final ModelCaches caches;
    private final Scratch scratch;
    private final Grams grams;
    private final RowSums[] byView = new RowSums[TextFeatures.VIEWS];
    private final double[] squares = new double[TextFeatures.VIEWS];
    /** Of each row in this text; 0 between texts. */
    private final int[] counts;

    private int size;
    private int[] touched = new int[1024];
    private byte[] views = new byte[1024];
    private float[] @Nullable [] full = new float[1024][];
    /** What each touched row adds to the coverage. */
    private float[] mass = new float[1024];

    Reader(Vocabulary vocabulary, SparseWeights weights, float[] lengths, ModelCaches caches, Spelling spelling) {
        scratch = new Scratch(spelling);
        this.caches = caches;
        this.lengths = lengths;
        this.vocabulary = vocabulary;
        this.weights = weights;
        counts = new int[vocabulary.size()];
        grams = new Grams();
        for (int view = 0; view < byView.length; view++) {
            byView[view] = new RowSums(weights);
        }
    }

    @Override
    public void add(int feature) {
        int row = vocabulary.row(feature);
        if (row >= 0 && counts[row]++ == 0) {
            if (size == touched.length) {
                grow();
            }
            views[size] = (byte) TextFeatures.view(feature);
            touched[size++] = row;
        }
    }

    private void grow() {
        touched = Arrays.copyOf(touched, 2 * size);
        views = Arrays.copyOf(views, 2 * size);
        full = Arrays.copyOf(full, 2 * size);
        mass = Arrays.copyOf(mass, 2 * size);
    }

    @Override
    public void chunk(char[] chars, int from, int to, long hash) {
        ChunkCache.Entry entry = caches.chunks().get(hash);
        if (entry == null) {
            entry = grams.entry(chars, from, to, hash);
            caches.chunks().put(entry);
        }
        squares[TextFeatures.CHARS] += entry.square();
        byView[TextFeatures.CHARS].addSum(entry.scores());
    }

    /** Adds up the n-grams of one chunk. */
    private final class Grams implements TextFeatures.Sink {
        private final RowSums sums = new RowSums(weights);
        private double square;

        ChunkCache.Entry entry(char[] chars, int from, int to, long hash) {
            square = 0;
            TextFeatures.gramsOf(chars, from, to, this);
            return new ChunkCache.Entry(hash, sums.take(), square);
        }

        @Override
        public void add(int feature) {
            int row = vocabulary.row(feature);
            if (row >= 0) {
                float idf = vocabulary.idf(row);
                square += (double) idf * idf;
                sums.addSparse(row, idf);
            }
        }
    }

    /**
     * Scores a text.
     *
     * @param scores takes the raw score of each class
     */
    void score(CharSequence text, float[] scores) {
        score(text, NO_EXTRAS, scores);
    }

    /** @param extras features besides those of the text */
    void score(CharSequence text, int[] extras, float[] scores) {
        size = 0;
        Arrays.fill(squares, 0);
        for (RowSums sums : byView) {
            sums.clear();
        }
        TextFeatures.extract(text, scratch, this);
        for (int extra : extras) {
            add(extra);
        }
        for (int i = 0; i < size; i++) {
            weigh(i);
        }
        float[] scale = Weighted.scales(squares, lengths);
        System.arraycopy(weights.bias, 0, scores, 0, weights.classes);
        for (int view = 0; view < TextFeatures.VIEWS; view++) {
            RowSums of = byView[view];
            scale(view == TextFeatures.CHARS ? of.finishSums() : of.finish(), scale[view], scores, weights.classes);
        }
    }

    private static void scale(float[] sums, float scale, float[] scores, int classes) {
        float shared = sums[classes] * scale;
        for (int k = 0; k < classes; k++) {
            scores[k] += sums[k] * scale + shared;
        }
    }

    private void weigh(int i) {
        int row = touched[i];
        int view = views[i];
        int count = counts[row];
        counts[row] = 0;
        float[] dense = caches.rows().get(row);
        full[i] = dense;
        float idf = dense == null ? vocabulary.idf(row) : dense[weights.classes + DenseRows.IDF];
        float value = Weighted.damped(count) * idf;
        mass[i] = Coverage.counts(view) ? Coverage.mass(count, idf) : 0;
        squares[view] += (double) value * value;
        if (dense == null) {
            byView[view].addSparse(row, value);
        } else {
            byView[view].add(dense, value);
        }
    }

    /** {@link Coverage} of the last text by a task. */
    double covered(int task) {
        int classes = weights.classes;
        double known = 0;
        for (int i = 0; i < size; i++) {
            if (mass[i] > 0) {
                float[] dense = full[i];
                float weight = dense == null
                        ? weights.weight(touched[i], task)
                        : dense[classes + DenseRows.SHARED] + dense[classes + DenseRows.UNIT] * dense[task];
                known += weight > 0 ? mass[i] : 0;
            }
        }
        return Coverage.of(known, vocabulary);
    }
}
