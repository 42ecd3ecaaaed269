package dev.llmrouter.classify.llm;

/** What a classifying model gets to see of a text: all of a short one, head, middle and tail of a long one. */
public final class Excerpt {
    /** Longest text that is shown whole, in chars: about 1,000 tokens of English. */
    static final int WHOLE = 4_000;

    private static final int HEAD = 2_000;
    private static final int MIDDLE = 800;
    private static final int TAIL = 1_200;
    private static final String GAP = "\n[... left out ...]\n";

    private Excerpt() {}

    /** The text itself up to 4,000 chars, else less than 4,100 of it. */
    public static String of(String text) {
        if (text.length() <= WHOLE) {
            return text;
        }
        int middle = text.length() / 2 - MIDDLE / 2;
        return part(text, 0, HEAD)
                + GAP
                + part(text, middle, middle + MIDDLE)
                + GAP
                + part(text, text.length() - TAIL, text.length());
    }

    /** Without half a surrogate pair at either end. */
    private static String part(String text, int from, int to) {
        int start = from > 0 && Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
        int end = to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
        return text.substring(start, end);
    }
}
