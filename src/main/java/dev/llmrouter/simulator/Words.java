package dev.llmrouter.simulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Words and sentences of a prompt. */
final class Words {
    private Words() {}

    /** Where {@code stem} begins a word in {@code lower}, from {@code from} on; -1 if nowhere. */
    static int indexOfStem(String lower, String stem, int from) {
        for (int at = lower.indexOf(stem, from); at >= 0; at = lower.indexOf(stem, at + 1)) {
            if (at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1))) {
                return at;
            }
        }
        return -1;
    }

    /** Where {@code phrase} stands as whole words in {@code lower}, from {@code from} on; -1 if nowhere. */
    static int indexOfPhrase(String lower, String phrase, int from) {
        for (int at = indexOfStem(lower, phrase, from); at >= 0; at = indexOfStem(lower, phrase, at + 1)) {
            int end = at + phrase.length();
            if (end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end))) {
                return at;
            }
        }
        return -1;
    }

    /** The first {@code limit} different words of at least {@code letters} letters, in lower case. */
    static List<String> notable(String text, int letters, int limit) {
        Set<String> words = new LinkedHashSet<>();
        collect(text, letters, word -> words.add(word) && words.size() == limit);
        return List.copyOf(words);
    }

    /** The first {@code limit} words of at least {@code letters} letters, in lower case, each as often as it stands there. */
    static List<String> all(String text, int letters, int limit) {
        List<String> words = new ArrayList<>();
        collect(text, letters, word -> words.add(word) && words.size() == limit);
        return words;
    }

    /** @param enough takes a word and says whether it was the last that is wanted */
    private static void collect(String text, int letters, Predicate<String> enough) {
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean inside = i < text.length() && Character.isLetter(text.charAt(i));
            if (inside && start < 0) {
                start = i;
            } else if (!inside && start >= 0) {
                if (i - start >= letters && enough.test(text.substring(start, i).toLowerCase(Locale.ROOT))) {
                    return;
                }
                start = -1;
            }
        }
    }

    /** The first {@code limit} sentences, without line feeds. */
    static List<String> sentences(String text, int limit) {
        List<String> sentences = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length() && sentences.size() < limit; i++) {
            boolean last = i + 1 == text.length();
            char c = text.charAt(i);
            boolean stop = (c == '.' || c == '!' || c == '?') && (last || Character.isWhitespace(text.charAt(i + 1)));
            if (stop || last) {
                String sentence = text.substring(start, i + 1).strip().replaceAll("\\s+", " ");
                if (!sentence.isEmpty()) {
                    sentences.add(sentence);
                }
                start = i + 1;
            }
        }
        return sentences;
    }
}
