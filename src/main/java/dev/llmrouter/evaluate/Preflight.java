package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What can be said before an answer is scored or paid for: which tasks have nothing to compare, or too few examples to pass at all. */
public final class Preflight {
    private Preflight() {}

    /**
     * Counts the examples of each task, without looking at outputs.
     *
     * @param withoutCandidate tasks that are left out because they are on the baseline tier
     * @return one text for each task that is one of these or has too few; empty if there is none
     * @throws IOException if the file cannot be read
     */
    public static List<String> of(Path file, Settings settings, Set<String> withoutCandidate) throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        DataSetReader.read(file, example -> counts.merge(example.task(), 1, Integer::sum), bad -> {});
        List<String> texts = new ArrayList<>();
        counts.forEach((task, n) -> settings.terms(task)
                .filter(terms -> n < new Gate(terms.margin(), settings.alpha()).fewest())
                .ifPresent(terms -> texts.add(text(task, n, terms.margin(), settings.alpha()))));
        counts.keySet().stream()
                .filter(withoutCandidate::contains)
                .map(task -> "task '" + task + "' is on the baseline tier, so there is no candidate: name one with"
                        + " --candidate, or use --suggest")
                .forEach(texts::add);
        return texts;
    }

    /**
     * Tasks of a data set that a policy does not know, in words.
     *
     * @throws IOException if the file cannot be read
     */
    public static List<String> unknown(Path file, RoutingPolicy policy) throws IOException {
        Set<String> tasks = new LinkedHashSet<>();
        DataSetReader.read(file, example -> tasks.add(example.task()), bad -> {});
        return Conclusion.unknown(tasks, policy);
    }

    private static String text(String task, int n, double margin, double alpha) {
        String wider = n < Gate.MIN_EXAMPLES // no margin lets so few pass
                ? ""
                : String.format(
                        Locale.ROOT,
                        " a margin of %.1f points or wider,",
                        Math.ceil(1000 * (1 - Math.pow(alpha, 1.0 / n))) / 10);
        return String.format(
                Locale.ROOT,
                "task '%s' has %,d examples: fewer than %,d can never pass a graded gate at a margin of %.1f points and an"
                        + " error level of %.1f %%, nor right-or-wrong scores of a candidate that never wins. What helps:"
                        + " %,d more examples,%s or evidence that accumulates on live traffic (evidence: collect).",
                task,
                n,
                new Gate(margin, alpha).fewest(),
                100 * margin,
                100 * alpha,
                new Gate(margin, alpha).fewest() - n,
                wider);
    }
}
