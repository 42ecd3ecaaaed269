package dev.llmrouter.record;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.dispatch.Attempt;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes records as JSON, one object on one line. */
public final class RecordJson {
    private RecordJson() {}

    /** The record on one line. Amounts of money are decimal strings, so that no reader rounds them; unknown ones are null. */
    public static String write(RequestRecord request) {
        return JsonText.of(out -> write(request, out));
    }

    private static void write(RequestRecord request, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("time", request.time().toString());
        out.writeStringField("request_id", request.requestId());
        out.writeStringField("outcome", request.outcome().key());
        putIfKnown(out, "error", request.error());
        putIfKnown(out, "caller", request.caller());
        out.writeStringField("dialect", request.dialect());
        out.writeStringField("operation", request.operation());
        Classification classification = request.classification();
        if (classification != null) {
            out.writeStringField("task", classification.task());
            out.writeStringField("source", classification.source().key());
            out.writeNumberField("confidence", classification.confidence());
            putIfKnown(out, "rule", classification.rule());
        }
        out.writeStringField("tier", request.tier());
        if (request.evidence() != null) {
            out.writeFieldName("evidence");
            out.writeTree(DecisionJson.evidence(request.evidence()));
        }
        out.writeStringField("model", request.model());
        out.writeStringField("provider", request.provider());
        putIfKnown(out, "response_model", request.responseModel());
        usage(out, request.usage());
        money(out, "cost_usd", request.costUsd());
        money(out, "baseline_cost_usd", request.baselineCostUsd());
        for (Map.Entry<String, Attempt> call :
                lastOfEachKind(request.classifierCalls()).entrySet()) {
            classifier(out, call.getKey(), call.getValue());
        }
        attempts(out, "attempts", request.attempts());
        if (!request.checkCalls().isEmpty()) {
            attempts(out, "checks", request.checkCalls());
        }
        out.writeArrayFieldStart("reasons");
        for (Reason reason : request.reasons()) {
            out.writeString(reason.text());
        }
        out.writeEndArray();
        putIfKnown(
                out,
                "verify",
                request.verify() == null ? null : request.verify().key());
        out.writeBooleanField("stream", request.stream());
        if (request.simulated()) {
            out.writeBooleanField("simulated", true);
        }
        if (request.shadow()) {
            out.writeBooleanField("shadow", true);
        }
        out.writeNumberField("decision_us", request.decisionMicros());
        if (request.firstTokenMillis() != null) {
            out.writeNumberField("first_token_ms", request.firstTokenMillis());
        }
        out.writeNumberField("duration_ms", request.durationMillis());
        out.writeStringField("policy", request.policy());
        out.writeEndObject();
    }

    private static void usage(JsonGenerator out, @Nullable Usage usage) throws IOException {
        if (usage == null) {
            return;
        }
        out.writeObjectFieldStart("tokens");
        out.writeNumberField("input", usage.inputTokens());
        out.writeNumberField("cached_input", usage.cachedInputTokens());
        out.writeNumberField("cache_write", usage.cacheWriteTokens());
        if (usage.cacheWriteHourTokens() > 0) {
            out.writeNumberField("cache_write_hour", usage.cacheWriteHourTokens());
        }
        out.writeNumberField("output", usage.outputTokens());
        out.writeNumberField("reasoning", usage.reasoningTokens());
        out.writeBooleanField("estimated", usage.estimated());
        out.writeEndObject();
    }

    private static Map<String, Attempt> lastOfEachKind(List<Attempt> calls) {
        Map<String, Attempt> last = new LinkedHashMap<>();
        calls.forEach(call -> last.put(call.candidate().model().isEmbedding() ? "embedding" : "classifier", call));
        return last;
    }

    private static void classifier(JsonGenerator out, String kind, Attempt call) throws IOException {
        out.writeObjectFieldStart(kind);
        out.writeStringField("model", call.candidate().model().name());
        out.writeStringField("provider", call.candidate().provider().name());
        out.writeStringField("outcome", call.outcome().key());
        out.writeNumberField("duration_ms", call.durationMillis());
        usage(out, call.usage());
        money(out, "cost_usd", call.costUsd());
        out.writeEndObject();
    }

    private static void attempts(JsonGenerator out, String name, List<Attempt> attempts) throws IOException {
        out.writeArrayFieldStart(name);
        for (Attempt attempt : attempts) {
            out.writeStartObject();
            AttemptJson.write(attempt, out);
            money(out, "cost_usd", attempt.costUsd());
            putIfKnown(out, "message", attempt.message());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void money(JsonGenerator out, String name, @Nullable BigDecimal usd) throws IOException {
        out.writeStringField(name, usd == null ? null : usd.toPlainString());
    }

    private static void putIfKnown(JsonGenerator out, String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
