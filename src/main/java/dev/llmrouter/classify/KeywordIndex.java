package dev.llmrouter.classify;

import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which of many keywords stand in a text, in one pass (Aho and Corasick, 1975). Immutable and safe for use by many threads.
 *
 * <p>Case is ignored char by char (upper, then lower case; so {@code ß} is not {@code SS}, and characters beyond the
 * basic plane keep their case), and so is how a character is written, see {@link #composed}. Any run of white space equals one space. A keyword stands as whole words; at an edge of
 * a script that sets no spaces (Han, kana, Thai, Lao, Khmer, Myanmar) it stands anywhere.
 */
final class KeywordIndex {
    private static final int ROOT = 0;
    private static final int NONE = -1;
    private static final char SOFT_HYPHEN = '\u00AD';
    private static final char FIRST_COMBINING = '\u0300';
    private static final char FIRST_UNSPACED = '\u2E80';
    private static final char FIRST_LIGATURE = '\uFB00';
    private static final List<String> LIGATURES = List.of("ff", "fi", "fl", "ffi", "ffl", "st", "st");
    private static final int LONGEST_PIECE = 256;
    private static final char FIRST_VOWEL_JAMO = '\u1160';
    private static final char LAST_JAMO = '\u11FF';
    /** Most entries of a table that says for each state and letter where they lead; a larger index has one for each edge alone. */
    private static final int LARGEST_TABLE = 1 << 17;

    private static final int[] NO_TABLE = {};

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final String[] keywords;
    private final Map<Character, Integer> letters = new HashMap<>();
    private final char[] latin = new char[0x250];
    /** Open addressing: state * alphabet + letter, and where it leads. */
    private final long[] edges;

    private final int[] targets;
    private final int[] fail;
    /** The keyword that ends in a state, and the next state along the fail links in which one ends. */
    private final int[] ends;

    private final int[] nextEnd;
    /** The first state along the fail links, itself included, in which a keyword ends; the root for none. */
    private final int[] firstEnd;

    private final int[] fromRoot;
    /** By state * alphabet + letter: the next state, fail links followed; empty where it would be too large. */
    private final int[] table;

    KeywordIndex(Collection<String> words) {
        this(words, LARGEST_TABLE);
    }

    /** @param largestTable most entries of a table of states and letters */
    KeywordIndex(Collection<String> words, int largestTable) {
        for (String word : words) {
            String folded = fold(word).strip();
            if (!folded.isEmpty()) {
                ids.putIfAbsent(folded, ids.size());
            }
        }
        keywords = ids.keySet().toArray(new String[0]);
        List<Map<Character, Integer>> trie = trie();
        int states = trie.size();
        fail = new int[states];
        ends = new int[states];
        nextEnd = new int[states];
        Arrays.fill(ends, NONE);
        int capacity = Integer.highestOneBit(Math.max(8, states)) * 4;
        edges = new long[capacity];
        Arrays.fill(edges, NONE);
        targets = new int[capacity];
        fromRoot = new int[letters.size() + 1];
        fill(trie);
        link(trie);
        firstEnd = new int[states];
        for (int state = 0; state < states; state++) {
            firstEnd[state] = ends[state] == NONE ? nextEnd[state] : state;
        }
        table = (long) states * (letters.size() + 1) <= largestTable ? table(states) : NO_TABLE;
    }

    private int[] table(int states) {
        int alphabet = letters.size() + 1;
        int[] next = new int[states * alphabet];
        for (int state = 0; state < states; state++) {
            for (int letter = 1; letter < alphabet; letter++) {
                next[state * alphabet + letter] = step(state, letter);
            }
        }
        return next;
    }

    private List<Map<Character, Integer>> trie() {
        List<Map<Character, Integer>> trie = new ArrayList<>();
        trie.add(new HashMap<>());
        for (String keyword : keywords) {
            int state = ROOT;
            for (int i = 0; i < keyword.length(); i++) {
                char c = keyword.charAt(i);
                letters.computeIfAbsent(c, unseen -> letters.size() + 1);
                Integer next = trie.get(state).get(c);
                if (next == null) {
                    next = trie.size();
                    trie.get(state).put(c, next);
                    trie.add(new HashMap<>());
                }
                state = next;
            }
        }
        letters.forEach((c, letter) -> {
            if (c < latin.length) {
                latin[c] = (char) letter.intValue();
            }
        });
        return trie;
    }

    private void fill(List<Map<Character, Integer>> trie) {
        for (int state = 0; state < trie.size(); state++) {
            for (Map.Entry<Character, Integer> edge : trie.get(state).entrySet()) {
                int letter = letter(edge.getKey());
                if (state == ROOT) {
                    fromRoot[letter] = edge.getValue();
                } else {
                    put(key(state, letter), edge.getValue());
                }
            }
        }
        for (int id = 0; id < keywords.length; id++) {
            int state = ROOT;
            for (char c : keywords[id].toCharArray()) {
                state = child(state, letter(c));
            }
            ends[state] = id;
        }
    }

    private void link(List<Map<Character, Integer>> trie) {
        Deque<Integer> open = new ArrayDeque<>(trie.get(ROOT).values());
        while (!open.isEmpty()) {
            int state = open.remove();
            for (Map.Entry<Character, Integer> edge : trie.get(state).entrySet()) {
                int next = edge.getValue();
                fail[next] = step(fail[state], letter(edge.getKey()));
                nextEnd[next] = ends[fail[next]] == NONE ? nextEnd[fail[next]] : fail[next];
                open.add(next);
            }
        }
    }

    private long key(int state, int letter) {
        return (long) state * (letters.size() + 1) + letter;
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & mask;
    }

    private void put(long key, int target) {
        int mask = edges.length - 1;
        int at = slot(key, mask);
        while (edges[at] != NONE) {
            at = (at + 1) & mask;
        }
        edges[at] = key;
        targets[at] = target;
    }

    private int child(int state, int letter) {
        if (state == ROOT) {
            return fromRoot[letter] == ROOT ? NONE : fromRoot[letter];
        }
        long key = key(state, letter);
        int mask = edges.length - 1;
        int at = slot(key, mask);
        while (edges[at] != NONE) {
            if (edges[at] == key) {
                return targets[at];
            }
            at = (at + 1) & mask;
        }
        return NONE;
    }

    private int step(int from, int letter) {
        int state = from;
        while (true) {
            int next = child(state, letter);
            if (next != NONE) {
                return next;
            }
            if (state == ROOT) {
                return ROOT;
            }
            state = fail[state];
        }
    }

    private int letter(char c) {
        return c < latin.length ? latin[c] : letters.getOrDefault(c, 0);
    }

    boolean isEmpty() {
        return keywords.length == 0;
    }

    int size() {
        return keywords.length;
    }

    /** The number of a keyword, from 0; -1 if it is not of this index or is blank. */
    int idOf(String keyword) {
        return ids.getOrDefault(fold(keyword).strip(), NONE);
    }

    /** The numbers of the keywords that stand in a text. */
    BitSet find(String text) {
        BitSet found = new BitSet(keywords.length);
        if (isEmpty()) {
            return found;
        }
        char[] folded = chars(text);
        int length = fold(folded);
        int alphabet = letters.size() + 1;
        boolean isInTable = table.length > 0;
        int state = ROOT;
        for (int i = 0; i < length; i++) {
            int letter = letter(folded[i]);
            state = isInTable ? table[state * alphabet + letter] : letter == 0 ? ROOT : step(state, letter);
            for (int end = firstEnd[state]; end != ROOT; end = nextEnd[end]) {
                int id = ends[end];
                if (!found.get(id) && isWhole(folded, length, i + 1 - keywords[id].length(), i + 1)) {
                    found.set(id);
                }
            }
        }
        return found;
    }

    private static boolean isWhole(char[] text, int length, int start, int end) {
        boolean startsInside = start > 0 && isWordChar(text[start]) && isWordChar(text[start - 1]);
        boolean endsInside = end < length
                && isWordChar(text[end - 1])
                && (isWordChar(text[end]) || Character.getType(text[end]) == Character.NON_SPACING_MARK);
        return !startsInside && !endsInside;
    }

    /** Whether a char joins its neighbours to one word: letters and digits of scripts that set spaces between words. */
    static boolean isWordChar(char c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= 'A' && c <= 'Z';
        }
        return Character.isLetterOrDigit(c) && !isUnspaced(c);
    }

    private static boolean isUnspaced(char c) {
        return c >= 0x0E00 && c <= 0x0EFF // Thai, Lao
                || c >= 0x1000 && c <= 0x109F // Myanmar
                || c >= 0x1780 && c <= 0x17FF // Khmer
                || c >= 0x2E80 && c <= 0x312F // radicals, kana, bopomofo
                || c >= 0x3400 && c <= 0x9FFF // Han
                || c >= 0xF900 && c <= 0xFAFF; // Han, compatibility
    }

    /** One case, every run of white space one space. */
    static String fold(String text) {
        char[] folded = chars(text);
        return new String(folded, 0, fold(folded));
    }

    /**
     * One way to write each character: accents with their letters (NFC), which macOS sets apart, Latin letters of full width and of PDF's ligatures
     * one by one, without soft hyphens. Signs that only remind of letters, as in {@code contract²} and {@code Acme™}, stay what they are.
     */
    static String composed(String text) {
        return isWrittenOtherwise(text.toCharArray()) ? normalized(text) : text;
    }

    private static char[] chars(String text) {
        char[] chars = text.toCharArray();
        return isWrittenOtherwise(chars) ? normalized(text).toCharArray() : chars;
    }

    private static String normalized(String text) {
        StringBuilder all = new StringBuilder(text.length());
        int from = 0;
        while (from < text.length()) {
            int to = pieceEnd(text, from);
            all.append(Normalizer.normalize(plain(text, from, to), Normalizer.Form.NFC));
            from = to;
        }
        return all.toString();
    }

    /** Whether there may be another way to write a text: an array is scanned faster than a text. */
    private static boolean isWrittenOtherwise(char[] text) {
        for (char c : text) {
            if (c >= FIRST_COMBINING || c == SOFT_HYPHEN) {
                return true;
            }
        }
        return false;
    }

    /** Normalising sorts what stands on one letter, which takes the square of its number: long texts go piece by piece, cut before a letter that stands alone. */
    private static int pieceEnd(String text, int from) {
        int longest = Math.min(text.length(), from + LONGEST_PIECE);
        if (longest == text.length()) {
            return longest;
        }
        for (int to = longest; to > from + LONGEST_PIECE / 2; to--) {
            char c = text.charAt(to);
            if (c < FIRST_COMBINING || c >= FIRST_UNSPACED && Character.isIdeographic(c)) {
                return to;
            }
        }
        int to = longest;
        while (to > from + LONGEST_PIECE / 2 && isBehindALetter(text.charAt(to))) {
            to--;
        }
        return to;
    }

    private static boolean isBehindALetter(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || Character.isLowSurrogate(c)
                || c >= FIRST_VOWEL_JAMO && c <= LAST_JAMO;
    }

    private static CharSequence plain(String text, int from, int to) {
        StringBuilder plain = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= '\uFF01' && c <= '\uFF5E') {
                plain.append((char) (c - '\uFF01' + '!'));
            } else if (c >= FIRST_LIGATURE && c < FIRST_LIGATURE + LIGATURES.size()) {
                plain.append(LIGATURES.get(c - FIRST_LIGATURE));
            } else if (c != SOFT_HYPHEN) {
                plain.append(c);
            }
        }
        return plain;
    }

    /** Folds in place. @return how many chars are left */
    private static int fold(char[] text) {
        int length = 0;
        boolean space = false;
        for (int i = 0; i < text.length; i++) {
            char c = text[i];
            if (c == ' ' || c >= '\t' && c <= '\r' || c > 0x7F && (Character.isWhitespace(c) || c == 0xA0)) {
                if (!space) {
                    text[length++] = ' ';
                }
                space = true;
            } else {
                text[length++] = foldCase(c);
                space = false;
            }
        }
        return length;
    }

    private static char foldCase(char c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
