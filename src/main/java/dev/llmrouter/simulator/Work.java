package dev.llmrouter.simulator;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of work that the simulator can make an answer for. The names are the tasks of the example policy. */
enum Work {
    CLASSIFICATION(
            "classification",
            List.of(
                    "classif",
                    "categor",
                    "label",
                    "sentiment",
                    "which queue",
                    "which department",
                    "spam",
                    "triage",
                    "intent",
                    "klassifi",
                    "kategor",
                    "ordne")),
    EXTRACTION(
            "extraction",
            List.of(
                    "extract",
                    "as json",
                    "into json",
                    "pull out",
                    "parse",
                    "find all",
                    "list all",
                    "extrah",
                    "lies aus")),
    SUMMARY(
            "short-summary",
            List.of("summar", "tl;dr", "sum up", "key points", "main points", "fasse", "zusammenfass")),
    ANALYSIS(
            "analysis",
            List.of(
                    "analys",
                    "analyz",
                    "compare",
                    "contrast",
                    "assess",
                    "evaluate",
                    "weigh",
                    "pros and cons",
                    "root cause",
                    "step by step",
                    "recommend",
                    "vergleich",
                    "bewert",
                    "beurteil")),
    GENERATION(
            "generation",
            List.of("write", "draft", "compose", "rewrite", "rephrase", "translate", "generat", "schreib"));

    private static final int HEAD = 600;
    private static final int TAIL = 300;
    private final String task;
    private final List<String> stems;

    Work(String task, List<String> stems) {
        this.task = task;
        this.stems = stems;
    }

    /** Name of the example policy's task for this work. */
    String task() {
        return task;
    }

    /** What the name of a task says; null if it says nothing. */
    static @Nullable Work ofTask(String task) {
        return earliest(task.toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' '));
    }

    /** What the beginning or the end of a prompt asks for; {@link #GENERATION} if nothing is recognised. */
    static Work ofPrompt(String prompt) {
        Work found = earliest(head(prompt));
        if (found == null && prompt.length() > HEAD) {
            found = earliest(
                    prompt.substring(Math.max(HEAD, prompt.length() - TAIL)).toLowerCase(Locale.ROOT));
        }
        return found == null ? GENERATION : found;
    }

    private static String head(String prompt) {
        return prompt.substring(0, Math.min(HEAD, prompt.length())).toLowerCase(Locale.ROOT);
    }

    private static @Nullable Work earliest(String lower) {
        Work found = null;
        int first = Integer.MAX_VALUE;
        for (Work work : values()) {
            for (String stem : work.stems) {
                int at = Words.indexOfStem(lower, stem, 0);
                if (at >= 0 && at < first) {
                    first = at;
                    found = work;
                }
            }
        }
        return found;
    }
}
