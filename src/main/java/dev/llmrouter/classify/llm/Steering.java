package dev.llmrouter.classify.llm;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Recognises texts that talk to the classifying model: those that say that something is to be sorted as a task of the
 * policy, by its name, or quote an answer of its shape. Nobody is asked about them, so they are served as what nobody recognised.
 *
 * <p>It sees what is clumsy, in a few languages; it is no proof against who takes pains. Immutable and safe for use by many
 * threads.
 */
public final class Steering {
    private static final String SORTING =
            "classif|categori[sz]e|\\blabel|\\btag\\b|\\bmark\\b|\\bsort\\b|\\brouted?\\s+(?:this|it|that)\\b|\\btreat\\b|\\bfile this|kind of work"
                    + "|klassifizier|einordnen|einstufen|\\bordne|\\bstufe|classe[rz]?\\b|clasific|класси|分类";

    private static final Pattern ANSWER =
            Pattern.compile("[\"'\u201C\u201E]task[\"'\u201D\u201C]\\s*[:=]|confidence[\"']?\\s*[:=]\\s*[01]?[.\\d]");

    private static final int NEAR = 60;

    private final Pattern named;

    /** @param tasks names of the policy's tasks */
    public Steering(Collection<String> tasks) {
        String names = tasks.stream()
                .map(name -> Pattern.quote(plain(name)).replace(" ", "\\E[\\s_-]+\\Q"))
                .collect(Collectors.joining("|"));
        String name = "(?<![\\p{L}\\d])(?:" + (names.isEmpty() ? "(?!)" : names) + ")(?![\\p{L}\\d])";
        named = Pattern.compile("(?:" + SORTING + ")[\\s\\S]{0," + NEAR + "}?" + name
                + "|(?:task\\s*(?:is|name|=|:|->)|route to)\\s*[\"'`]?" + name);
    }

    /** @param excerpt at most a few thousand chars */
    public boolean isIn(String excerpt) {
        String low = java.text.Normalizer.normalize(excerpt, java.text.Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT);
        return ANSWER.matcher(low).find() || named.matcher(low).find();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
    }
}
