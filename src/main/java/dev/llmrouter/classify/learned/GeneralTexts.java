package dev.llmrouter.classify.learned;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What people ask language models for, of all kinds: stands in where nobody gave enough examples of what is none of the tasks. With none a
 * classifier of few tasks is sure of nearly everything: it has only learned what tells these few apart.
 */
final class GeneralTexts {
    /** Examples of none of the tasks from which on they are enough. Assumption. */
    static final int ENOUGH = 20;

    /** What a data set's hash says of them; another number where the texts are others. */
    static final String VERSION = "general 1";

    private static final String RESOURCE = "/llm-router/general-texts.txt";
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int SHORT = 4;
    private static final double USUAL = 0.1;
    private static final double SELDOM = 0.05;

    private GeneralTexts() {}

    /**
     * The texts that stand in, as examples of none of the tasks; empty where there are enough of these. Left out is what may be of a task: a text
     * with a word that is usual in the task's examples and seldom here.
     */
    static List<LabelledExample> forWhom(List<LabelledExample> examples, TrainingSettings settings) {
        long none = examples.stream()
                .filter(each -> settings.noneNames().contains(String.valueOf(each.task())))
                .count();
        if (none >= ENOUGH || settings.noneNames().isEmpty()) {
            return List.of();
        }
        List<Set<String>> all = Lines.ALL.stream().map(GeneralTexts::words).toList();
        Set<String> usual = usual(examples, settings);
        Map<String, Integer> here = counts(all);
        usual.removeIf(word -> here.getOrDefault(word, 0) >= SELDOM * all.size());
        String name = new TreeSet<>(settings.noneNames()).first();
        List<LabelledExample> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).stream().noneMatch(usual::contains)) {
                found.add(new LabelledExample("general " + (i + 1), name, Lines.ALL.get(i), null, Map.of()));
            }
        }
        return found;
    }

    private static Set<String> usual(List<LabelledExample> examples, TrainingSettings settings) {
        Map<String, List<Set<String>>> byTask = new HashMap<>();
        for (LabelledExample example : examples) {
            String task = String.valueOf(example.task());
            if (!settings.noneNames().contains(task)) {
                byTask.computeIfAbsent(task, key -> new ArrayList<>()).add(words(example.text()));
            }
        }
        Set<String> usual = new HashSet<>();
        byTask.values()
                .forEach(texts -> counts(texts).forEach((word, n) -> {
                    if (n >= Math.max(2, USUAL * texts.size())) {
                        usual.add(word);
                    }
                }));
        return usual;
    }

    private static Map<String, Integer> counts(List<Set<String>> texts) {
        Map<String, Integer> counts = new HashMap<>();
        texts.forEach(words -> words.forEach(word -> counts.merge(word, 1, Integer::sum)));
        return counts;
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        for (String word : NO_WORD.split(text.toLowerCase(Locale.ROOT))) {
            if (word.length() >= SHORT) {
                words.add(word);
            }
        }
        return words;
    }

    /** Read when they are first needed. */
    private static final class Lines {
        static final List<String> ALL = read();

        private static List<String> read() {
            try (InputStream in = GeneralTexts.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException("the jar lacks " + RESOURCE);
                }
                return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException("the general texts cannot be read", e);
            }
        }
    }
}
