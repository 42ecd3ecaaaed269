package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes back typing errors in short texts before features are made: a word that training has not seen becomes the most
 * frequent seen one that is one letter more, less, other or exchanged with its neighbour; two seen words without the
 * blank between them are parted, and a seen word with a blank inside is closed. What training has seen stays as it is.
 *
 * <p>Candidates are found by their forms with one letter left out. Source of that index: W. Garbe, SymSpell, 2012; of the
 * distance: Damerau, A technique for computer detection and correction of spelling errors, 1964. Immutable and safe for
 * use by many threads.
 */
final class Spelling {
    static final Spelling NONE = new Spelling(List.of());

    /** Most words that are kept: the most frequent. */
    static final int MAX_WORDS = 20_000;

    /** Longest word kept, in characters. */
    static final int MAX_LETTERS = 24;

    /** Texts with more characters stay as they are: there a single word counts little, and the look-up takes time. */
    static final int MAX_CHARS = 600;

    /** Shortest word that is put right by a letter: shorter ones have too many neighbours. */
    private static final int LEAST_LETTERS = 4;

    private final List<String> words;
    private final HashTable known;
    private final HashTable shortened;

    /** @param words the most frequent first */
    Spelling(Collection<String> words) {
        this.words = List.copyOf(words);
        known = new HashTable(this.words.size());
        int forms = 0;
        for (String word : this.words) {
            forms += word.length() < LEAST_LETTERS ? 0 : word.length() + 1;
        }
        shortened = new HashTable(forms);
        for (int i = 0; i < this.words.size(); i++) {
            char[] word = this.words.get(i).toCharArray();
            known.put(hash(word, 0, word.length, -1), i);
            if (word.length >= LEAST_LETTERS) {
                for (int out = -1; out < word.length; out++) {
                    shortened.put(hash(word, 0, word.length, out), i);
                }
            }
        }
    }

    /** Words that stand in at least {@code least} of the texts, the most frequent first. */
    static Spelling of(List<String> texts, int least) {
        Map<String, Integer> counts = new HashMap<>();
        Set<String> seen = new HashSet<>();
        Scratch scratch = new Scratch();
        for (String text : texts) {
            if (text.length() <= MAX_CHARS) {
                seen.clear();
                scratch.load(text);
                for (int i = 0; i < scratch.words; i++) {
                    int length = scratch.wordTo[i] - scratch.wordFrom[i];
                    if (length <= MAX_LETTERS && isLetters(scratch.chars, scratch.wordFrom[i], scratch.wordTo[i])) {
                        seen.add(new String(scratch.chars, scratch.wordFrom[i], length));
                    }
                }
                seen.forEach(word -> counts.merge(word, 1, Integer::sum));
            }
        }
        List<Map.Entry<String, Integer>> kept = new ArrayList<>(counts.entrySet());
        kept.removeIf(entry -> entry.getValue() < least);
        kept.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        return new Spelling(
                kept.stream().limit(MAX_WORDS).map(Map.Entry::getKey).toList());
    }

    List<String> words() {
        return words;
    }

    /**
     * Puts the words right.
     *
     * @param chars a text in lower case
     * @return the text as it should be; null if nothing changes
     */
    char @org.jspecify.annotations.Nullable [] correct(char[] chars, int length) {
        if (words.isEmpty() || length > MAX_CHARS) {
            return null;
        }
        StringBuilder better = null;
        int copied = 0;
        int at = 0;
        while (at < length) {
            if (!Scratch.isWordChar(chars[at])) {
                at++;
                continue;
            }
            int from = at;
            while (at < length && Scratch.isWordChar(chars[at])) {
                at++;
            }
            if (known.get(hash(chars, from, at, -1)) >= 0 || !isLetters(chars, from, at)) {
                continue;
            }
            String right = right(chars, from, at);
            if (right == null) {
                int end = closed(chars, at, length);
                int whole = end < 0 ? -1 : joined(chars, from, at, end);
                if (whole >= 0) {
                    right = words.get(whole);
                    at = end;
                }
            }
            if (right != null) {
                better = better == null ? new StringBuilder(length + 8) : better;
                better.append(chars, copied, from - copied).append(right);
                copied = at;
            }
        }
        return better == null
                ? null
                : better.append(chars, copied, length - copied).toString().toCharArray();
    }

