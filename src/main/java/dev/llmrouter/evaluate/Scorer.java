package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Says how good an answer is. Implementations are safe for use by many threads. */
@FunctionalInterface
public interface Scorer {
    /**
     * @param expected what the data set gives as right; null where it gives nothing
     * @param answer the model's text
     * @return 0 (useless) to 1 (right); never NaN
     */
    double score(@Nullable JsonNode expected, String answer);

    /** Whether this scorer can say nothing without an expected answer. */
    default boolean needsExpected() {
        return true;
    }
}
