package dev.llmrouter.camel;

import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Cost;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole way of one text through the chain, of those steps too that ask somebody.
 *
 * @param decision as the gateway would take it
 * @param learned likeliest tasks by the step {@code learned}, the likeliest first; empty if that step was not reached, or the
 *     policy has none
 * @param asked steps that were to be asked, in this order; empty where a step that calls nobody knew, or no task is needed
 * @param examples vectors of the policy's examples that had to be made first; null if none had to
 */
public record Explanation(
        Decision decision,
        List<Prediction.Ranked> learned,
        List<AskedStep> asked,
        @Nullable Examples examples) {
    public Explanation {
        learned = List.copyOf(learned);
        asked = List.copyOf(asked);
    }

    /**
     * What making vectors of examples took.
     *
     * @param texts how many
     * @param millis in ms
     * @param costUsd in USD; null if it is not known
     */
    public record Examples(int texts, long millis, @Nullable BigDecimal costUsd) {}

    /** What all calls cost together, in USD; null if the cost of one is not known. */
    public @Nullable BigDecimal costUsd() {
        BigDecimal sum = examples == null ? BigDecimal.ZERO : examples.costUsd();
        for (AskedStep step : asked) {
            if (step.call() != null) {
                sum = Cost.sum(sum, step.call().costUsd());
            }
        }
        return sum;
    }

    /** What all calls took together, in ms. */
    public long millis() {
        long sum = examples == null ? 0 : examples.millis();
        for (AskedStep step : asked) {
            sum += step.call() == null ? 0 : step.call().millis();
        }
        return sum;
    }
}
