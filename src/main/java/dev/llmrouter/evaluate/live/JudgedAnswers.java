package dev.llmrouter.evaluate.live;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.DataSetReader;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Example.Output;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Terms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Recorded and kept answers with the scores of those who are asked, combined with what the other scorers say. A score that the
 * data set gives beside both texts is a human's: it counts instead, and the judge's is compared with it; beside one text alone
 * it is compared and does not count. A judge that gives no usable reply or prefers a place to an answer, or a vector that is
 * missing, leaves the example out; it is never a 0 of the candidate. Not safe for use by many threads.
 */
public final class JudgedAnswers implements Answers {
    private final Path data;
    private final Settings settings;
    private final KeptAnswers answers;
    private final AskedScorers scorers;
    private final ScorerControls controls;
    private final Map<String, JudgeAgreement> agreements = new TreeMap<>();
    private final Set<Integer> unusable = new TreeSet<>(); // lines
    private final Set<Integer> unlike = new TreeSet<>();
    private final Set<Integer> placed = new TreeSet<>();
    private final Set<String> compared = new HashSet<>();

    /** @param controls of all data sets that are looked at together */
    public JudgedAnswers(
            Path data, Settings settings, KeptAnswers answers, AskedScorers scorers, ScorerControls controls) {
        this.data = data;
        this.settings = settings;
        this.answers = answers;
        this.scorers = scorers;
        this.controls = controls;
    }

    /**
     * Hands on what judge and embedding have to be asked, for every answer that is there.
     *
     * @param placeholder stands for answers that are not there yet, for an estimate, with the model's name behind it: two models are
     *     taken to answer differently, which asks the most; null leaves them out
     */
    public void read(@Nullable String placeholder, Consumer<Question> questions, Consumer<BadLine> bad)
            throws IOException {
        DataSetReader.read(data, example -> questions(example, placeholder, bad).forEach(questions), fault -> {});
    }

    /** What judge and embedding have to be asked about one example; as {@link #read}. May be asked by many threads. */
    public Set<Question> questions(Example example, @Nullable String placeholder, Consumer<BadLine> bad) {
        Terms terms = settings.terms(example.task()).orElse(null);
        TaskScorers by = scorers.of(example.task());
        if (terms == null || by == null) {
            return Set.of();
        }
        Example filled = answers.filled(example);
        Set<Question> all = new LinkedHashSet<>();
        try {
            for (String candidate : terms.candidates()) {
                all.addAll(needed(by, filled, terms.baseline(), candidate, placeholder));
            }
        } catch (BadRequestException e) {
            bad.accept(new BadLine(
                    example.line(), "cannot be put to the judge: " + e.error().message()));
            return Set.of();
        }
        return all;
    }

