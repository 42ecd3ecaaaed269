package dev.llmrouter.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain that names the task of a request.
 *
 * @param chain steps in order; the first that is confident enough decides; default explicit, rules
 * @param minConfidence least confidence that is acted on, 0 to 1; below it the baseline tier serves; default 0.8
 * @param llm the model that classifies in the step {@link Step#LLM}; null where the chain has no such step
 */
public record ClassifierSettings(
        List<Step> chain, double minConfidence, @Nullable Llm llm) {
    public ClassifierSettings {
        chain = List.copyOf(chain);
    }

    public static ClassifierSettings ofDefaults() {
        return new ClassifierSettings(List.of(Step.EXPLICIT, Step.RULES), 0.8, null);
    }

    /** A step of the chain. */
    public enum Step {
        EXPLICIT,
        RULES,
        LEARNED,
        LLM
    }

    /** The classifying model. @param timeout for the whole classification */
    public record Llm(String model, Duration timeout) {}
}
