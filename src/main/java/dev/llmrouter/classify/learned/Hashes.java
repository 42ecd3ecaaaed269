package dev.llmrouter.classify.learned;

/** A hash that is the same on every machine and spreads well; for folds and splits, not for secrets. */
public final class Hashes {
    private Hashes() {}

    /** 64-bit hash of a text. Source: FNV-1a, with the finaliser of SplitMix64. */
    public static long of(CharSequence text, long seed) {
        long h = 0xCBF29CE484222325L ^ seed * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001B3L;
        }
        h = (h ^ h >>> 30) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 27) * 0x94D049BB133111EBL;
        return h ^ h >>> 31;
    }
}
