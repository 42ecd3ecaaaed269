package dev.llmrouter.simulator;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the values that a text gives for a name: "Invoice number: 4711" for {@code invoiceNumber}. */
final class Values {
    private static final Pattern DATE =
            Pattern.compile("\\b(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4})\\b");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:[.,]\\d+)?");
    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+");
    private static final Pattern FILLER =
            Pattern.compile("^(?:[\\s:#=\\-\"']+|(?i:is|was|no|nr|number|of|are|dated|the)\\b\\.?)*");
    private static final Pattern VALUE = Pattern.compile("^[^\\s,;\"']+");
    private static final int LONGEST = 20_000;
    private final String text;
    private final String lower;

    Values(String text) {
        this.text = text.substring(0, Math.min(LONGEST, text.length()));
        this.lower = this.text.toLowerCase(Locale.ROOT);
    }

    /** What stands behind the name; null if the name is not in the text. */
    @Nullable
    String text(String name) {
        List<String> words = words(name);
        if (words.contains("date")) {
            String date = first(DATE, 0);
            if (date != null) {
                return date;
            }
        }
        if (words.contains("email") || words.contains("mail")) {
            String email = first(EMAIL, 0);
            if (email != null) {
                return email;
            }
        }
        int end = endOf(words);
        return end < 0 ? null : valueAt(end);
    }

    /** The first number behind the name, or else in the text; null if it has none. */
    @Nullable
    String number(String name) {
        int end = endOf(words(name));
        String behind = end < 0 ? null : first(NUMBER, end);
        String found = behind == null ? first(NUMBER, 0) : behind;
        return found == null ? null : found.replace(',', '.');
    }

    @Nullable
    String date() {
        return first(Pattern.compile("\\b\\d{4}-\\d{2}-\\d{2}\\b"), 0);
    }

    @Nullable
    String email() {
        return first(EMAIL, 0);
    }

    private int endOf(List<String> words) {
        String phrase = String.join(" ", words);
        int at = Words.indexOfPhrase(lower, phrase, 0);
        if (at >= 0) {
            return at + phrase.length();
        }
        for (int i = words.size() - 1; i >= 0; i--) {
            String word = words.get(i);
            at = Words.indexOfPhrase(lower, word, 0);
            if (at >= 0) {
                return at + word.length();
            }
        }
        return -1;
    }

    private @Nullable String valueAt(int start) {
        String rest = text.substring(start);
        Matcher filler = FILLER.matcher(rest);
        String behind = filler.find() ? rest.substring(filler.end()) : rest;
        Matcher value = VALUE.matcher(behind);
        if (!value.find()) {
            return null;
        }
        String bare = value.group().replaceAll("[.!?)\\]:]+$", "");
        return bare.isEmpty() ? null : bare;
    }

    private @Nullable String first(Pattern pattern, int from) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find(from) ? matcher.group() : null;
    }

    /** The words of a name, however they are joined: camelCase, snake_case, kebab-case, spaces; in lower case. */
    static List<String> words(String name) {
        String apart = name.replaceAll("([\\p{Ll}\\p{N}])(\\p{Lu})", "$1 $2").toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        for (String word : apart.split("[^\\p{L}\\p{N}]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
