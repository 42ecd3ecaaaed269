package dev.llmrouter.classify.gate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How two models did on one input.
 *
 * @param task null if the example names none
 * @param weak score of the cheaper model, 0 to 1
 * @param strong score of the stronger model, 0 to 1
 */
public record Outcome(String text, @Nullable String task, double weak, double strong) {
    /** How much more the strong model was worth, -1 to 1. */
    public double gain() {
        return strong - weak;
    }

    /**
     * Outcomes of examples that have recorded outputs of both models; others are left out. An output that failed ({@code error}), or has
     * no text where one is expected, is worth 0: callers would get nothing either.
     *
     * @param scorer scores a text that has no recorded score by what was expected, 0 to 1
     * @throws ExamplesException if there are none, or a score is not 0 to 1
     */
    public static List<Outcome> of(
            List<LabelledExample> examples, String weak, String strong, ToDoubleBiFunction<JsonNode, String> scorer)
            throws ExamplesException {
        List<Outcome> outcomes = new ArrayList<>();
        TreeSet<String> models = new TreeSet<>();
        for (LabelledExample example : examples) {
            models.addAll(example.outputs().keySet());
            Double w = score(example, weak, scorer);
            Double s = score(example, strong, scorer);
            if (w != null && s != null) {
                outcomes.add(new Outcome(example.text(), example.task(), w, s));
            }
        }
        if (outcomes.isEmpty()) {
            throw new ExamplesException("no example has outputs of both '" + weak + "' and '" + strong
                    + "' with a 'score', or with a 'text' and an 'expected' to compare. Recorded models: "
                    + (models.isEmpty() ? "none" : String.join(", ", models)) + ".");
        }
        return outcomes;
    }

    private static @Nullable Double score(
            LabelledExample example, String model, ToDoubleBiFunction<JsonNode, String> scorer)
            throws ExamplesException {
        JsonNode output = example.outputs().get(model);
        if (output == null) {
            return null;
        }
        JsonNode score = output.get("score");
        if (score != null && !score.isNull()) {
            if (!score.isNumber() || !(score.doubleValue() >= 0 && score.doubleValue() <= 1)) {
                throw new ExamplesException(
                        "example '" + example.id() + "': outputs of '" + model + "' have a score that is not 0 to 1.");
            }
            return score.doubleValue();
        }
        if (output.hasNonNull("error")) {
            return 0.0;
        }
        JsonNode text = output.get("text");
        JsonNode expected = example.expected();
        if (expected == null || !expected.isValueNode()) {
            return null;
        }
        return text == null || !text.isTextual() || text.textValue().isBlank()
                ? 0.0
                : scorer.applyAsDouble(expected, text.textValue());
    }

    /** Letters and digits in lower case with single blanks between words. */
    static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }
}
