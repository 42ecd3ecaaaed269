package dev.llmrouter.camel;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.learned.NearestExamples;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.policy.ClassifierSettings;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of the chain that asks somebody, and what came of it for one text.
 *
 * @param by name of the model, or of the bean behind {@code bean:}
 * @param provider of the model; null for a bean
 * @param isSimulated whether the simulator answered, which costs nothing and proves nothing
 * @param said what is told of it in the decision's reasons
 * @param task that it thinks of, acted on or not; null if none
 * @param confidence of it, 0 to 1; 0 if there is none
 * @param confidenceFrom where the confidence comes from; null if there is none
 * @param minConfidence least confidence that the policy acts on, 0 to 1
 * @param threshold confidence below which the text counts as none of the tasks, learned from the examples, 0 to 1; null for
 *     the step {@code llm}
 * @param top likeliest tasks by the comparison with the examples, the likeliest first; empty for the step {@code llm}
 * @param nearest nearest examples, the nearest first; empty for the step {@code llm}
 * @param call that it took; null if nobody was called
 */
public record AskedStep(
        ClassifierSettings.Step step,
        String by,
        @Nullable String provider,
        boolean isSimulated,
        String said,
        @Nullable String task,
        double confidence,
        @Nullable ConfidenceOrigin confidenceFrom,
        double minConfidence,
        @Nullable Double threshold,
        List<Prediction.Ranked> top,
        List<NearestExamples.Near> nearest,
        @Nullable Call call) {
    public AskedStep {
        top = List.copyOf(top);
        nearest = List.copyOf(nearest);
    }

    /** Where a confidence comes from. */
    public enum ConfidenceOrigin {
        /** Learned from examples that the comparison had not seen. */
        CALIBRATED,
        /** The model says it in its answer. */
        STATED,
        /** The probabilities of the answer's tokens. */
        LOGPROBS
    }

    /**
     * What a call took.
     *
     * @param millis to its end, in ms
     * @param usage in tokens; null if it was not answered, or a bean was asked
     * @param costUsd in USD; null if it is not known
     */
    public record Call(
            long millis, @Nullable Usage usage, @Nullable BigDecimal costUsd) {}
}
