package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.classify.learned.NearDuplicates;
import java.util.List;

/** Divides inputs in two halves by their text: those that are the same or nearly the same are always in the same half. */
final class Half {
    private static final long SEED = 6;

    private Half() {}

    /** By input, whether it is of the half that a choice is made on, and not of the half that tests it. */
    static boolean[] areExplored(List<String> texts) {
        long[] keys = NearDuplicates.keys(texts, SEED, true);
        boolean[] all = new boolean[keys.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = Math.floorMod(keys[i], 2) == 0;
        }
        return all;
    }
}
