package dev.llmrouter.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks of an output that ask somebody, in this order: a bean, the same model again, a second model, a judge. The first that
 * fails ends them. One at least is given.
 *
 * @param bean name of a bean in the registry that checks; null for none
 * @param samples the same model is asked again; null for not
 * @param second another model is asked the same; null for not
 * @param judge a model grades the output; null for not
 * @param timeout for each of them; who does not answer in time has not confirmed the output
 */
public record CrossCheck(
        @Nullable String bean,
        @Nullable Samples samples,
        @Nullable Second second,
        @Nullable Grade judge,
        Duration timeout) {

    /** Those of its checks that ask a model, which take the request and who answered it, as the policy calls them. */
    public List<String> askingModels() {
        List<String> names = new ArrayList<>();
        if (samples != null) {
            names.add("samples");
        }
        if (second != null) {
            names.add("second");
        }
        if (judge != null) {
            names.add("judge");
        }
        return List.copyOf(names);
    }

    /** How two answers are compared. Each gives a score from 0 to 1. */
    public enum Comparison {
        /** 1 if the texts are the same but for case, outer punctuation and white space. */
        NORMALISED,
        /** 1 if the trimmed texts are the same. */
        EXACT,
        /** 1 if the last numbers are the same. */
        NUMERIC,
        /** Share of the leaf fields of the output, read as JSON, that the other has with the same value. */
        JSON_FIELDS,
        /** ROUGE-L of the words. */
        ROUGE_L
    }

    /**
     * Self-consistency.
     *
     * @param count answers of the model, the output included; 2 to 9
     * @param least mean score of the others against the output that confirms it, above 0 to 1
     */
    public record Samples(int count, double least, Comparison comparison) {}

    /** Agreement of a second model. @param least score of its answer against the output that confirms it, above 0 to 1 */
    public record Second(String model, double least, Comparison comparison) {}

    /** A judge. @param least grade that confirms the output, above 0 to 1: (grade from 1 to 5 - 1) / 4 */
    public record Grade(String model, double least) {}
}
