package dev.llmrouter.classify;

import dev.llmrouter.policy.Protocol;

/**
 * Estimates the tokens of a text without a vocabulary, in one pass over at most {@link #SAMPLE_CHARS} chars.
 *
 * <p>The weights were fitted by hand to the counts of jtokkit's {@code o200k_base}; {@code TokenEstimatorTest} holds the
 * errors that were measured. Longer texts are counted in {@link #WINDOWS} windows spread evenly from head to tail and
 * extrapolated. Stateless and safe for use by many threads.
 */
public final class TokenEstimator {
    /** Texts up to here are read whole. */
    static final int SAMPLE_CHARS = 8 * 1024;

    private static final int WINDOWS = 8;
    /** Weights are sixteenths of a token. */
    private static final int ONE = 16;

    private TokenEstimator() {}

    /**
     * What to multiply an estimate with for models of a protocol. 1.0 for OpenAI, which the estimate is fitted to. The
     * others publish no vocabulary: 1.2 for Anthropic and 1.1 for Gemini are assumptions of ours, on the safe side for
     * context windows; count by the provider where it matters.
     */
    public static double factor(Protocol protocol) {
        return switch (protocol) {
            case OPENAI, OPENAI_RESPONSES, SIMULATOR -> 1.0;
            case ANTHROPIC -> 1.2;
            case GEMINI -> 1.1;
        };
    }

    /** Tokens of a text, at least 0 and at most its UTF-8 bytes. */
    public static int estimate(String text) {
        int length = text.length();
        if (length <= SAMPLE_CHARS) {
            return tokens(sixteenths(text.toCharArray(), length));
        }
        int window = SAMPLE_CHARS / WINDOWS;
        char[] chars = new char[window];
        long sum = 0;
        for (int i = 0; i < WINDOWS; i++) {
            int start = (int) ((long) (length - window) * i / (WINDOWS - 1));
            text.getChars(start, start + window, chars, 0);
            sum += sixteenths(chars, window);
        }
        return tokens(sum * length / SAMPLE_CHARS);
    }

    private static int tokens(long sixteenths) {
        return (int) Math.min(Integer.MAX_VALUE, (sixteenths + ONE - 1) / ONE);
    }

    /** Chars of an array: reading them one by one from a string costs twice as much. */
    private static long sixteenths(char[] text, int to) {
        long sum = 0;
        int at = 0;
        while (at < to) {
            char c = text[at];
            int end;
            if (isLatin(c)) {
                end = endOfWord(text, at, to);
                sum += word(text, at, end);
            } else if (c >= '0' && c <= '9') {
                end = at + 1;
                while (end < to && text[end] >= '0' && text[end] <= '9') {
                    end++;
                }
                sum += (long) (end - at + 2) / 3 * ONE;
            } else if (c <= ' ') {
                end = at + 1;
                while (end < to && text[end] <= ' ') {
                    end++;
                }
                sum += c == ' ' && end - at == 1 ? 0 : ONE;
            } else if (c < 0x80) {
                end = at + 1;
                while (end < to && isPunctuation(text[end])) {
                    end++;
                }
                sum += (long) (end - at + 2) / 3 * ONE;
            } else {
                end = at + 1;
                sum += weight(c);
            }
            at = end;
        }
        return sum;
    }

    private static boolean isLatin(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0xC0 && c < 0x250;
    }

    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 0x80 && !isLatin(c) && !(c >= '0' && c <= '9');
    }

    /** A word ends where a capital follows a small letter, as in camelCase. */
    private static int endOfWord(char[] text, int from, int to) {
        int end = from + 1;
        while (end < to && isLatin(text[end]) && !(isCapital(text[end]) && !isCapital(text[end - 1]))) {
            end++;
        }
        return end;
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    /** Short words are one token; longer ones, capitals and letters beyond ASCII take more. */
    private static int word(char[] text, int from, int to) {
        int beyondAscii = 0;
        int capitals = 0;
        for (int i = from; i < to; i++) {
            char c = text[i];
            beyondAscii += c >= 0x80 ? 1 : 0;
            capitals += isCapital(c) ? 1 : 0;
        }
        int length = to - from;
        int weight = ONE + Math.max(0, length - 7) * 3 + beyondAscii * 4;
        return capitals > 1 ? Math.max(weight, ONE * (length + 1) / 2) : weight;
    }

    private static int weight(char c) {
        if (c >= 0x0370 && c < 0x0400) {
            return 7; // Greek
        }
        if (c >= 0x0400 && c < 0x0530) {
            return 4; // Cyrillic
        }
        if (c >= 0x0590 && c < 0x0780) {
            return 6; // Hebrew, Arabic
        }
        if (c >= 0x0900 && c < 0x0E00) {
            return 6; // scripts of India
        }
        if (c >= 0x0E00 && c < 0x0F00) {
            return 7; // Thai, Lao
        }
        if (c >= 0x3040 && c < 0x3100) {
            return 11; // kana
        }
        if (c >= 0x3400 && c < 0xA000) {
            return 12; // Han
        }
        if (c >= 0xAC00 && c < 0xD7B0) {
            return 10; // Hangul
        }
        return ONE; // half an emoji, and all the rest
    }

    /** UTF-8 bytes of a text; a lone surrogate counts 3. A byte-level BPE never makes more tokens than bytes. */
    public static long utf8Bytes(String text) {
        int length = text.length();
        char[] chars = new char[Math.min(length, SAMPLE_CHARS)];
        long bytes = length;
        for (int start = 0; start < length; start += chars.length) {
            int count = Math.min(chars.length, length - start);
            text.getChars(start, start + count, chars, 0);
            int more = 0;
            for (int i = 0; i < count; i++) {
                more += (chars[i] >= 0x80 ? 1 : 0) + (chars[i] >= 0x800 ? 1 : 0);
            }
            bytes += more;
        }
        return bytes;
    }
}
