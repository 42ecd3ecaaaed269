package dev.llmrouter.classify.learned;

import java.util.List;

/**
 * What is read of a text that is longer than the examples: as much of its beginning and of its end as an example holds. A
 * pasted document behind an instruction would else drown it, and no example says what a text of another length looks like.
 * Stateless.
 */
final class TextEnds {
    /** Characters of which at least is read, however short the examples are. */
    static final int LEAST = 300;

    /** Characters that a cut may go back or on to end at a blank. */
    private static final int LONGEST_WORD = 32;

    private static final double MOST_EXAMPLES = 0.99;

    private TextEnds() {}

    /**
     * How many characters of a text are read.
     *
     * @return at least as long as 99 of 100 of these texts
     */
    static int room(List<String> texts) {
        int[] lengths = texts.stream().mapToInt(String::length).sorted().toArray();
        return Math.max(LEAST, lengths[(int) (MOST_EXAMPLES * (lengths.length - 1))]);
    }

    /** The text itself up to {@code room} characters; else half of them from each end, cut between words. */
    static CharSequence of(CharSequence text, int room) {
        int n = text.length();
        if (n <= room) {
            return text;
        }
        int head = room / 2;
        int tail = n - room / 2;
        int from = blank(text, head, -1);
        int to = blank(text, tail, 1);
        return new StringBuilder(room + 1).append(text, 0, from).append('\n').append(text, to, n);
    }

    private static int blank(CharSequence text, int at, int step) {
        for (int i = 0; i < LONGEST_WORD && at + i * step > 0 && at + i * step < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(at + i * step))) {
                return at + i * step;
            }
        }
        return at;
    }
}
