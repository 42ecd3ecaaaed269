package dev.llmrouter.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The result of comparing candidates with a baseline on the recorded answers of a data set.
 *
 * @param dataSet name of the file
 * @param sha256 hash of its unpacked content
 * @param examples lines that were used
 * @param badLines lines that were not
 * @param tasks one result per task and candidate, in the order of the file
 */
public record Validation(
        String dataSet, String sha256, int examples, int badLines, Settings settings, List<TaskResult> tasks) {

    public Validation {
        tasks = List.copyOf(tasks);
    }

    /** Whether the gate passed everything; false if there was nothing to judge. */
    public boolean passed() {
        return !tasks.isEmpty() && tasks.stream().allMatch(t -> t.gate().verdict() == Verdict.PASS);
    }

    /** Models for which the data set has no recorded answer at all. */
    public List<String> modelsWithoutAnswers() {
        List<String> missing = new ArrayList<>();
        boolean baselineSeen = tasks.stream()
                .anyMatch(t -> t.outcomes().n() > 0
                        && t.baselineMissing() < t.outcomes().n());
        if (!baselineSeen) {
            missing.add(settings.baseline());
        }
        for (String candidate : settings.candidates()) {
            boolean seen = tasks.stream()
                    .filter(t -> t.candidate().equals(candidate))
                    .anyMatch(t -> t.candidateMissing() < t.outcomes().n());
            if (!seen) {
                missing.add(candidate);
            }
        }
        return missing;
    }

    /**
     * Runs the comparison.
     *
     * @param bad is told every line that cannot be used
     * @throws IOException if the file cannot be read
     */
    public static Validation run(Path file, Settings settings, Consumer<BadLine> bad) throws IOException {
        Scorer scorer = ScorerSpec.parse(settings.scorers());
        Map<String, List<Comparison>> byTask = new LinkedHashMap<>();
        DataSetReader.Summary summary = DataSetReader.read(
                file,
                example -> byTask.computeIfAbsent(
                                example.task(),
                                task -> settings.candidates().stream()
                                        .map(c -> new Comparison(task, c, settings, scorer))
                                        .toList())
                        .forEach(c -> c.add(example)),
                bad);
        return new Validation(
                String.valueOf(file.getFileName()),
                summary.sha256(),
                summary.examples(),
                summary.badLines(),
                settings,
                judge(byTask.values(), settings));
    }

    private static List<TaskResult> judge(Iterable<List<Comparison>> byTask, Settings settings) {
        List<List<Comparison>> families = new ArrayList<>();
        byTask.forEach(families::add);
        if (settings.acrossTasks()) {
            families = List.of(families.stream().flatMap(List::stream).toList());
        }
        List<TaskResult> results = new ArrayList<>();
        for (List<Comparison> family : families) {
            List<GateResult> gates = settings.correction()
                    .judge(family.stream().map(Comparison::outcomes).toList(), settings.margin(), settings.alpha());
            for (int i = 0; i < family.size(); i++) {
                results.add(family.get(i).result(gates.get(i)));
            }
        }
        return results;
    }
}
