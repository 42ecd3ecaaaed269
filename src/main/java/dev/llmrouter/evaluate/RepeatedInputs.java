package dev.llmrouter.evaluate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Counts inputs of a task that repeat another one; keeps hashes, not texts. Not safe for use by many threads. */
final class RepeatedInputs {
    /** Share of repeated inputs above which examples do not count as independent of each other. Assumption. */
    private static final double MOST = 0.05;
    /** What may differ between two writings of one text; not signs of arithmetic, of comparison or of feeling. */
    private static final Pattern MARKS =
            Pattern.compile("[\\s\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Cf}.,;:!?'\"\u2026\u00b7\u2022]+");

    private final Set<Long> exact = new HashSet<>();
    private final Set<Long> similar = new HashSet<>();
    private final Set<Long> templates = new HashSet<>();
    private final ConversationTurns conversations = new ConversationTurns();
    private int duplicates;
    private int nearDuplicates;
    private int turns;
    private int sameTemplate;

    /** Notes an example. @param text all that was asked, normalised */
    void add(Example example, String text) {
        boolean isNew = exact.add(hash(text));
        boolean isUnlike = similar.add(hash(inner(MARKS.matcher(text).replaceAll(" "))));
        boolean isOther = templates.add(hash(text.replaceAll("[^\\p{L}]+", " ")));
        duplicates += isNew ? 0 : 1;
        nearDuplicates += isNew && !isUnlike ? 1 : 0;
        turns += conversations.isOfAnother(example) && isNew && isUnlike ? 1 : 0;
        sameTemplate += isUnlike && !isOther ? 1 : 0;
    }

    /** What makes the data unusable as proof; empty if nothing does. @param n examples in all */
    List<String> faults(int n) {
        List<String> all = new ArrayList<>();
        int repeats = duplicates + nearDuplicates;
        if (repeats > MOST * n) {
            all.add(format(
                    "%,d of %,d inputs repeat another one: they are not %,d independent examples", repeats, n, n));
        }
        if (turns > MOST * n) {
            all.add(format(
                    "%,d of %,d inputs are turns of conversations that others are of: they are not %,d independent examples; keep one turn of each"
                            + " conversation, not always the first",
                    turns, n, n));
        }
        return all;
    }

    /** What else is worth a remark. @param n examples in all */
    List<String> notes(int n) {
        List<String> all = new ArrayList<>();
        note(all, duplicates, "is an exact repeat of another", "are exact repeats of others");
        note(
                all,
                turns,
                "is a turn of a conversation that another is of",
                "are turns of conversations that others are of");
        note(all, nearDuplicates, "differs from another only in signs", "differ from others only in signs");
        if (sameTemplate * 20 > n) {
            note(
                    all,
                    sameTemplate,
                    "differs from another only in digits or signs",
                    "differ from others only in digits or signs");
        }
        return all;
    }

    private static void note(List<String> all, int count, String one, String many) {
        if (count > 0) {
            all.add(count == 1 ? "1 example " + one : format("%,d examples ", count) + many);
        }
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    /** Without marks at both ends; a sign before a number or a name and a per cent sign after one stay. */
    private static String inner(String text) {
        int start = 0;
        while (start < text.length() && isMark(text.charAt(start)) && !isSignOf(text, start)) {
            start++;
        }
        int end = text.length();
        while (end > start && text.charAt(end - 1) != '%' && isMark(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSignOf(String text, int at) {
        return text.charAt(at) == '-' && at + 1 < text.length() && Character.isLetterOrDigit(text.charAt(at + 1));
    }

    private static boolean isMark(char c) {
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> Character.isWhitespace(c);
        };
    }

    /** FNV-1a, 64 bit. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
