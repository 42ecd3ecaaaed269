package dev.llmrouter.classify.learned;

/**
 * Turns text into features: words and pairs of words, character n-grams inside of words, words that stand at the
 * beginning or the end, and the text's shape (length, lines, question, code, lists, script).
 *
 * <p>A feature is a 32-bit hash; the two lowest bits name its view, so that each view can be scaled to length 1 by
 * itself. Character n-grams come from chunks between blanks, each distinct chunk once. All are taken from the first {@value #HEAD_CHARS} and the last
 * {@value #TAIL_CHARS} characters. Stateless; a {@link Sink} belongs to one thread.
 */
public final class TextFeatures {
    /** Views: words, character n-grams, words by position, shape. */
    public static final int VIEWS = 4;

    static final int WORDS = 0;
    static final int CHARS = 1;
    static final int PLACES = 2;
    static final int SHAPE = 3;

    static final int PLACE_WORDS = 14;
    static final int HEAD_CHARS = 6_000;
    static final int TAIL_CHARS = 2_000;
    private static final int MIN_GRAM = 2;
    private static final int MAX_GRAM = 5;

    private TextFeatures() {}

    /** Takes features as they are found; the same one may come several times. */
    public interface Sink {
        void add(int feature);

        /** Takes a chunk with its 64-bit hash; adds its n-grams where that is not done in another way. */
        default void chunk(char[] chars, int from, int to, long hash) {
            gramsOf(chars, from, to, this);
        }

        /** Told which word the next word feature stands for; only for explanations. */
        default void word(char[] chars, int from, int to) {}
    }

    /** The view a feature belongs to, 0 to 3. */
    public static int view(int feature) {
        return feature & 3;
    }

    /** Hands the features of a text to the sink. */
    public static void extract(CharSequence text, Scratch scratch, Sink sink) {
        scratch.load(text);
        words(scratch, sink);
        grams(scratch, sink);
        shape(text, scratch, sink);
    }

    private static int feature(int hash, int view) {
        int h = hash * 0x9E3779B1;
        h ^= h >>> 15;
        h *= 0x85EBCA6B;
        h ^= h >>> 13;
        return (h & ~3) | view;
    }

    private static void words(Scratch s, Sink sink) {
        int n = s.words;
        int previous = 0x51ED270B;
        for (int i = 0; i < n; i++) {
            int word = s.wordHash[i];
            sink.word(s.chars, s.wordFrom[i], s.wordTo[i]);
            sink.add(feature(word, WORDS));
            sink.add(feature(previous * 31 + word, WORDS));
            previous = word * 0x01000193 + 7;
            if (i < PLACE_WORDS) {
                sink.add(feature(word + 0x1234567, PLACES));
            }
            if (i >= n - PLACE_WORDS) {
                sink.add(feature(word + 0x7654321, PLACES));
            }
        }
        if (n > 0) {
            sink.add(feature(previous * 31 + 0x2545F491, WORDS));
        }
    }

    private static void grams(Scratch s, Sink sink) {
        for (int i = 0; i < s.chunks; i++) {
            sink.chunk(s.chars, s.chunkFrom[i], s.chunkTo[i], s.chunkHash[i]);
        }
    }

    /** N-grams of one chunk with a blank on each side. */
    static void gramsOf(char[] chars, int from, int to, Sink sink) {
        for (int start = from - 1; start < to; start++) {
            int hash = 0x811C9DC5;
            int end = Math.min(start + MAX_GRAM, to + 1);
            for (int i = start; i < end; i++) {
                int c = i < from || i >= to ? ' ' : chars[i];
                hash = (hash ^ c) * 0x01000193;
                if (i - start + 1 >= MIN_GRAM) {
                    sink.add(feature(hash + (i - start), CHARS));
                }
            }
        }
    }

    private static void shape(CharSequence text, Scratch s, Sink sink) {
        int length = 32 - Integer.numberOfLeadingZeros(s.words);
        int lines = 32 - Integer.numberOfLeadingZeros(s.lines);
        sink.add(feature(1000 + length, SHAPE));
        sink.add(feature(1100 + lines, SHAPE));
        sink.add(feature(1200 + Math.min(s.questions, 3), SHAPE));
        sink.add(feature(1300 + last(text), SHAPE));
        sink.add(feature(1400 + level(s.braces, s.words), SHAPE));
        sink.add(feature(1500 + level(s.digits, s.words), SHAPE));
        sink.add(feature(1600 + level(s.foreign, s.words), SHAPE));
        sink.add(feature(1700 + level(s.bullets, s.lines), SHAPE));
        sink.add(feature(1800 + (s.fences > 0 ? 1 : 0), SHAPE));
    }

    private static int last(CharSequence text) {
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (!Character.isWhitespace(c)) {
                return Character.isLetterOrDigit(c) ? 1 : c;
            }
        }
        return 0;
    }

    /** 0: none, 1: under 3 %, 2: under 10 %, 3: under 30 %, 4: more. */
    private static int level(int count, int of) {
        if (count == 0) {
            return 0;
        }
        double share = count / (double) Math.max(1, of);
        return share < 0.03 ? 1 : share < 0.1 ? 2 : share < 0.3 ? 3 : 4;
    }
}
