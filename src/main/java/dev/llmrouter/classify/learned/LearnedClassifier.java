package dev.llmrouter.classify.learned;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.Input;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The step of the chain that asks a trained model. Silent where the model rejects the text, or where its confidence is
 * below the least that the policy acts on. Safe for use by many threads.
 */
public final class LearnedClassifier implements Classifier {
    private static final int SHOWN_TASKS = 3;
    private static final int SHOWN_WORDS = 5;

    private final LearnedModel model;
    private final double minConfidence;

    /** @param minConfidence 0 to 1 */
    public LearnedClassifier(LearnedModel model, double minConfidence) {
        if (!(minConfidence >= 0 && minConfidence <= 1)) {
            throw new IllegalArgumentException("minConfidence is " + minConfidence + "; allowed 0 to 1");
        }
        this.model = model;
        this.minConfidence = minConfidence;
    }

    @Override
    public Optional<Classification> classify(Input input, Trace trace) {
        String text = PromptText.of(input.request());
        if (text.isBlank()) {
            trace.say("learned: no text to look at");
            return Optional.empty();
        }
        Prediction prediction = model.predict(text);
        if (trace.isWanted()) {
            trace.say(told(text, prediction));
            prediction.top().forEach(ranked -> trace.thinks(ranked.task(), ranked.probability()));
        }
        String task = prediction.task();
        if (task == null || prediction.confidence() < minConfidence) {
            return Optional.empty();
        }
        return Optional.of(
                new Classification(task, prediction.confidence(), Classification.Source.LEARNED, null, List.of()));
    }

    private String told(String text, Prediction prediction) {
        String tasks = prediction.top().stream()
                .limit(SHOWN_TASKS)
                .map(r -> r.task() + " " + percent(r.probability()))
                .collect(Collectors.joining(", "));
        String words = model.words(text, SHOWN_WORDS).stream()
                .filter(word -> word.weight() > 0)
                .map(TextModel.Word::text)
                .collect(Collectors.joining(", "));
        String verdict = "";
        if (prediction.task() == null) {
            verdict = "; none of the tasks, as "
                    + ConfidenceText.below(
                            prediction.confidence(), model.calibration().threshold());
        } else if (prediction.confidence() < minConfidence) {
            verdict = "; not acted on below " + percent(minConfidence);
        }
        return "learned (model " + model.id() + "): " + tasks + (words.isEmpty() ? "" : "; words that count: " + words)
                + verdict;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
