package dev.llmrouter.classify;

import dev.llmrouter.policy.ClassifierSettings.Step;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What task a request is, and how that was found.
 *
 * @param task name of the task; null if none was recognised
 * @param confidence 0 to 1; 1 for an explicit key or a rule, 0 if no task was recognised
 * @param rule id of the rule that matched; null if none did
 * @param trace what each step of the chain said, in order, for people
 * @param heard what those who were asked (embedder, classifying model) made of it, for records; null if nobody was asked
 */
public record Classification(
        @Nullable String task,
        double confidence,
        Source source,
        @Nullable String rule,
        List<String> trace,
        @Nullable String heard) {

    public Classification {
        trace = List.copyOf(trace);
    }

    /** Where nobody was asked. */
    public Classification(
            @Nullable String task, double confidence, Source source, @Nullable String rule, List<String> trace) {
        this(task, confidence, source, rule, trace, null);
    }

    /** The confidence for headers and reasons: two decimals, half up, with a point. */
    public String confidenceText() {
        return BigDecimal.valueOf(confidence).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    /** Which step decided. */
    public enum Source {
        EXPLICIT,
        RULE,
        LEARNED,
        EMBEDDING,
        LLM,
        DEFAULT;

        /** The step of the chain that it is; null for none. */
        public @Nullable Step step() {
            return switch (this) {
                case EXPLICIT -> Step.EXPLICIT;
                case RULE -> Step.RULES;
                case LEARNED -> Step.LEARNED;
                case EMBEDDING -> Step.EMBEDDING;
                case LLM -> Step.LLM;
                case DEFAULT -> null;
            };
        }

        /** As it stands in headers, records and meters. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
