package dev.llmrouter.record;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.VerifyState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one request was, who served it, why, and what it cost. Holds no prompt and no completion text.
 *
 * @param time when it came in
 * @param caller name of the access key; null where the policy has none
 * @param dialect the dialect that the caller speaks
 * @param classification null if the request was refused before it was classified
 * @param tier the tier that served; null if nobody was chosen
 * @param evidence what the evidence for the task was worth; null if nobody was chosen
 * @param model the model that answered; null if none did
 * @param provider its provider; null if none answered
 * @param attempts every call to a provider to have the request answered
 * @param classifierCalls the calls to embedder and model that named the task, or failed to, in order
 * @param checkCalls the calls that were made to check outputs
 * @param baselineCostUsd what the same tokens would have cost at the first model of the baseline tier, at most the cost where nobody got a
 *     whole, usable answer; null if unknown
 * @param reasons every step of the decision
 * @param policy hash of the policy; empty if there was none
 * @param verify what came of the check of the output; null where nothing was to be checked
 * @param outcome how it ended
 * @param error what kind of error the caller got; null if none
 * @param stream whether the answer was streamed
 * @param simulated whether the simulator answered
 * @param shadow whether this was a shadow request, whose answer nobody got
 * @param decisionMicros time from the body read to the decision, in microseconds
 * @param firstTokenMillis to the first token, in ms; null where nothing was streamed
 * @param durationMillis of the whole request, in ms
 */
public record RequestRecord(
        Instant time,
        String requestId,
        @Nullable String caller,
        String dialect,
        @Nullable Classification classification,
        @Nullable String tier,
        @Nullable EvidenceFinding evidence,
        @Nullable String model,
        @Nullable String provider,
        List<Attempt> attempts,
        List<Attempt> classifierCalls,
        List<Attempt> checkCalls,
        @Nullable BigDecimal baselineCostUsd,
        List<Reason> reasons,
        String policy,
        @Nullable VerifyState verify,
        Outcome outcome,
        @Nullable String error,
        boolean stream,
        boolean simulated,
        boolean shadow,
        long decisionMicros,
        @Nullable Long firstTokenMillis,
        long durationMillis) {

    public RequestRecord {
        attempts = List.copyOf(attempts);
        classifierCalls = List.copyOf(classifierCalls);
        checkCalls = List.copyOf(checkCalls);
        reasons = List.copyOf(reasons);
    }

    /** How a request ended. */
    public enum Outcome {
        /** Answered in full. */
        OK,
        /** Not malformed, but nobody may or can serve it; or the request is at fault. */
        REFUSED,
        /** Every attempt failed. */
        FAILED,
        /** Answered, but the output failed its check and nobody else was left to ask; or nobody gets such an output. */
        UNUSABLE,
        /** The stream broke off after it had begun. */
        TRUNCATED,
        /** The caller went away. */
        CANCELLED;

        /** As it stands in records and meters. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The dialect of embeddings. */
    private static final String EMBEDDINGS = "embeddings";

    /** Whether vectors were asked for. */
    public boolean isEmbeddings() {
        return dialect.equals(EMBEDDINGS);
    }

    /**
     * The kind of operation: {@code chat} or {@code embeddings}. Source: OpenTelemetry semantic conventions for GenAI,
     * {@code gen_ai.operation.name}.
     */
    public String operation() {
        return operationOf(dialect);
    }

    /** The kind of operation that callers of a dialect ask for. */
    public static String operationOf(String dialect) {
        return dialect.equals(EMBEDDINGS) ? EMBEDDINGS : "chat";
    }

    /** The last of the calls that named the task; null if there was none. */
    public @Nullable Attempt classifierCall() {
        return classifierCalls.isEmpty() ? null : classifierCalls.get(classifierCalls.size() - 1);
    }

    /** Cost of all attempts, of the classification and of checks in USD; null if that of one is unknown. */
    public @Nullable BigDecimal costUsd() {
        BigDecimal sum = Cost.sum(Cost.sum(classifierCalls), Cost.sum(checkCalls));
        for (Attempt attempt : attempts) {
            sum = Cost.sum(sum, attempt.costUsd());
        }
        return sum;
    }

    /**
     * The model as the provider named it in the answer that counted, often with a version; null if it named none. Source:
     * OpenTelemetry semantic conventions for GenAI, {@code gen_ai.response.model}.
     */
    public @Nullable String responseModel() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).responseModel();
    }

    /** Whether the tokens of any call are estimated, and with them a part of the cost. */
    public boolean isEstimated() {
        return Stream.of(attempts, classifierCalls, checkCalls)
                .flatMap(List::stream)
                .map(Attempt::usage)
                .anyMatch(usage -> usage != null && usage.estimated());
    }

    /** Tokens of the answer that counted; null if nobody answered. */
    public @Nullable Usage usage() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            Usage usage = attempts.get(i).usage();
            if (usage != null) {
                return usage;
            }
        }
        return null;
    }
}
