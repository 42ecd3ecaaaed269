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
 * Recorded and kept answers with a judge's scores. A score that the data set gives beside a text is a human's: it counts
 * instead of the judge's, and the two are compared. A judge that gives no usable reply leaves the example out; it is never a
 * 0 of the candidate. Not safe for use by many threads.
 */
public final class JudgedAnswers implements Answers {
    /** Largest distance between two scores that agree: a step of the rubric. */
    private static final double STEP = 0.25;

    private final KeptAnswers answers;
    private final Judge judge;
    private int labelled;
    private int agreed;
    private double bias;
    private int unusable;
    private final Set<Integer> unusableLines = new LinkedHashSet<>();
    private final Set<String> compared = new LinkedHashSet<>();

    public JudgedAnswers(KeptAnswers answers, Judge judge) {
        this.answers = answers;
        this.judge = judge;
    }

    /**
     * Hands on what the judge has to be asked, for every answer that is there.
     *
     * @param placeholder stands for answers that are not there yet, for an estimate; null leaves them out
     */
    public void read(
            Path data,
            Settings settings,
            @Nullable String placeholder,
            Consumer<Question> questions,
            Consumer<BadLine> bad)
            throws IOException {
        DataSetReader.read(
                data,
                example -> {
                    Terms terms = settings.terms(example.task()).orElse(null);
                    if (terms == null) {
                        return;
                    }
                    Example filled = answers.filled(example);
                    Set<Question> all = new LinkedHashSet<>();
                    try {
                        for (String candidate : terms.candidates()) {
                            all.addAll(needed(filled, terms.baseline(), candidate, placeholder));
                        }
                    } catch (BadRequestException e) {
                        bad.accept(new BadLine(
                                example.line(),
                                "cannot be put to the judge: " + e.error().message()));
                        return;
                    }
                    all.forEach(questions);
                },
                fault -> {});
    }

    private List<Question> needed(Example example, String baseline, String candidate, @Nullable String placeholder)
            throws BadRequestException {
        String base = text(example, baseline, placeholder);
        String cheap = text(example, candidate, placeholder);
        List<Question> all = new ArrayList<>();
        if (judge.form() == Judge.Form.PAIRWISE) {
            if (base != null && cheap != null && (placeholder != null || !base.equals(cheap))) {
                all.add(judge.compare(example, base, cheap));
                all.add(judge.compare(example, cheap, base));
            }
            return all;
        }
        for (String answer : new String[] {base, cheap}) {
            if (answer != null) {
                all.add(judge.grade(example, answer));
            }
        }
        return all;
    }

    private static @Nullable String text(Example example, String model, @Nullable String placeholder) {
        Output output = example.outputs().get(model);
        String text = output == null ? null : output.text();
        if (output == null || (text == null && output.score() == null)) {
            return placeholder;
        }
        return text == null || text.isBlank() ? null : text;
    }

    @Override
    public Example fill(Example example) {
        return answers.fill(example);
    }

    @Override
    public @Nullable Example judged(Example example, String baseline, String candidate) {
        try {
            return judge.form() == Judge.Form.PAIRWISE
                    ? compared(example, baseline, candidate)
                    : graded(example, baseline, candidate);
        } catch (BadRequestException e) {
            return unusable(example);
        }
    }

    private @Nullable Example graded(Example example, String baseline, String candidate) throws BadRequestException {
        Map<String, Output> scored = new LinkedHashMap<>();
        for (String model : List.of(baseline, candidate)) {
            Output output = example.outputs().get(model);
            String text = text(example, model, null);
            if (output == null || text == null) {
                continue; // missing or blank: 0, counted apart by the comparison
            }
            OptionalDouble score = Judge.gradeOf(reply(judge.grade(example, text)));
            Double human = output.score();
            if (human != null) {
                if (score.isPresent() && compared.add(example.line() + "/" + model)) {
                    label(human, score.getAsDouble(), Math.abs(human - score.getAsDouble()) <= STEP);
                }
                continue;
            }
            if (score.isEmpty()) {
                return unusable(example);
            }
            scored.put(model, new Output(text, score.getAsDouble(), output.costUsd()));
        }
        return example.with(example.system(), scored);
    }

    private @Nullable Example compared(Example example, String baseline, String candidate) throws BadRequestException {
        Output base = example.outputs().get(baseline);
        Output cheap = example.outputs().get(candidate);
        String first = text(example, baseline, null);
        String second = text(example, candidate, null);
        if (base == null || cheap == null || first == null || second == null) {
            return lone(example, baseline, first, candidate, second);
        }
        double share;
        if (first.equals(second)) {
            share = 0.5;
        } else {
            OptionalDouble one = Judge.firstOf(reply(judge.compare(example, first, second)));
            OptionalDouble other = Judge.firstOf(reply(judge.compare(example, second, first)));
            if (one.isEmpty() || other.isEmpty()) {
                return base.score() != null && cheap.score() != null ? example : unusable(example);
            }
            share = (1 - one.getAsDouble() + other.getAsDouble()) / 2;
        }
        if (base.score() != null && cheap.score() != null) {
            double human = cheap.score() - base.score();
            label(human, 2 * share - 1, Math.signum(human) == Math.signum(2 * share - 1));
            return example;
        }
        return example.with(
                example.system(),
                Map.of(
                        baseline, new Output(first, 1 - share, base.costUsd()),
                        candidate, new Output(second, share, cheap.costUsd())));
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
        answers.count(question.key(), kept);
        return kept.text();
    }

    @Override
    public String hash(String dataHash) {
        return answers.hash(dataHash);
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(answers.remarks());
        if (unusable > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "the judge gave no usable reply on %,d examples (first: line %d), which are left out: a fault of the"
                            + " judge, not of a model",
                    unusable,
                    unusableLines.iterator().next()));
        }
        all.add(
                labelled == 0
                        ? "the judge was not compared with people: no line has a 'score' beside a 'text'"
                        : String.format(
                                Locale.ROOT,
                                "the judge agrees with people on %,d of %,d labels (%.1f %%), and is %.3f %s on average",
                                agreed,
                                labelled,
                                100.0 * agreed / labelled,
                                Math.abs(bias / labelled),
                                bias < 0 ? "stricter" : "more lenient"));
        return all;
    }
}
