package dev.llmrouter.classify.learned;

import java.util.Arrays;
import java.util.Locale;

/**
 * The features that training has seen often enough, each with its row and its inverse document frequency.
 *
 * <p>Immutable after it was built; a feature's row is found by open addressing. Rows are ordered by how many texts have
 * the feature, then by hash, so that the same texts in any order give the same rows.
 */
public final class Vocabulary {
    /** Most features kept: those in the most texts. */
    static final int MAX_FEATURES = 1 << 19;

    /** Most features of all texts together: so many an array of the JVM holds. */
    private static final long MOST_COUNTED = Integer.MAX_VALUE - 8;

    private final int[] features;
    private final float[] idf;
    private final long[] table;
    private final int mask;

    Vocabulary(int[] features, float[] idf) {
        this.features = features;
        this.idf = idf;
        int size = Integer.highestOneBit(Math.max(8, features.length)) * 4;
        table = new long[size];
        mask = size - 1;
        for (int row = 0; row < features.length; row++) {
            int at = slot(features[row]);
            while (table[at] != 0) {
                at = (at + 1) & mask;
            }
            table[at] = (long) features[row] << 32 | row + 1;
        }
    }

    private int slot(int feature) {
        return (feature >>> 2 ^ feature << 7) & mask;
    }

    int size() {
        return features.length;
    }

    int feature(int row) {
        return features[row];
    }

    float idf(int row) {
        return idf[row];
    }

    int view(int row) {
        return TextFeatures.view(features[row]);
    }

    /** The feature's row; -1 if training has not seen it. */
    int row(int feature) {
        int at = slot(feature);
        for (long found = table[at]; found != 0; found = table[at]) {
            if ((int) (found >> 32) == feature) {
                return (int) found - 1;
            }
            at = (at + 1) & mask;
        }
        return -1;
    }

    /**
     * Counts in how many texts each feature stands.
     *
     * @param texts distinct features of each text
     * @param which indices of the texts that count
     * @param least texts that a feature must stand in
     * @throws IllegalArgumentException if they have more features than can be counted
     */
    static Vocabulary of(int[][] texts, int[] which, int least) {
        int total = total(texts, which);
        int[] all = new int[total];
        int at = 0;
        for (int i : which) {
            System.arraycopy(texts[i], 0, all, at, texts[i].length);
            at += texts[i].length;
        }
        Arrays.sort(all);
        long[] kept = new long[often(all, least)];
        int count = 0;
        for (int from = 0; from < total; ) {
            int to = from + 1;
            while (to < total && all[to] == all[from]) {
                to++;
            }
            if (to - from >= least) {
                kept[count++] = (long) -(to - from) << 32 | all[from] & 0xFFFFFFFFL;
            }
            from = to;
        }
        Arrays.sort(kept);
        count = Math.min(count, MAX_FEATURES);
        int[] features = new int[count];
        float[] idf = new float[count];
        for (int row = 0; row < count; row++) {
            features[row] = (int) kept[row];
            double texted = -(kept[row] >> 32);
            idf[row] = (float) (1 + StrictMath.log((1.0 + which.length) / (1.0 + texted)));
        }
        return new Vocabulary(features, idf);
    }

    private static int total(int[][] texts, int[] which) {
        long total = 0;
        for (int i : which) {
            total += texts[i].length;
        }
        if (total > MOST_COUNTED) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the examples have %,d features; allowed up to %,d. Train on fewer or shorter examples.",
                    total,
                    MOST_COUNTED));
        }
        return (int) total;
    }

    /** Distinct ones that stand there often enough. @param sorted in ascending order */
    private static int often(int[] sorted, int least) {
        int count = 0;
        for (int from = 0; from < sorted.length; ) {
            int to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            count += to - from >= least ? 1 : 0;
            from = to;
        }
        return count;
    }
}
