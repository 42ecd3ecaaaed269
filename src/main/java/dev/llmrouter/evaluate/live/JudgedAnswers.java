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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Recorded and kept answers with the scores of those who are asked, combined with what the other scorers say. A score that the
 * data set gives beside both texts is a human's: it counts instead, and the judge's is compared with it; beside one text alone
 * it is compared and does not count. A judge that gives no usable reply or prefers a place to an answer, or a vector that is
 * missing, leaves the example out; it is never a 0 of the candidate. Not safe for use by many threads.
 */
public final class JudgedAnswers implements Answers {
    /** Largest distance between two scores that agree: a step of the rubric. */
    private static final double STEP = 0.25;

    private final Path data;
    private final Settings settings;
    private final KeptAnswers answers;
    private final AskedScorers scorers;
    private final JudgeControls controls = new JudgeControls();
    private @Nullable VectorControls vectors;
    private int labelled;
    private int unlabelled;
    private int agreed;
    private double bias;
    private int unusable;
    private int unlike;
    private int placed;
    private int firstPlaced;
    private boolean isJudged;
    private final Set<Integer> unusableLines = new LinkedHashSet<>();
    private final Set<String> compared = new LinkedHashSet<>();

    public JudgedAnswers(Path data, Settings settings, KeptAnswers answers, AskedScorers scorers) {
        this.data = data;
        this.settings = settings;
        this.answers = answers;
        this.scorers = scorers;
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

    /** What cosines are worth in each task that is scored by vectors; found out at the first score, when all vectors are there. */
    private VectorControls measuredVectors() {
        if (vectors == null) {
            VectorControls measured = new VectorControls();
            try {
                DataSetReader.read(data, example -> measure(measured, example), fault -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(data + " cannot be read", e);
            }
            vectors = measured;
        }
        return vectors;
    }

    private void measure(VectorControls measured, Example recorded) {
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
            measured.add(
                    example.task(), example.line(), expected, wanted.text(), answer == null ? null : answer.text());
        }
    }

    private List<Question> needed(
            TaskScorers by, Example example, String baseline, String candidate, @Nullable String placeholder)
            throws BadRequestException {
        String base = text(example, baseline, placeholder);
        String cheap = text(example, candidate, placeholder);
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
            if (controls.isAsked(example, baseline, candidate)) {
                all.add(judge.control(example, base));
            }
            return all;
        }
        for (String answer : new String[] {base, cheap}) {
            if (answer != null) {
                all.add(judge.grade(example, answer));
            }
        }
        if (base != null && controls.isAsked(example, baseline, candidate)) {
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
            isJudged = true;
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
                unlike++;
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
                : OptionalDouble.of(measuredVectors().score(example.task(), cosine.getAsDouble()));
    }

    private @Nullable Example graded(Judge judge, Example example, String baseline, String candidate)
            throws BadRequestException {
        Map<String, Output> scored = new LinkedHashMap<>();
        Example alike = example.alike(baseline, candidate);
        if (controls.isAsked(example, baseline, candidate)) {
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
                    if (score.isPresent()) {
                        label(human, score.getAsDouble(), Math.abs(human - score.getAsDouble()) <= STEP);
                    } else {
                        unlabelled++;
                    }
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
        if (controls.isAsked(example, baseline, candidate)) {
            control(judge, example, first);
        }
        double share;
        if (first.equals(second)) {
            if (isByPeople) {
                return example; // the judge was not asked
            }
            share = 0.5;
        } else {
            OptionalDouble one = Judge.firstOf(reply(judge.compare(example, first, second)));
            OptionalDouble other = Judge.firstOf(reply(judge.compare(example, second, first)));
            if (one.isEmpty() || other.isEmpty()) {
                unlabelled += isByPeople ? 1 : 0;
                return isByPeople ? example : unusable(example);
            }
            share = (1 - one.getAsDouble() + other.getAsDouble()) / 2;
            if (!isByPeople && prefersAPlace(one.getAsDouble(), other.getAsDouble())) {
                placed++;
                firstPlaced = placed == 1 ? example.line() : firstPlaced;
                return null;
            }
        }
        if (baseScore != null && cheapScore != null) {
            double human = cheapScore - baseScore;
            label(human, 2 * share - 1, Math.signum(human) == Math.signum(2 * share - 1));
            return example;
        }
        return example.with(
                example.system(),
                Map.of(
                        baseline, new Output(first, 1 - share, base.costUsd()),
                        candidate, new Output(second, share, cheap.costUsd())));
    }

    private void control(Judge judge, Example example, @Nullable String answer) throws BadRequestException {
        if (answer != null) {
            controls.add(example, judge.tellsApart(example, reply(judge.control(example, answer))));
        }
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

    private void label(double human, double judged, boolean agrees) {
        labelled++;
        agreed += agrees ? 1 : 0;
        bias += judged - human;
    }

    private @Nullable Example unusable(Example example) {
        unusable++;
        unusableLines.add(example.line());
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
    public String answersHash(String dataHash) {
        return answers.answersHash(dataHash);
    }

    @Override
    public List<String> faults(String task) {
        List<String> all = new ArrayList<>(controls.faults(task));
        if (vectors != null) {
            all.addAll(vectors.faults(task));
        }
        return all;
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(answers.remarks());
        if (vectors != null) {
            all.addAll(vectors.remarks());
        }
        if (unusable > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "the judge gave no usable reply on %,d examples (first: line %d), which are left out: a fault of the"
                            + " judge, not of a model",
                    unusable,
                    unusableLines.iterator().next()));
        }
        if (placed > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "the judge preferred the same place in both orders on %,d examples (first: line %d), which are left out:"
                            + " it has not compared these answers; name a judge that does",
                    placed,
                    firstPlaced));
        }
        if (unlike > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d examples are left out because a vector is missing: a fault of the embedding model, not of a model"
                            + " that is compared",
                    unlike));
        }
        if (!isJudged) {
            return all;
        }
        all.add(agreement());
        return all;
    }

    private String agreement() {
        String without =
                unlabelled == 0 ? "" : String.format(Locale.ROOT, "; on %,d more it gave no usable reply", unlabelled);
        if (labelled == 0) {
            return unlabelled == 0
                    ? "the judge was not compared with people: no line where it is asked has a 'score' beside a 'text'"
                    : String.format(
                            Locale.ROOT,
                            "the judge was not compared with people: it gave no usable reply on any of %,d labels",
                            unlabelled);
        }
        return String.format(
                Locale.ROOT,
                "the judge agrees with people on %,d of %,d labels (%.1f %%), and is %.3f %s on average%s",
                agreed,
                labelled,
                100.0 * agreed / labelled,
                Math.abs(bias / labelled),
                bias < 0 ? "stricter" : "more lenient",
                without);
    }
}
