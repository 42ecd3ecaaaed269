package dev.llmrouter.classify.learned;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link SparseWeights} laid out in full, for those that texts keep meeting: adding one to the scores is then a loop
 * that the JIT turns into vector instructions. A fixed number of slots; as rows are ordered by how many texts have their
 * feature, the more frequent one keeps the slot; all rows together take 16 MB at most. A row of it says what the sparse one says, so that answers do not depend on
 * what is held. Safe for use by many threads.
 *
 * <p>A full row holds a step for each class, then at {@code classes + SHARED}, {@code + UNIT}, {@code + IDF} the shared
 * weight, the worth of a step and the feature's inverse document frequency.
 */
final class DenseRows {
    static final int SHARED = 0;
    static final int UNIT = 1;
    static final int IDF = 2;

    private static final int ROW = 3;
    private static final int FIGURES = 4;
    private static final int MOST_SLOTS = 1 << 16;
    private static final int MOST_FLOATS = 1 << 22;

    private final Vocabulary vocabulary;
    private final SparseWeights weights;
    private final AtomicReferenceArray<float @Nullable []> slots;
    private final int mask;
    private final int most;
    private final AtomicInteger held = new AtomicInteger();

    DenseRows(Vocabulary vocabulary, SparseWeights weights) {
        this(vocabulary, weights, MOST_FLOATS);
    }

    /** @param room floats of all rows together, at most */
    DenseRows(Vocabulary vocabulary, SparseWeights weights, int room) {
        this.vocabulary = vocabulary;
        this.weights = weights;
        most = room / (weights.classes + FIGURES);
        int size = Integer.highestOneBit(Math.max(64, Math.min(MOST_SLOTS, 2 * vocabulary.size())));
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /** The full row; null if a more frequent one has its slot, or there is no room. Rows stay below 2^24, which a float holds exactly. */
    float @Nullable [] get(int row) {
        float[] found = slots.getAcquire(row & mask);
        if (found != null) {
            int other = (int) found[weights.classes + ROW];
            return other == row ? found : other < row ? null : fill(row);
        }
        // two threads may fill one slot at once, and count both: rows held may be fewer than counted
        return held.get() < most && held.getAndIncrement() < most ? fill(row) : null;
    }

    private float[] fill(int row) {
        int classes = weights.classes;
        float[] full = new float[classes + FIGURES];
        int end = weights.start[row + 1];
        for (int i = weights.start[row]; i < end; i++) {
            full[weights.which[i]] = weights.steps[i];
        }
        full[classes + SHARED] = weights.shared[row];
        full[classes + UNIT] = weights.unit[row];
        full[classes + IDF] = vocabulary.idf(row);
        full[classes + ROW] = row;
        slots.setRelease(row & mask, full);
        return full;
    }
}