    /** Hands on the examples of tasks that are scored by vectors, with the vectors that are there. */
    void readVectors(Consumer<VectorControls.Measured> measured) {
        try {
            DataSetReader.read(data, example -> measure(measured, example), fault -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(data + " cannot be read", e);
        }
    }

    private void measure(Consumer<VectorControls.Measured> measured, Example recorded) {
        Terms terms = settings.terms(recorded.task()).orElse(null);
        TaskScorers by = scorers.of(recorded.task());
        VectorScorer scorer = by == null ? null : by.vectors();
        Example example = answers.filled(recorded);
        String expected = VectorScorer.expected(example);
        if (terms == null || scorer == null || expected.isEmpty()) {
            return;
        }
        Journal.Kept wanted = answers.find(scorer.ofExpected(example).key());
        if (wanted != null) {
            String text = text(example, terms.baseline(), null);
            Journal.Kept answer = text == null
                    ? null
                    : answers.find(scorer.ofAnswer(example, text).key());
            measured.accept(new VectorControls.Measured(
                    example.task(),
                    example.line(),
                    expected,
                    wanted.text(),
                    text,
                    answer == null ? null : answer.text()));
        }
    }

    private List<Question> needed(
            TaskScorers by, Example example, String baseline, String candidate, @Nullable String placeholder)
            throws BadRequestException {
        String base = text(example, baseline, answers.isOver(example, baseline) ? null : placeholder);
        String cheap = text(example, candidate, answers.isOver(example, candidate) ? null : placeholder);
        List<Question> all = new ArrayList<>(vectors(by, example, base, cheap));
        Judge judge = by.judge();
        if (judge == null) {
            return all;
        }
        if (judge.form() == Judge.Form.PAIRWISE) {
            if (base == null || cheap == null) {
                return all;
            }
            if (placeholder != null || !base.equals(cheap)) {
                all.add(judge.compare(example, base, cheap));
                all.add(judge.compare(example, cheap, base));
            }
            if (JudgeControls.isAsked(example, baseline, candidate)) {
                all.add(judge.control(example, base));
            }
            return all;
        }
        for (String answer : new String[] {base, cheap}) {
            if (answer != null) {
                all.add(judge.grade(example, answer));
            }
        }
        if (base != null && JudgeControls.isAsked(example, baseline, candidate)) {
            all.add(judge.control(example, base));
        }
        return all;
    }

    private static List<Question> vectors(
            TaskScorers by, Example example, @Nullable String base, @Nullable String cheap) {
        VectorScorer vectors = by.vectors();
        if (vectors == null || VectorScorer.expected(example).isEmpty()) {
            return List.of();
        }
        List<Question> all = new ArrayList<>();
        for (String answer : new String[] {base, cheap}) {
            if (answer != null) {
                all.add(vectors.ofAnswer(example, answer));
            }
        }
        if (!all.isEmpty()) {
            all.add(vectors.ofExpected(example));
        }
        return all;
    }

    private static @Nullable String text(Example example, String model, @Nullable String placeholder) {
        Output output = example.outputs().get(model);
        String text = output == null ? null : output.text();
        if (output == null || (text == null && output.score() == null)) {
            return placeholder == null ? null : placeholder + model;
        }
        return text == null || text.isBlank() ? null : text;
    }

    @Override
    public Example fill(Example example) {
        return answers.fill(example);
    }

    @Override
    public @Nullable Example judged(Example example, String baseline, String candidate) {
        TaskScorers by = scorers.of(example.task());
        if (by == null) {
            return example;
        }
        Judge judge = by.judge();
        Example judged = example;
        if (judge != null) {
            agreement(example, judge);
            try {
                judged = judge.form() == Judge.Form.PAIRWISE
                        ? compared(judge, example, baseline, candidate)
                        : graded(judge, example, baseline, candidate);
            } catch (BadRequestException e) {
                judged = unusable(example);
            }
        }
        return judged == null ? null : blended(by, example.alike(baseline, candidate), judged, baseline, candidate);
    }

    /** Puts what was asked together with the other scorers. @param judged with the judge's scores, where there is a judge */
    private @Nullable Example blended(
            TaskScorers by, Example example, Example judged, String baseline, String candidate) {
        Map<String, Output> scored = new LinkedHashMap<>();
        for (String model : List.of(baseline, candidate)) {
            Output output = example.outputs().get(model);
            String text = text(example, model, null);
            if (output == null || text == null || output.score() != null) {
                continue; // missing or blank: 0, counted apart by the comparison; else a person's score
            }
            if (example.expected() == null && by.blend().needsExpected()) {
                scored.put(model, output); // nothing to compare with: counted apart by the comparison
                continue;
            }
            OptionalDouble near = similarity(by, example, text);
            if (near.isEmpty()) {
                unlike.add(example.line());
                return null;
            }
            Output found = judged.outputs().get(model);
            Double grade = found == null ? null : found.score();
            double score = by.blend().score(example.expected(), text, grade == null ? 0 : grade, near.getAsDouble());
            scored.put(model, new Output(text, score, output.costUsd()));
        }
        return judged.with(judged.system(), scored);
    }

    private OptionalDouble similarity(TaskScorers by, Example example, String answer) {
        VectorScorer scorer = by.vectors();
        if (scorer == null) {
            return OptionalDouble.of(0);
        }
        if (VectorScorer.expected(example).isEmpty()) {
            return OptionalDouble.empty();
        }
        OptionalDouble cosine =
                VectorText.similarity(reply(scorer.ofExpected(example)), reply(scorer.ofAnswer(example, answer)));
        return cosine.isEmpty()
                ? cosine
                : OptionalDouble.of(controls.vectors().score(example.task(), cosine.getAsDouble()));
    }

    private @Nullable Example graded(Judge judge, Example example, String baseline, String candidate)
            throws BadRequestException {
        Map<String, Output> scored = new LinkedHashMap<>();
        Example alike = example.alike(baseline, candidate);
        if (JudgeControls.isAsked(example, baseline, candidate)) {
            control(judge, example, text(example, baseline, null));
        }
        for (String model : List.of(baseline, candidate)) {
            Output output = example.outputs().get(model);
            String text = text(example, model, null);
            if (output == null || text == null) {
                continue; // missing or blank: 0, counted apart by the comparison
            }
            OptionalDouble score = Judge.gradeOf(reply(judge.grade(example, text)));
            Double human = output.score();
            if (human != null) {
                if (compared.add(example.line() + "/" + model)) {
                    agreement(example, judge).grade(human, score.isPresent() ? score.getAsDouble() : null);
                }
                if (alike == example) {
                    continue; // people scored both, or the other has no text
                }
            }
            if (score.isEmpty()) {
                return unusable(example);
            }
            scored.put(model, new Output(text, score.getAsDouble(), output.costUsd()));
        }
        return example.with(example.system(), scored);
    }

    private @Nullable Example compared(Judge judge, Example example, String baseline, String candidate)
            throws BadRequestException {
        Output base = example.outputs().get(baseline);
        Output cheap = example.outputs().get(candidate);
        String first = text(example, baseline, null);
        String second = text(example, candidate, null);
        if (base == null || cheap == null || first == null || second == null) {
            return lone(example, baseline, first, candidate, second);
        }
        Double baseScore = base.score();
        Double cheapScore = cheap.score();
        boolean isByPeople = baseScore != null && cheapScore != null;
        if (JudgeControls.isAsked(example, baseline, candidate)) {
            control(judge, example, first);
        }
        if (first.equals(second)) { // the judge was not asked
            return isByPeople ? example : preferred(example, baseline, base, candidate, cheap, 0.5);
        }
        OptionalDouble one = Judge.firstOf(reply(judge.compare(example, first, second)));
        OptionalDouble other = Judge.firstOf(reply(judge.compare(example, second, first)));
        boolean isUsable = one.isPresent() && other.isPresent();
        boolean isPlaced = isUsable && prefersAPlace(one.getAsDouble(), other.getAsDouble());
        Double share = isUsable && !isPlaced ? (1 - one.getAsDouble() + other.getAsDouble()) / 2 : null;
        if (baseScore != null && cheapScore != null) {
            if (compared.add(example.line() + "/" + candidate)) {
                agreement(example, judge).preference(cheapScore - baseScore, share == null ? null : 2 * share - 1);
            }
            return example;
        }
        if (isPlaced) {
            placed.add(example.line());
            return null;
        }
        return share == null ? unusable(example) : preferred(example, baseline, base, candidate, cheap, share);
    }

    /** @param share of the candidate's wins */
    private static Example preferred(
            Example example, String baseline, Output base, String candidate, Output cheap, double share) {
        return example.with(
                example.system(),
                Map.of(
                        baseline, new Output(base.text(), 1 - share, base.costUsd()),
                        candidate, new Output(cheap.text(), share, cheap.costUsd())));
    }

    private void control(Judge judge, Example example, @Nullable String answer) throws BadRequestException {
        if (answer != null) {
            controls.judges().add(data, example, judge.tellsApart(example, reply(judge.control(example, answer))));
        }
    }

    private JudgeAgreement agreement(Example example, Judge judge) {
        return agreements.computeIfAbsent(example.task(), task -> new JudgeAgreement(judge.form()));
    }

    /** Who says "the first" or "the second" in both orders has not compared: a tie would speak for the candidate. */
    private static boolean prefersAPlace(double first, double second) {
        return first == second && first != 0.5;
    }

    /** Where one answer is missing, the other wins; a score that the data set gives stays. */
    private static Example lone(
            Example example, String baseline, @Nullable String first, String candidate, @Nullable String second) {
        Map<String, Output> scored = new LinkedHashMap<>();
        for (String model : List.of(baseline, candidate)) {
            Output output = example.outputs().get(model);
            String text = model.equals(baseline) ? first : second;
            if (output != null && text != null && output.score() == null) {
                scored.put(model, new Output(text, 1.0, output.costUsd()));
            }
        }
        return example.with(example.system(), scored);
    }

    private @Nullable Example unusable(Example example) {
        unusable.add(example.line());
        return null;
    }

    private String reply(Question question) {
        Journal.Kept kept = answers.find(question.key());
        if (kept == null) {
            return "";
        }
        answers.countSaid(question.key(), kept);
        return kept.text();
    }

    @Override
    public String hash(String dataHash) {
        return answers.hash(dataHash);
    }

    @Override
    public @Nullable LocalDate oldest(String task) {
        return answers.oldest(task);
    }

    @Override
    public String answersHash(String dataHash) {
        return answers.answersHash(dataHash);
    }

    @Override
    public List<String> faults(String task) {
        List<String> all = new ArrayList<>(controls.judges().faults(task));
        all.addAll(controls.vectors().faults(task));
        return all;
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(answers.remarks());
        all.addAll(controls.vectors().takeRemarks());
        leftOut(
                all,
                unusable,
                "the judge gave no usable reply on %,d examples (first: line %d), which are left out: a fault of the"
                        + " judge, not of a model");
        leftOut(
                all,
                placed,
                "the judge preferred the same place in both orders on %,d examples (first: line %d), which are left out:"
                        + " it has not compared these answers; name a judge that does");
        leftOut(
                all,
                unlike,
                "%,d examples (first: line %d) are left out because a vector is missing: a fault of the embedding model, not of"
                        + " a model that is compared");
        agreements.forEach((task, agreement) -> all.add(agreement.text(task)));
        return all;
    }

    private static void leftOut(List<String> all, Set<Integer> lines, String why) {
        if (!lines.isEmpty()) {
            all.add(String.format(
                    Locale.ROOT, why, lines.size(), lines.iterator().next()));
        }
    }
}
