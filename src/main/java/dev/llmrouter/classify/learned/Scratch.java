package dev.llmrouter.classify.learned;

import java.util.Arrays;

/** Room for reading one text: its characters in lower case, where its words and chunks lie, and counts. For one thread. */
public final class Scratch {
    private static final int MAX_CHUNK = 32;
    private static final long CHUNK_SEED = 0xCBF29CE484222325L;
    /** 2^64 by the golden ratio: FNV alone leaves the last characters of a chunk in its lowest bits. */
    static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final long CHUNK_PRIME = 0x100000001B3L;
    private static final int MAX_CHARS = TextFeatures.HEAD_CHARS + TextFeatures.TAIL_CHARS + 1;

    private final Spelling spelling;
    char[] chars = new char[2048];
    int[] wordHash = new int[512];
    int[] wordFrom = new int[512];
    int[] wordTo = new int[512];
    int[] chunkFrom = new int[512];
    int[] chunkTo = new int[512];
    long[] chunkHash = new long[512];
    private long[] seen = new long[2048];
    private int[] seenIn = new int[2048];
    private int text;
    int length;
    int words;
    int chunks;
    int lines;
    int questions;
    int braces;
    int digits;
    int foreign;
    int bullets;
    int fences;

    /** Room for texts that are taken as they are. */
    public Scratch() {
        this(Spelling.NONE);
    }

    /** @param spelling puts words right before they are looked at */
    Scratch(Spelling spelling) {
        this.spelling = spelling;
    }

    void load(CharSequence text) {
        copy(text);
        char[] right = spelling.correct(chars, length);
        if (right != null) {
            chars = right.length < chars.length ? chars : new char[2 * right.length];
            System.arraycopy(right, 0, chars, 0, right.length);
            length = right.length;
        }
        if (++this.text == Integer.MAX_VALUE) {
            Arrays.fill(seenIn, 0);
            this.text = 1;
        }
        words = 0;
        chunks = 0;
        lines = 1;
        questions = 0;
        braces = 0;
        digits = 0;
        foreign = 0;
        bullets = 0;
        fences = 0;
        int wordStart = -1;
        int chunkStart = -1;
        int hash = 0;
        long chunk = 0;
        boolean lineStart = true;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (isWordChar(c)) {
                if (wordStart >= 0 && isIdeograph(c)) {
                    endWord(wordStart, i, hash);
                    wordStart = -1;
                }
                if (wordStart < 0) {
                    wordStart = i;
                    hash = 0x811C9DC5;
                }
                hash = (hash ^ c) * 0x01000193;
                if (c >= '0' && c <= '9') {
                    digits++;
                } else if (c > 0x24F) {
                    foreign++;
                }
                lineStart = false;
            } else {
                if (wordStart >= 0) {
                    endWord(wordStart, i, hash);
                    wordStart = -1;
                }
                lineStart = mark(i, c, lineStart);
            }
            boolean blank = c <= ' ' || c == 0xA0;
            if (blank || chunkStart >= 0 && i - chunkStart >= MAX_CHUNK) {
                if (chunkStart >= 0) {
                    endChunk(chunkStart, i, chunk);
                }
                chunkStart = blank ? -1 : i;
                chunk = CHUNK_SEED;
            } else if (chunkStart < 0) {
                chunkStart = i;
                chunk = CHUNK_SEED;
            }
            chunk = (chunk ^ c) * CHUNK_PRIME;
        }
        if (wordStart >= 0) {
            endWord(wordStart, length, hash);
        }
        if (chunkStart >= 0) {
            endChunk(chunkStart, length, chunk);
        }
    }

    /** Head and tail of the text, in lower case. */
    private void copy(CharSequence text) {
        int n = text.length();
        int head = n <= MAX_CHARS ? n : TextFeatures.HEAD_CHARS;
        int tail = n <= MAX_CHARS ? n : n - TextFeatures.TAIL_CHARS;
        length = head + (n - tail) + (tail > head ? 1 : 0);
        if (chars.length < length) {
            chars = new char[Math.min(MAX_CHARS + 1, Math.max(length, 2 * chars.length))];
        }
        int at = 0;
        for (int i = 0; i < head; i++) {
            chars[at++] = lower(text.charAt(i));
        }
        if (tail > head) {
            chars[at++] = '\n';
        }
        for (int i = tail; i < n; i++) {
            chars[at++] = lower(text.charAt(i));
        }
    }

    private static char lower(char c) {
        if (c < 128) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return c == '\u2019' ? '\'' : Character.toLowerCase(c);
    }

    static boolean isWordChar(char c) {
        return c < 128 ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '\'' : Character.isLetterOrDigit(c);
    }

    private static boolean isIdeograph(char c) {
        return c >= 0x2E80 && Character.isIdeographic(c);
    }

    private boolean mark(int at, char c, boolean lineStart) {
        switch (c) {
            case '\n' -> {
                lines++;
                return true;
            }
            case '?' -> {
                questions++;
                symbol(at, c);
            }
            case '{', '}', ';', '<', '>', '=' -> braces++;
            case ':', '!', '$', '%' -> symbol(at, c);
            case '-', '*' -> bullets += lineStart ? 1 : 0;
            case '`' -> fences++;
            default -> {
                return lineStart && c <= ' ';
            }
        }
        return false;
    }

    private void symbol(int at, char c) {
        endWord(at, at + 1, (0x811C9DC5 ^ c) * 0x01000193);
    }

    private void endWord(int from, int to, int hash) {
        if (words == wordHash.length) {
            wordHash = Arrays.copyOf(wordHash, 2 * words);
            wordFrom = Arrays.copyOf(wordFrom, 2 * words);
            wordTo = Arrays.copyOf(wordTo, 2 * words);
        }
        wordHash[words] = hash;
        wordFrom[words] = from;
        wordTo[words++] = to;
    }

    /** Keeps a chunk that this text has not had yet. */
    private void endChunk(int from, int to, long rolled) {
        long hash = rolled ^ rolled >>> 29;
        if (!isNew(hash)) {
            return;
        }
        if (chunks == chunkFrom.length) {
            chunkFrom = Arrays.copyOf(chunkFrom, 2 * chunks);
            chunkTo = Arrays.copyOf(chunkTo, 2 * chunks);
            chunkHash = Arrays.copyOf(chunkHash, 2 * chunks);
        }
        chunkFrom[chunks] = from;
        chunkHash[chunks] = hash;
        chunkTo[chunks++] = to;
    }

    private boolean isNew(long hash) {
        if (2 * chunks >= seen.length) {
            growSeen();
        }
        int mask = seen.length - 1;
        int at = (int) (hash * SPREAD >>> 40) & mask;
        while (seenIn[at] == text) {
            if (seen[at] == hash) {
                return false;
            }
            at = (at + 1) & mask;
        }
        seen[at] = hash;
        seenIn[at] = text;
        return true;
    }

    private void growSeen() {
        seen = new long[2 * seen.length];
        seenIn = new int[seen.length];
        text = 1;
        int mask = seen.length - 1;
        for (int i = 0; i < chunks; i++) {
            int at = (int) (chunkHash[i] * SPREAD >>> 40) & mask;
            while (seenIn[at] == text) {
                at = (at + 1) & mask;
            }
            seen[at] = chunkHash[i];
            seenIn[at] = text;
        }
    }
}
