package dev.llmrouter.policy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chain that names the task of a request.
 *
 * @param chain steps in order; the first that is confident enough decides; default explicit, rules
 * @param minConfidence least confidence that is acted on, 0 to 1; below it the baseline tier serves; default 0.8
 * @param thresholds the same for single steps, in its place; see {@link #minConfidence(Step)}
 * @param llm the model that classifies in the step {@link Step#LLM}; null where the chain has no such step
 * @param embedding what makes vectors in the step {@link Step#EMBEDDING}; null where the chain has no such step
 * @param agreement share of requests that the later steps classify as well, to see whether they agree, 0 to 1; default 0
 */
public record ClassifierSettings(
        List<Step> chain,
        double minConfidence,
        Map<Step, Double> thresholds,
        @Nullable Llm llm,
        @Nullable Embedding embedding,
        double agreement) {
    public ClassifierSettings {
        chain = List.copyOf(chain);
        thresholds = Map.copyOf(thresholds);
    }

    /** Without vectors, and without a look at whether steps agree. */
    public ClassifierSettings(List<Step> chain, double minConfidence, @Nullable Llm llm) {
        this(chain, minConfidence, Map.of(), llm, null, 0);
    }

    public static ClassifierSettings ofDefaults() {
        return new ClassifierSettings(List.of(Step.EXPLICIT, Step.RULES), 0.8, null);
    }

    /** Whether the chain looks at the task that a request names. */
    public boolean takesNamedTasks() {
        return chain.contains(Step.EXPLICIT);
    }

    /** Least confidence of a step's answer that is acted on, 0 to 1. @param step null for none */
    public double minConfidence(@Nullable Step step) {
        Double own = step == null ? null : thresholds.get(step);
        return own == null ? minConfidence : own;
    }

    /** A step of the chain. */
    public enum Step {
        EXPLICIT,
        RULES,
        LEARNED,
        EMBEDDING,
        LLM
    }

    /**
     * The classifying model.
     *
     * @param timeout for the whole classification
     * @param confidence where the confidence of its answer comes from
     */
    public record Llm(String model, Duration timeout, Confidence confidence) {}

    /** Where the confidence of a classifying model's answer comes from. */
    public enum Confidence {
        /** The model says it in its answer. */
        STATED,
        /** The probabilities of the answer's tokens; what the model says where the provider returns none. */
        LOGPROBS
    }

    /**
     * What makes the vectors that are compared with those of the examples: a model or a bean, one of the two.
     *
     * @param model an embedding model of the policy; null where a bean makes them
     * @param bean name of a {@code classify.TextEmbedder} or a LangChain4j model in the registry; null where a model makes them
     * @param timeout for the vector of one request
     */
    public record Embedding(
            @Nullable String model, @Nullable String bean, Duration timeout) {
        /** The model's name, or the bean's behind {@code bean:}. */
        public String name() {
            return model != null ? model : "bean:" + bean;
        }
    }
}
