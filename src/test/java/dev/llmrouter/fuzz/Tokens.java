package dev.llmrouter.fuzz;

import java.util.Arrays;

/** Where the values of a text in JSON or YAML stand, as far as that can be said of one that may be broken. */
final class Tokens {
    private static final int MOST = 4_096;

    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int count;

    Tokens(byte[] text) {
        int[] open = new int[64];
        int depth = 0;
        int at = 0;
        while (at < text.length && count < MOST) {
            byte next = text[at];
            int start = at++;
            if (next == '{' || next == '[') {
                if (depth == open.length) {
                    open = Arrays.copyOf(open, 2 * depth);
                }
                open[depth++] = start;
            } else if (next == '}' || next == ']') {
                if (depth > 0) {
                    add(open[--depth], at);
                }
            } else if (next == '"') {
                while (at < text.length && text[at] != '"') {
                    at += text[at] == '\\' ? 2 : 1;
                }
                at = Math.min(text.length, at + 1);
                add(start, at);
            } else if (isWord(next)) {
                while (at < text.length && isWord(text[at])) {
                    at++;
                }
                add(start, at);
            }
        }
    }

    private static boolean isWord(byte b) {
        return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '.' || b < 0;
    }

    private void add(int start, int end) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        starts[count] = start;
        ends[count++] = end;
    }

    int count() {
        return count;
    }

    int start(int token) {
        return starts[token];
    }

    int end(int token) {
        return ends[token];
    }
}
