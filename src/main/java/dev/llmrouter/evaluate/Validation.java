package dev.llmrouter.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The result of comparing candidates with a baseline on the examples of a data set.
 *
 * @param dataSet name of the file
 * @param sha256 hash of its unpacked content and of the answers that it has not recorded
 * @param answersSha256 the same without what judges and vectors said
 * @param parts of several data sets, {@code answersSha256} of each; of one, the same as that
 * @param examples lines that were used
 * @param badLines lines that were not
 * @param leftOut tasks of the data set that nothing was asked about
 * @param tasks one result per task and candidate, in the order of the file
 */
public record Validation(
        String dataSet,
        String sha256,
        String answersSha256,
        List<String> parts,
        int examples,
        int badLines,
        Settings settings,
        List<String> leftOut,
        List<TaskResult> tasks) {

    public Validation {
        parts = List.copyOf(parts);
        leftOut = List.copyOf(leftOut);
        tasks = List.copyOf(tasks);
    }

    /** Whether every task was accepted; false if there was nothing to judge. */
    public boolean passed() {
        return !tasks.isEmpty() && tasks.stream().allMatch(t -> t.acceptance() == Acceptance.ACCEPTED);
    }

    /** The same with other results. */
    Validation with(List<TaskResult> results) {
        return new Validation(dataSet, sha256, answersSha256, parts, examples, badLines, settings, leftOut, results);
    }

    /** Results that are accepted: the number in every heading. */
    public int accepted() {
        return (int) tasks.stream()
                .filter(t -> t.acceptance() == Acceptance.ACCEPTED)
                .count();
    }

    /** Models of which the data set has no recorded answer at all, baselines first. */
    public List<String> modelsWithoutAnswers() {
        Set<String> missing = new LinkedHashSet<>();
        tasks.forEach(t -> missing.add(t.baseline()));
        tasks.forEach(t -> missing.add(t.candidate()));
        for (TaskResult t : tasks) {
            int n = t.outcomes().n(); // each has an answer of the baseline
            if (n > 0) {
                missing.remove(t.baseline());
            }
            if (t.candidateMissing() < n || t.baselineMissing() > 0) {
                missing.remove(t.candidate());
            }
        }
        return List.copyOf(missing);
    }

    /** Whether at least one candidate and its baseline have recorded answers. */
    public boolean canCompare() {
        return tasks.stream().anyMatch(t -> t.candidateMissing() < t.outcomes().n());
    }

    /** Runs a comparison of recorded answers that nobody has looked at before. */
    public static Validation run(Path file, Settings settings, Consumer<BadLine> bad) throws IOException {
        return run(file, settings, Answers.RECORDED, task -> null, bad);
    }

    /** Runs the comparison on recorded answers alone. */
    public static Validation run(
            Path file, Settings settings, Function<String, @Nullable EvidenceFile> earlier, Consumer<BadLine> bad)
            throws IOException {
        return run(file, settings, Answers.RECORDED, earlier, bad);
    }

    /**
     * Runs the comparison.
     *
     * @param answers those that the data set has not recorded
     * @param earlier evidence of a task, whose looks are counted; null if there is none
     * @param bad is told every line that cannot be used
     * @throws IOException if the file cannot be read
     */
    public static Validation run(
            Path file,
            Settings settings,
            Answers answers,
            Function<String, @Nullable EvidenceFile> earlier,
            Consumer<BadLine> bad)
            throws IOException {
        return run(List.of(new Source(file, answers, bad)), settings, earlier, Observer.NONE);
    }

    /**
     * A data set with the answers that it lacks.
     *
     * @param answers those that it has not recorded
     * @param bad is told every line that cannot be used
     */
    public record Source(Path file, Answers answers, Consumer<BadLine> bad) {}

    /**
     * Runs one comparison over several data sets: each task has the examples of all of them, and the error level is shared
     * over all.
     *
     * @param sources at least one
     * @param observer is told each pair of scores
     * @throws IOException if a file cannot be read
     * @throws ScorerFaultException if a scorer of the user's own fails; the message names file and line
     */
    public static Validation run(
            List<Source> sources,
            Settings settings,
            Function<String, @Nullable EvidenceFile> earlier,
            Observer observer)
            throws IOException {
        Comparing comparing = new Comparing(settings, earlier, observer);
        for (Source source : sources) {
            Answers answers = source.answers();
            try {
                DataSetReader.Summary summary = DataSetReader.read(
                        source.file(), example -> comparing.add(comparing.score(example, answers)), source.bad());
                comparing.end(source.file(), answers, summary);
            } catch (ScorerFaultException e) {
                throw e.at(source.file().toString());
            }
        }
        return comparing.result();
    }
}
