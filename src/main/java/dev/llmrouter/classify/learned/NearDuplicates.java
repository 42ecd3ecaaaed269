package dev.llmrouter.classify.learned;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds texts that are nearly the same, so that what is measured on one was not learned from the other: those that differ
 * in case, space, punctuation and digits, in polite words around them, and by a word more, less or other: one from {@value
 * #LEAST_WORDS} words on, two from {@value #LEAST_FOR_TWO} to {@value #MOST_FOR_TWO}. What is nearly the same as a third
 * text belongs together, unless that is more than a tenth of all texts: those fill in one form, and count as different
 * where more than their digits differ. Stateless.
 */
public final class NearDuplicates {
    /** Shorter texts with another word may ask for something else. */
    static final int LEAST_WORDS = 8;

    static final int LEAST_FOR_TWO = 12;

    /** The pairs of words grow with the square of their number, and so does the memory for them. */
    static final int MOST_FOR_TWO = 24;

    /** Of more texts only those that differ in one word are found. */
    private static final int MOST_TEXTS_FOR_TWO = 20_000;

    private static final int NO_WORD = -1;

    /** Words in which a difference is looked for: of longer texts the first. */
    private static final int MOST_WORDS = 60;

    /** A larger share of all texts is a form that they fill in, unless there are no more than {@value #FEW}. Assumption. */
    private static final double MOST = 0.1;

    private static final int FEW = 10;

    /** What polite words leave must be as many words to count. */
    private static final int LEAST_LEFT = 3;

    private static final long PRIME = 0x100000001B3L;

    private final long[] keys;
    private final int[] parents;
    private final Map<Long, Integer> owners = new HashMap<>();

    private NearDuplicates(int n) {
        keys = new long[n];
        parents = new int[n];
        Arrays.setAll(parents, i -> i);
    }

    /** A key for each text: the same for those that are nearly the same, and another with another seed. */
    public static long[] keys(List<String> texts, long seed) {
        NearDuplicates all = new NearDuplicates(texts.size());
        for (int i = 0; i < all.keys.length; i++) {
            String plain = plain(texts.get(i));
            all.keys[i] = Hashes.of(plain, seed);
            all.join(i, plain.split(" "));
        }
        return all.keys();
    }

    private long[] keys() {
        long[] least = keys.clone();
        int[] sizes = new int[least.length];
        for (int i = 0; i < least.length; i++) {
            int root = root(i);
            least[root] = Math.min(least[root], keys[i]);
            sizes[root]++;
        }
        double most = Math.max(FEW, MOST * least.length);
        long[] found = new long[least.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = sizes[root(i)] > most ? keys[i] : least[root(i)];
        }
        return found;
    }

    /** Letters in lower case, each number as 0, single blanks. */
    private static String plain(String text) {
        String letters = text.toLowerCase(Locale.ROOT)
                .replaceAll("\\p{N}+", "0")
                .replaceAll("[^\\p{L}0]+", " ")
                .strip();
        return letters.isEmpty() ? text : letters;
    }

    /** Joins a text with all that share it, or it without some of its words. */
    private void join(int i, String[] words) {
        own(i, hash(words, 0, words.length, NO_WORD, NO_WORD));
        int from = 0;
        int to = words.length;
        while (from < to && Noise.POLITE_WORDS.contains(words[from])) {
            from++;
        }
        while (to > from && Noise.POLITE_WORDS.contains(words[to - 1])) {
            to--;
        }
        if (to - from < LEAST_LEFT) {
            return;
        }
        own(i, hash(words, from, to, NO_WORD, NO_WORD));
        if (to - from >= LEAST_WORDS) {
            for (int without = from; without < Math.min(to, from + MOST_WORDS); without++) {
                own(i, hash(words, from, to, without, NO_WORD));
            }
        }
        if (to - from >= LEAST_FOR_TWO && to - from <= MOST_FOR_TWO && keys.length <= MOST_TEXTS_FOR_TWO) {
            for (int first = from; first < to; first++) {
                for (int second = first + 1; second < to; second++) {
                    own(i, hash(words, from, to, first, second));
                }
            }
        }
    }

    private static long hash(String[] words, int from, int to, int without, int norThis) {
        long hash = 0xCBF29CE484222325L;
        for (int i = from; i < to; i++) {
            if (i != without && i != norThis) {
                hash = (hash ^ words[i].hashCode()) * PRIME;
                hash ^= hash >>> 29;
            }
        }
        return hash;
    }

    private void own(int i, long key) {
        Integer other = owners.putIfAbsent(key, i);
        if (other != null) {
            parents[root(i)] = root(other);
        }
    }

    private int root(int i) {
        int root = i;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }
}
