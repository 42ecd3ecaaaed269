package dev.llmrouter.classify.learned;

/**
 * A text as a sparse vector over a vocabulary: (1 + ln count) times inverse document frequency (character n-grams: count
 * times it), each view scaled to its share of the length.
 *
 * @param rows rows of the vocabulary, ascending
 * @param values of each
 * @param known share of the text's feature occurrences (counted once each) that the vocabulary knows, 0 to 1
 */
public record Weighted(int[] rows, float[] values, double known) {
    /** Length of each view's vector: words, character n-grams, words by position, shape. */
    static final float[] VIEW_LENGTH = {1f, 1f, 0.7f, 0.25f};

    static Weighted of(Bag bag, Vocabulary vocabulary) {
        return of(bag, vocabulary, VIEW_LENGTH);
    }

    static Weighted of(Bag bag, Vocabulary vocabulary, float[] lengths) {
        int[] features = bag.features();
        int[] rows = new int[features.length];
        float[] values = new float[features.length];
        double[] squares = new double[TextFeatures.VIEWS];
        int n = 0;
        for (int i = 0; i < features.length; i++) {
            int row = vocabulary.row(features[i]);
            if (row >= 0) {
                float idf = vocabulary.idf(row);
                float value = idf;
                int count = bag.counts()[i];
                if (vocabulary.view(row) == TextFeatures.CHARS) {
                    // additive over chunks, so that a chunk's part can be remembered
                    value *= count;
                    squares[TextFeatures.CHARS] += (double) count * idf * idf;
                } else {
                    value *= damped(count);
                    squares[vocabulary.view(row)] += (double) value * value;
                }
                rows[n] = row;
                values[n++] = value;
            }
        }
        float[] scale = scales(squares, lengths);
        for (int i = 0; i < n; i++) {
            values[i] *= scale[vocabulary.view(rows[i])];
        }
        double known = features.length == 0 ? 0 : n / (double) features.length;
        return new Weighted(java.util.Arrays.copyOf(rows, n), java.util.Arrays.copyOf(values, n), known);
    }

    static float[] scales(double[] squares, float[] lengths) {
        float[] scale = new float[TextFeatures.VIEWS];
        for (int view = 0; view < scale.length; view++) {
            scale[view] = squares[view] == 0 ? 0 : (float) (lengths[view] / Math.sqrt(squares[view]));
        }
        return scale;
    }

    private static final float[] DAMPED = new float[64];

    static {
        for (int i = 1; i < DAMPED.length; i++) {
            DAMPED[i] = (float) (1 + StrictMath.log(i));
        }
    }

    static float damped(int count) {
        return DAMPED[Math.min(count, DAMPED.length - 1)];
    }
}