    private @org.jspecify.annotations.Nullable String right(char[] chars, int from, int to) {
        int length = to - from;
        if (length < LEAST_LETTERS || length > MAX_LETTERS) {
            return null;
        }
        int best = Integer.MAX_VALUE;
        for (int out = from - 1; out < to; out++) {
            long hash = hash(chars, from, to, out < from ? -1 : out);
            for (int slot = shortened.first(hash); shortened.holds(slot); slot = shortened.next(slot)) {
                int word = shortened.value(slot, hash);
                if (word >= 0 && word < best && isNear(words.get(word), chars, from, to)) {
                    best = word;
                }
            }
        }
        return best < Integer.MAX_VALUE ? words.get(best) : parted(chars, from, to);
    }

    /** Two seen words; the pair whose rarer word is the most frequent. */
    private @org.jspecify.annotations.Nullable String parted(char[] chars, int from, int to) {
        int best = Integer.MAX_VALUE;
        int cut = -1;
        for (int at = from + 1; at < to; at++) {
            int left = known.get(hash(chars, from, at, -1));
            int right = left < 0 ? -1 : known.get(hash(chars, at, to, -1));
            if (right >= 0 && Math.max(left, right) < best) {
                best = Math.max(left, right);
                cut = at;
            }
        }
        return cut < 0 ? null : new String(chars, from, cut - from) + ' ' + new String(chars, cut, to - cut);
    }

    /** End of the next word, if a single blank stands between; else -1. */
    private static int closed(char[] chars, int at, int length) {
        if (at + 1 >= length || chars[at] != ' ' || !Scratch.isWordChar(chars[at + 1])) {
            return -1;
        }
        int end = at + 1;
        while (end < length && Scratch.isWordChar(chars[end])) {
            end++;
        }
        return end;
    }

    private int joined(char[] chars, int from, int blank, int to) {
        return to - from - 1 < LEAST_LETTERS ? -1 : known.get(hash(chars, from, to, blank));
    }

    /** Whether at most one letter is more, less, other, or exchanged with its neighbour. */
    private static boolean isNear(String word, char[] chars, int from, int to) {
        int n = word.length();
        int m = to - from;
        int head = 0;
        while (head < n && head < m && word.charAt(head) == chars[from + head]) {
            head++;
        }
        int tail = 0;
        while (tail < n - head && tail < m - head && word.charAt(n - 1 - tail) == chars[to - 1 - tail]) {
            tail++;
        }
        int a = n - head - tail;
        int b = m - head - tail;
        return a <= 1 && b <= 1
                || a == 2
                        && b == 2
                        && word.charAt(head) == chars[from + head + 1]
                        && word.charAt(head + 1) == chars[from + head];
    }

    private static boolean isLetters(char[] chars, int from, int to) {
        for (int i = from; i < to; i++) {
            if (chars[i] >= '0' && chars[i] <= '9' || chars[i] >= 0x2E80 || chars[i] < '\'') {
                return false;
            }
        }
        return true;
    }

    /** Hash without the character at {@code out}; all of them where it is negative. */
    private static long hash(char[] chars, int from, int to, int out) {
        long hash = 0xCBF29CE484222325L;
        for (int i = from; i < to; i++) {
            if (i != out || out < 0) {
                hash = (hash ^ chars[i]) * 0x100000001B3L;
            }
        }
        hash ^= hash >>> 29;
        return hash == 0 ? 1 : hash;
    }

    /** From hashes to numbers, by open addressing; a hash may have several. */
    private static final class HashTable {
        private final long[] keys;
        private final int[] values;
        private final int mask;

        HashTable(int entries) {
            int size = Integer.highestOneBit(Math.max(4, entries)) * 4;
            keys = new long[size];
            values = new int[size];
            mask = size - 1;
        }

        void put(long key, int value) {
            int slot = first(key);
            while (keys[slot] != 0) {
                slot = next(slot);
            }
            keys[slot] = key;
            values[slot] = value;
        }

        int first(long key) {
            return (int) (key >>> 20) & mask;
        }

        int next(int slot) {
            return slot + 1 & mask;
        }

        boolean holds(int slot) {
            return keys[slot] != 0;
        }

        /** The slot's number if it belongs to the key; else -1. */
        int value(int slot, long key) {
            return keys[slot] == key ? values[slot] : -1;
        }

        /** The first number of the key; -1 if it has none. */
        int get(long key) {
            for (int slot = first(key); keys[slot] != 0; slot = next(slot)) {
                if (keys[slot] == key) {
                    return values[slot];
                }
            }
            return -1;
        }
    }
}
