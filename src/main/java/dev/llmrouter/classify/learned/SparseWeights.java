package dev.llmrouter.classify.learned;

import java.util.Arrays;

/**
 * Weights of a learned model in the form that answers fast: per feature the value that most classes share, and the
 * classes that differ from it noticeably, in steps of 1/127 of the row's largest difference.
 */
final class SparseWeights {
    /** Differences below this share of a row's largest one are left out. */
    static final double NEGLIGIBLE = 0.06;

    private static final int STEPS = 127;

    final int classes;
    final float[] bias;
    final float[] shared;
    final float[] unit;
    /** Entries of row r: from start[r] to start[r + 1]. */
    final int[] start;

    final short[] which;
    final byte[] steps;

    SparseWeights(int classes, float[] bias, float[] shared, float[] unit, int[] start, short[] which, byte[] steps) {
        this.classes = classes;
        this.bias = bias;
        this.shared = shared;
        this.unit = unit;
        this.start = start;
        this.which = which;
        this.steps = steps;
    }

    static SparseWeights of(Softmax model, int rows) {
        int classes = model.classes();
        float[] w = model.weights();
        float[] shared = new float[rows];
        float[] unit = new float[rows];
        int[] start = new int[rows + 1];
        short[] which = new short[rows * 4 + 16];
        byte[] steps = new byte[which.length];
        float[] sorted = new float[classes];
        int n = 0;
        for (int row = 0; row < rows; row++) {
            System.arraycopy(w, row * classes, sorted, 0, classes);
            Arrays.sort(sorted);
            float middle = classes == 2 ? 0 : sorted[classes / 2];
            float largest = Math.max(sorted[classes - 1] - middle, middle - sorted[0]);
            shared[row] = middle;
            unit[row] = largest / STEPS;
            start[row] = n;
            if (n + classes > which.length) {
                which = Arrays.copyOf(which, Math.max(n + classes, which.length * 3 / 2));
                steps = Arrays.copyOf(steps, which.length);
            }
            for (int k = 0; k < classes && largest > 0; k++) {
                float difference = w[row * classes + k] - middle;
                if (Math.abs(difference) >= NEGLIGIBLE * largest) {
                    which[n] = (short) k;
                    steps[n++] = (byte) Math.round(difference / unit[row]);
                }
            }
        }
        start[rows] = n;
        return new SparseWeights(
                classes, model.bias().clone(), shared, unit, start, Arrays.copyOf(which, n), Arrays.copyOf(steps, n));
    }

    /** Adds a row's weights times {@code value}; the shared part stands behind the classes, at {@code at + classes}. */
    void addRow(int row, float value, float[] scores, int at) {
        float factor = value * unit[row];
        int end = start[row + 1];
        for (int i = start[row]; i < end; i++) {
            scores[at + which[i]] += factor * steps[i];
        }
        scores[at + classes] += value * shared[row];
    }

    /** One weight, as it is used. */
    float weight(int row, int k) {
        for (int i = start[row]; i < start[row + 1]; i++) {
            if (which[i] == k) {
                return shared[row] + unit[row] * steps[i];
            }
        }
        return shared[row];
    }
}
