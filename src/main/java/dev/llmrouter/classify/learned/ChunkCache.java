package dev.llmrouter.classify.learned;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the character n-grams of single words add to the scores, remembered: most words of a text were met before. A
 * fixed number of slots in pairs, a new word replaces the older one of its pair; what is remembered is what would be
 * computed anew, so that answers do not depend on it. Safe for use by many threads.
 */
final class ChunkCache {
    private static final int MOST_SLOTS = 1 << 14;
    private static final int MOST_FLOATS = 1 << 22;

    private final AtomicReferenceArray<@Nullable Entry> slots;
    private final int mask;

    /**
     * A word's part.
     *
     * @param key hash of the word, 64 bits
     * @param scores sum over its n-grams, per class, the shared part last
     * @param square sum of the squares of their values
     */
    record Entry(long key, float[] scores, double square) {}

    ChunkCache(int classes) {
        int size = Integer.highestOneBit(Math.max(64, Math.min(MOST_SLOTS, MOST_FLOATS / (classes + 1))));
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    @Nullable
    Entry get(long key) {
        int slot = slot(key);
        Entry newer = slots.getAcquire(slot);
        if (newer != null && newer.key == key) {
            return newer;
        }
        Entry older = slots.getAcquire(slot + 1);
        return older != null && older.key == key ? older : null;
    }

    void put(Entry entry) {
        int slot = slot(entry.key);
        slots.setRelease(slot + 1, slots.getAcquire(slot));
        slots.setRelease(slot, entry);
    }

    /** The first of the key's pair. */
    private int slot(long key) {
        return (int) (key * Scratch.SPREAD >>> 40) & mask & ~1;
    }
}
