package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.classify.learned.Hashes;
import java.util.Locale;

/** Divides inputs in two halves by their text: the same text, whatever its case and blanks, is always in the same half. */
final class Half {
    private static final long SEED = 6;

    private Half() {}

    static boolean isExplored(String text) {
        String plain = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
        return Math.floorMod(Hashes.of(plain, SEED), 2) == 0;
    }
}
