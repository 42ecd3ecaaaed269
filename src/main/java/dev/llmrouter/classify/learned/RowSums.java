package dev.llmrouter.classify.learned;

import java.util.Arrays;

/**
 * Sums of weighted rows, by class, the shared part last. Rows are added four at a time: each class gets them in the order
 * in which they were handed over, so that every bit is as if they had been added one by one. For one thread.
 */
final class RowSums {
    private final SparseWeights weights;
    private final int classes;
    /** Read it after {@link #finish} only. */
    private float[] sums;

    private final float[][] rows = new float[4][];
    private final float[] factors = new float[4];
    private int waiting;

    RowSums(SparseWeights weights) {
        this.weights = weights;
        classes = weights.classes;
        sums = new float[classes + 1];
    }

    void clear() {
        Arrays.fill(sums, 0);
        waiting = 0;
    }

    /** Adds a full row of {@link DenseRows} times {@code value}. */
    void add(float[] row, float value) {
        sums[classes] += value * row[classes + DenseRows.SHARED];
        rows[waiting] = row;
        factors[waiting++] = value * row[classes + DenseRows.UNIT];
        if (waiting == 4) {
            addFour(sums, classes, rows, factors);
            waiting = 0;
        }
    }

    /** Adds a row that is not held in full. */
    void addSparse(int row, float value) {
        finish();
        weights.addRow(row, value, sums, 0);
    }

    /** Adds what was summed before; nothing else may be added to the same sums but by {@link #addSum}. */
    void addSum(float[] sum) {
        rows[waiting++] = sum;
        if (waiting == 4) {
            addFour(sums, classes + 1, rows);
            waiting = 0;
        }
    }

    /** Adds what {@link #addSum} has kept back. */
    float[] finishSums() {
        for (int i = 0; i < waiting; i++) {
            addOne(sums, classes + 1, rows[i]);
        }
        waiting = 0;
        return sums;
    }

    /** Adds what was kept back. @return the sums, until the next call */
    float[] finish() {
        for (int i = 0; i < waiting; i++) {
            addOne(sums, classes, rows[i], factors[i]);
        }
        waiting = 0;
        return sums;
    }

    /** Hands the sums over; new ones begin at 0. */
    float[] take() {
        float[] taken = finish();
        sums = new float[classes + 1];
        return taken;
    }

    private static void addFour(float[] to, int n, float[][] rows, float[] factors) {
        float[] a = rows[0];
        float[] b = rows[1];
        float[] c = rows[2];
        float[] d = rows[3];
        float fa = factors[0];
        float fb = factors[1];
        float fc = factors[2];
        float fd = factors[3];
        for (int k = 0; k < n; k++) {
            to[k] = to[k] + fa * a[k] + fb * b[k] + fc * c[k] + fd * d[k];
        }
    }

    private static void addOne(float[] to, int n, float[] row, float factor) {
        for (int k = 0; k < n; k++) {
            to[k] += factor * row[k];
        }
    }

    private static void addFour(float[] to, int n, float[][] rows) {
        float[] a = rows[0];
        float[] b = rows[1];
        float[] c = rows[2];
        float[] d = rows[3];
        for (int k = 0; k < n; k++) {
            to[k] = to[k] + a[k] + b[k] + c[k] + d[k];
        }
    }

    private static void addOne(float[] to, int n, float[] row) {
        for (int k = 0; k < n; k++) {
            to[k] += row[k];
        }
    }
}
