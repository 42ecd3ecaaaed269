package dev.llmrouter.evaluate;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A comparison under way: examples are scored and added one by one, in the order of the data set. In memory are scores and
 * hashes, not texts. Use by one thread at a time.
 */
public final class Comparing {
    private final Settings settings;
    private final Function<String, @Nullable EvidenceFile> earlier;
    private final Observer observer;
    private final Map<String, List<Comparison>> byTask = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<String> hashes = new ArrayList<>();
    private final List<String> answersHashes = new ArrayList<>();
    private final List<Answers> scored = new ArrayList<>();
    private final Map<String, Integer> faultyOf = new HashMap<>();
    private final Map<String, List<String>> hashesOf = new HashMap<>();
    private final Set<String> tasksOfThis = new HashSet<>();
    private int examples;
    private int badLines;

    /**
     * A comparison of nothing yet.
     *
     * @param earlier evidence of a task, whose looks are counted; null if there is none
     * @param observer is told each pair of scores
     */
    public Comparing(Settings settings, Function<String, @Nullable EvidenceFile> earlier, Observer observer) {
        this.settings = settings;
        this.earlier = earlier;
        this.observer = observer;
    }

    /** The scores of an example, by comparison. */
    public static final class Scores {
        private record Entry(Comparison comparison, Comparison.@Nullable Scored scored) {}

        private final List<Entry> entries = new ArrayList<>();
    }

    /**
     * Scores an example for every candidate of its task; nothing is added yet.
     *
     * @param answers those that it has not recorded
     * @throws ScorerFaultException if a scorer of the user's own fails; the message names the line
     */
    public Scores score(Example example, Answers answers) {
        try {
            return scores(example, answers);
        } catch (ScorerFaultException e) {
            throw e.at("line " + example.line());
        }
    }

    private Scores scores(Example example, Answers answers) {
        Example filled = answers.fill(example);
        Scores scores = new Scores();
        for (Comparison c : byTask.computeIfAbsent(example.task(), this::comparisons)) {
            boolean isLeftOut = answers.leavesOut(filled, c.candidate());
            Comparison.Scored scored = isLeftOut
                    ? null
                    : c.score(
                            answers.judged(filled, c.terms().baseline(), c.candidate()),
                            answers.isLifted(filled, c.candidate()));
            scores.entries.add(new Scores.Entry(c, scored));
        }
        return scores;
    }

    /** Adds what was scored. */
    public void add(Scores scores) {
        for (Scores.Entry entry : scores.entries) {
            tasksOfThis.add(entry.comparison().task());
            if (entry.scored() == null) {
                entry.comparison().leaveOut();
            } else {
                entry.comparison().add(entry.scored());
            }
        }
    }

    /** A data set is over. @param summary of reading it */
    public void end(Path file, Answers answers, DataSetReader.Summary summary) {
        names.add(String.valueOf(file.getFileName()));
        String hash = answers.hash(summary.sha256());
        hashes.add(hash);
        tasksOfThis.forEach(
                task -> hashesOf.computeIfAbsent(task, k -> new ArrayList<>()).add(hash));
        tasksOfThis.clear();
        answersHashes.add(answers.answersHash(summary.sha256()));
        scored.add(answers);
        examples += summary.examples();
        badLines += summary.badLines();
        summary.faultyOf().forEach((task, count) -> faultyOf.merge(task, count, Integer::sum));
    }

    /** The verdicts; to be asked once, after the last data set. */
    public Validation result() {
        byTask.forEach((task, comparisons) -> scored.stream()
                .flatMap(answers -> answers.faults(task).stream())
                .forEach(fault -> comparisons.forEach(each -> each.fault(fault))));
        List<String> leftOut = byTask.keySet().stream()
                .filter(task -> settings.terms(task).isEmpty())
                .toList();
        return new Validation(
                String.join(", ", names),
                together(hashes),
                together(answersHashes),
                answersHashes,
                examples,
                badLines,
                settings,
                leftOut,
                judge());
    }

    private static String together(List<String> all) {
        return all.size() == 1 ? all.get(0) : Sha256.of(String.join("\n", all));
    }

    private List<Comparison> comparisons(String task) {
        Scorer scorer = ScorerSpec.parse(settings.scoring(task).specs());
        return settings.terms(task).stream()
                .flatMap(terms -> terms.candidates().stream()
                        .map(c -> new Comparison(task, c, terms, settings, scorer, observer)))
                .toList();
    }

    private List<TaskResult> judge() {
        List<List<Comparison>> families = new ArrayList<>(byTask.values());
        if (settings.acrossTasks()) {
            families = List.of(families.stream().flatMap(List::stream).toList());
        }
        List<TaskResult> results = new ArrayList<>();
        for (List<Comparison> family : families) {
            List<Correction.Test> tests =
                    family.stream().map(c -> test(c, earlier.apply(c.task()))).toList();
            List<GateResult> gates = settings.correction().judge(tests, settings.alpha());
            for (int i = 0; i < family.size(); i++) {
                Comparison comparison = family.get(i);
                results.add(comparison.result(gates.get(i), unreadable(comparison.task()), oldest(comparison.task())));
            }
        }
        return results;
    }

    private @Nullable LocalDate oldest(String task) {
        return scored.stream()
                .map(answers -> answers.oldest(task))
                .flatMap(Stream::ofNullable)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private UnreadableLines unreadable(String task) {
        return new UnreadableLines(
                faultyOf.getOrDefault(task, 0), faultyOf.getOrDefault(DataSetReader.NO_TASK, 0), examples + badLines);
    }

    private Correction.Test test(Comparison c, @Nullable EvidenceFile evidence) {
        Terms terms = c.terms();
        EvidenceBook.LookNumbers looks = EvidenceBook.looks(
                evidence,
                c.candidate(),
                LookQuestion.of(
                        terms.baseline(),
                        terms.margin(),
                        settings.scoring(c.task()).words(),
                        c.systemPrompt()),
                hashesOf.getOrDefault(c.task(), hashes),
                c.lifted(),
                settings.isEntered());
        return level -> judge(c.outcomes(), terms.margin(), level, looks);
    }

    private static GateResult judge(
            PairedOutcomes outcomes, double margin, double level, EvidenceBook.LookNumbers looks) {
        if (looks.look() > 1) {
            return Relook.judge(outcomes, margin, level, looks.look(), looks.next());
        }
        GateResult first = new Gate(margin, level).judge(outcomes);
        return looks.next() > 1 && first.verdict() == Verdict.INCONCLUSIVE
                ? first.withNeeded(NextLook.needed(outcomes, margin, level, looks.next()), looks.next())
                : first;
    }
}
