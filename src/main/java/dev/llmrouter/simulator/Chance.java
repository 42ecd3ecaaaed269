package dev.llmrouter.simulator;

import java.util.SplittableRandom;

/** Numbers that look random and follow from a seed and what they are drawn for. */
final class Chance {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Chance() {}

    /** A hash of texts, each told apart from the next. */
    static long hash(long seed, String... texts) {
        long hash = mix(seed + GOLDEN);
        for (String text : texts) {
            for (int i = 0; i < text.length(); i++) {
                hash = hash * 31 + text.charAt(i);
            }
            hash = mix(hash + text.length() + GOLDEN);
        }
        return hash;
    }

    /** Evenly spread over 0 (inclusive) to 1 (exclusive). */
    static double share(long hash) {
        return (mix(hash) >>> 11) * 0x1.0p-53;
    }

    static SplittableRandom random(long hash) {
        return new SplittableRandom(hash);
    }

    /** Finalizer of SplitMix64: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
    static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
