package dev.llmrouter.classify.learned;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds texts that are nearly the same, so that what is measured on one was not learned from the other: those that differ
 * in case, space, punctuation and digits, in polite words around them, and by a word more, less or other: one from {@value
 * #LEAST_WORDS} words on, two from {@value #LEAST_FOR_TWO} to {@value #MOST_FOR_TWO}, in up to {@value #MOST_TEXTS_FOR_TWO} texts. What is nearly the same as a third text belongs together, up to {@value #MOST_TOGETHER} texts: where a word
 * makes more of them it is the slot of a template, whose fillings ask for different things. Stateless.
 */
public final class NearDuplicates {
    /** Shorter texts with another word may ask for something else. */
    static final int LEAST_WORDS = 8;

    /** Words in which a difference is looked for: of longer texts the first. */
    private static final int MOST_WORDS = 60;

    /** A chain of texts that differ in a word each would else hold a whole task: nothing would be left to measure it on. */
    static final int MOST_TOGETHER = 16;

    /** What polite words leave must be as many words to count. */
    private static final int LEAST_LEFT = 3;

    static final int LEAST_FOR_TWO = 12;

    /** The pairs of words grow with the square of their number, and so does the memory for them. */
    static final int MOST_FOR_TWO = 24;

    /** Of more texts only those that differ in no word are found: some 60 hashes a text have to fit into memory. */
    static final int MOST_TEXTS_FOR_ONE = 20_000;

    /** Of more texts only those that differ in one word are found. */
    static final int MOST_TEXTS_FOR_TWO = 5_000;

    private static final int NO_WORD = -1;

    private static final long PRIME = 0x100000001B3L;

    private final int mostOfWords;
    private final long[] keys;
    private final int[] parents;
    private final int[] sizes;
    private final Map<Long, Integer> owners = new HashMap<>();

    private NearDuplicates(int n, int mostOfWords) {
        this.mostOfWords = mostOfWords;
        keys = new long[n];
        parents = new int[n];
        sizes = new int[n];
        Arrays.fill(sizes, 1);
        Arrays.setAll(parents, i -> i);
    }

    /**
     * A key for each text: the same for those that are nearly the same, and another with another seed.
     *
     * @param numbersMatter whether texts that differ in numbers only belong together up to {@value #MOST_TOGETHER} of them, because they
     *     may have different answers, as sums do; else all of them do
     */
    public static long[] keys(List<String> texts, long seed, boolean numbersMatter) {
        return keys(texts, seed, MOST_TOGETHER, numbersMatter ? MOST_TOGETHER : Integer.MAX_VALUE);
    }

    /** The same where it does not matter what fills a template: all of its texts belong together. */
    public static long[] kinds(List<String> texts) {
        return keys(texts, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private static long[] keys(List<String> texts, long seed, int mostOfWords, int mostOfNumbers) {
        NearDuplicates all = new NearDuplicates(texts.size(), mostOfWords);
        for (int i = 0; i < all.keys.length; i++) {
            String plain = words(texts.get(i));
            all.keys[i] = Hashes.of(plain, seed);
            all.own(i, Hashes.of(plain, 0), Integer.MAX_VALUE);
            String numberless = plain(plain.replaceAll("\\p{N}+", "0"), "[^\\p{L}0]+");
            all.join(i, numberless.split(" "), mostOfNumbers);
        }
        long[] least = all.keys.clone();
        for (int i = 0; i < least.length; i++) {
            int root = all.root(i);
            least[root] = Math.min(least[root], all.keys[i]);
        }
        return Arrays.stream(all.parents.clone())
                .map(all::root)
                .mapToLong(root -> least[root])
                .toArray();
    }

    /** A key for a text: the same for those that differ in case, space and punctuation only, and another with another seed. */
    static long key(String text, long seed) {
        return Hashes.of(words(text), seed);
    }

    private static String words(String text) {
        return plain(text, "[^\\p{L}\\p{N}]+");
    }

    /** Lower case, a single blank for each run of other signs. */
    private static String plain(String text, String others) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll(others, " ").strip();
        return plain.isEmpty() ? text : plain;
    }

    /** Joins a text with all that share it, or it without one of its words. */
    private void join(int i, String[] words, int mostTogether) {
        own(i, hash(words, 0, words.length, NO_WORD, NO_WORD), mostTogether);
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
        own(i, hash(words, from, to, NO_WORD, NO_WORD), mostTogether);
        if (to - from >= LEAST_WORDS && keys.length <= MOST_TEXTS_FOR_ONE) {
            for (int without = from; without < Math.min(to, from + MOST_WORDS); without++) {
                own(i, hash(words, from, to, without, NO_WORD), mostOfWords);
            }
        }
        if (to - from >= LEAST_FOR_TWO && to - from <= MOST_FOR_TWO && keys.length <= MOST_TEXTS_FOR_TWO) {
            for (int first = from; first < to; first++) {
                for (int second = first + 1; second < to; second++) {
                    own(i, hash(words, from, to, first, second), mostOfWords);
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

    private void own(int i, long key, int mostTogether) {
        Integer other = owners.putIfAbsent(key, i);
        if (other == null) {
            return;
        }
        int mine = root(i);
        int its = root(other);
        if (mine != its && (long) sizes[mine] + sizes[its] <= mostTogether) {
            parents[mine] = its;
            sizes[its] += sizes[mine];
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
