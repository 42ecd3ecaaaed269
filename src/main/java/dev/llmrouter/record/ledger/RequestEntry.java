package dev.llmrouter.record.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.record.AttemptJson;
import dev.llmrouter.record.JsonText;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request as a row of the ledger. Token counts and money are null where they are unknown, never 0.
 *
 * @param id of the request
 * @param timeMillis when it came in, in ms since 1970-01-01T00:00Z
 * @param inputTokens of the answer that counted, cached ones included
 * @param outputTokens of the answer that counted, reasoning included
 * @param tokensEstimated whether the tokens of any call, and with them a part of the cost, are estimated; null if no tokens are known
 * @param costPicoUsd of all attempts and the classification together, in 1e-12 USD
 * @param baselineCostPicoUsd of the same tokens at the baseline tier, in 1e-12 USD
 * @param classifierModel the model that was asked for the task; null if none was
 * @param classifierInputTokens null if none was asked, or unknown
 * @param classifierOutputTokens null if none was asked, or unknown
 * @param classifierCostPicoUsd part of {@code costPicoUsd}; null if none was asked, or unknown
 * @param reasons JSON: {@code [{"code","text"}]}
 * @param attempts JSON: {@code [{"role"?,"n","model","provider","outcome","status"?,"start_ms","duration_ms","first_token_ms"?,
 *     "input_tokens"?,"cached_input_tokens"?,"output_tokens"?,"estimated"?,"cost_usd"}]}; money as decimal strings. First the attempts to answer,
 *     which have no role, then the calls that named the task ({@value #CLASSIFIER}) and those that checked outputs ({@value #CHECK})
 * @param policy hash of the policy
 * @param durationMillis in this process, in ms; an answer of a batch was hours in the making
 * @param responseModel the model as the provider named it in its answer; null if it named none
 */
public record RequestEntry(
        String id,
        long timeMillis,
        @Nullable String caller,
        String dialect,
        @Nullable String task,
        @Nullable String source,
        @Nullable Double confidence,
        @Nullable String rule,
        @Nullable String tier,
        @Nullable String model,
        @Nullable String provider,
        @Nullable Long inputTokens,
        @Nullable Long cachedInputTokens,
        @Nullable Long cacheWriteTokens,
        @Nullable Long outputTokens,
        @Nullable Long reasoningTokens,
        @Nullable Boolean tokensEstimated,
        @Nullable Long costPicoUsd,
        @Nullable Long baselineCostPicoUsd,
        @Nullable String classifierModel,
        @Nullable Long classifierInputTokens,
        @Nullable Long classifierOutputTokens,
        @Nullable Long classifierCostPicoUsd,
        String reasons,
        String attempts,
        String policy,
        @Nullable String evidenceState,
        @Nullable String evidenceId,
        @Nullable String verify,
        String outcome,
        @Nullable String error,
        boolean stream,
        boolean simulated,
        boolean shadow,
        long decisionMicros,
        @Nullable Long firstTokenMillis,
        long durationMillis,
        @Nullable String responseModel)
        implements LedgerEntry {
    /** Role of a call that named the task. */
    static final String CLASSIFIER = "classifier";

    /** Role of a call that checked an output: a sample, a second model, a judge. */
    static final String CHECK = "check";

    /** What the reasons of a request hold that a batch of a provider answered: its duration says nothing of how long that took. */
    static final String OF_BATCH = "\"code\":\"batch\"";

    private static final Logger LOG = LoggerFactory.getLogger(RequestEntry.class);

    /** The row of a finished request. */
    public static RequestEntry of(RequestRecord request) {
        Classification classification = request.classification();
        Usage usage = request.usage();
        EvidenceFinding evidence = request.evidence();
        Attempt classifier = request.classifierCall();
        List<Usage> classified = request.classifierCalls().stream()
                .map(Attempt::usage)
                .filter(Objects::nonNull)
                .toList();
        return new RequestEntry(
                request.requestId(),
                request.time().toEpochMilli(),
                request.caller(),
                request.dialect(),
                classification == null ? null : classification.task(),
                classification == null ? null : classification.source().key(),
                classification == null ? null : classification.confidence(),
                classification == null ? null : classification.rule(),
                request.tier(),
                request.model(),
                request.provider(),
                usage == null ? null : usage.inputTokens(),
                usage == null ? null : usage.cachedInputTokens(),
                usage == null ? null : usage.cacheWriteTokens(),
                usage == null ? null : usage.outputTokens(),
                usage == null ? null : usage.reasoningTokens(),
                request.isEstimated() ? Boolean.TRUE : usage == null ? null : Boolean.FALSE,
                pico(request.requestId(), request.costUsd()),
                pico(request.requestId(), request.baselineCostUsd()),
                classifier == null ? null : classifier.candidate().model().name(),
                classified.isEmpty()
                        ? null
                        : classified.stream().mapToLong(Usage::inputTokens).sum(),
                classified.isEmpty()
                        ? null
                        : classified.stream().mapToLong(Usage::outputTokens).sum(),
                classifier == null ? null : pico(request.requestId(), Cost.sum(request.classifierCalls())),
                reasons(request.reasons()),
                attempts(request),
                request.policy(),
                evidence == null ? null : evidence.state().key(),
                evidence == null ? null : evidence.id(),
                request.verify() == null ? null : request.verify().key(),
                request.outcome().key(),
                request.error(),
                request.stream(),
                request.simulated(),
                request.shadow(),
                request.decisionMicros(),
                request.firstTokenMillis(),
                request.durationMillis(),
                request.responseModel());
    }

    /** Whether a batch of a provider answered it. */
    boolean isOfBatch() {
        return reasons.contains(OF_BATCH);
    }

    /** An amount that cannot be held exactly is unknown to the ledger, which is honest, and not rounded, which is not. */
    private static @Nullable Long pico(String id, @Nullable BigDecimal usd) {
        try {
            return PicoUsd.of(usd);
        } catch (ArithmeticException e) {
            LOG.warn("Request {} is booked with an unknown cost: {}", id, e.getMessage());
            return null;
        }
    }

    private static String reasons(List<Reason> reasons) {
        return JsonText.of(out -> {
            out.writeStartArray();
            for (Reason reason : reasons) {
                out.writeStartObject();
                out.writeStringField("code", reason.code());
                out.writeStringField("text", reason.text());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    /** Without the messages of failures, which are a provider's words and could quote the prompt. */
    private static String attempts(RequestRecord request) {
        return JsonText.of(out -> {
            out.writeStartArray();
            write(null, request.attempts(), out);
            write(CLASSIFIER, request.classifierCalls(), out);
            write(CHECK, request.checkCalls(), out);
            out.writeEndArray();
        });
    }

    private static void write(@Nullable String role, List<Attempt> calls, JsonGenerator out) throws IOException {
        for (Attempt call : calls) {
            out.writeStartObject();
            if (role != null) {
                out.writeStringField("role", role);
            }
            write(call, out);
            out.writeEndObject();
        }
    }

    private static void write(Attempt attempt, JsonGenerator out) throws IOException {
        AttemptJson.write(attempt, out);
        if (attempt.firstTokenMillis() != null) {
            out.writeNumberField("first_token_ms", attempt.firstTokenMillis());
        }
        Usage usage = attempt.usage();
        if (usage != null) {
            out.writeNumberField("input_tokens", usage.inputTokens());
            if (usage.cachedInputTokens() > 0) {
                out.writeNumberField("cached_input_tokens", usage.cachedInputTokens());
            }
            out.writeNumberField("output_tokens", usage.outputTokens());
            if (usage.estimated()) {
                out.writeBooleanField("estimated", true);
            }
        }
        BigDecimal cost = attempt.costUsd();
        out.writeStringField("cost_usd", cost == null ? null : cost.toPlainString());
    }
}
