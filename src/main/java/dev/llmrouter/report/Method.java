package dev.llmrouter.report;

import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Validation;
import java.util.List;
import java.util.stream.Collectors;

/** Method and assumptions in plain words. */
final class Method {
    private Method() {}

    private static String margins(Validation validation) {
        return validation.tasks().stream()
                .map(t -> Phrases.format("%.1f", 100 * t.gate().margin()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    static List<String> sentences(Validation validation) {
        Settings settings = validation.settings();
        return List.of(
                Phrases.format(
                        "A candidate passes only if the lower bound of \"candidate minus baseline\" lies above the margin, a "
                                + "loss of %s points. A candidate that is worse by the margin passes with probability %.1f %% at most. It fails if "
                                + "the upper bound lies below the margin; between the two, the examples are not enough.",
                        margins(validation), 100 * settings.alpha()),
                "Both models are compared on the same examples. Right-or-wrong scores: Tango's score interval for paired "
                        + "proportions, with an exact bound where the candidate never wins. Graded scores: Gaffke's bound, which "
                        + "allows for losses that no example has shown yet. No verdict below " + Gate.MIN_EXAMPLES
                        + " examples. Bounds are one-sided: together they enclose the "
                        + "difference with twice the error level.",
                "Several candidates of one task: " + settings.correction().meaning() + ". "
                        + (settings.acrossTasks()
                                ? "All tasks of this run share the level."
                                : "Each task is a decision of its own at the stated level: of many tasks that all lie exactly at the "
                                        + "margin, that share would pass by chance (--across-tasks shares the level among all tasks)."),
                "A missing answer of the candidate, and an empty or unscorable one of either, scores 0 and is counted; where only the "
                        + "baseline has no answer, the example is left out and counted. Slices are corrected for their number; they "
                        + "say where to look, not what to route.",
                "The examples have to be like production, each independent of the others, and the scores have to be right. "
                        + "Costs are those recorded with the answers. The probability of a net benefit is a posterior: of "
                        + "right-or-wrong scores Dirichlet on the paired table, of graded ones Dirichlet on the examples.",
                "Data with faults (repeated inputs, more than 1 % missing or unusable answers, a baseline below chance or ten "
                        + "points and more below the candidate) prove nothing until a named person accepts them. Look k "
                        + "at the same question, from the second on, is judged at the level divided by k (k + 1), whether its data "
                        + "extend the earlier ones or replace them: all looks together pass a candidate that is worse by the "
                        + "margin with at most one and a half times the level, as long as data are not chosen by their outcomes.",
                "Data set " + validation.dataSet() + ", SHA-256 " + validation.sha256() + ", "
                        + Phrases.format(
                                "%,d examples, %,d unusable lines.", validation.examples(), validation.badLines()));
    }
}
