package dev.llmrouter.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.dispatch.Attempt;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes records as JSON, one object on one line. */
public final class RecordJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordJson() {}

    /** The record on one line. Amounts of money are decimal strings, so that no reader rounds them; unknown ones are null. */
    public static String write(RequestRecord request) {
        ObjectNode node = JSON.createObjectNode();
        node.put("time", request.time().toString());
        node.put("request_id", request.requestId());
        node.put("outcome", request.outcome().key());
        putIfKnown(node, "error", request.error());
        putIfKnown(node, "caller", request.caller());
        node.put("dialect", request.dialect());
        node.put("operation", request.operation());
        Classification classification = request.classification();
        if (classification != null) {
            node.put("task", classification.task());
            node.put("source", classification.source().key());
            node.put("confidence", classification.confidence());
            putIfKnown(node, "rule", classification.rule());
        }
        node.put("tier", request.tier());
        if (request.evidence() != null) {
            node.set("evidence", DecisionJson.evidence(request.evidence()));
        }
        node.put("model", request.model());
        node.put("provider", request.provider());
        putIfKnown(node, "response_model", request.responseModel());
        usage(node, request.usage());
        money(node, "cost_usd", request.costUsd());
        money(node, "baseline_cost_usd", request.baselineCostUsd());
        request.classifierCalls().forEach(call -> classifier(node, call));
        attempts(node.putArray("attempts"), request.attempts());
        if (!request.checkCalls().isEmpty()) {
            attempts(node.putArray("checks"), request.checkCalls());
        }
        ArrayNode reasons = node.putArray("reasons");
        for (Reason reason : request.reasons()) {
            reasons.add(reason.text());
        }
        putIfKnown(
                node,
                "verify",
                request.verify() == null ? null : request.verify().key());
        node.put("stream", request.stream());
        if (request.simulated()) {
            node.put("simulated", true);
        }
        if (request.shadow()) {
            node.put("shadow", true);
        }
        node.put("decision_us", request.decisionMicros());
        if (request.firstTokenMillis() != null) {
            node.put("first_token_ms", request.firstTokenMillis());
        }
        node.put("duration_ms", request.durationMillis());
        node.put("policy", request.policy());
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private static void usage(ObjectNode node, @Nullable Usage usage) {
        if (usage == null) {
            return;
        }
        ObjectNode tokens = node.putObject("tokens");
        tokens.put("input", usage.inputTokens());
        tokens.put("cached_input", usage.cachedInputTokens());
        tokens.put("cache_write", usage.cacheWriteTokens());
        tokens.put("output", usage.outputTokens());
        tokens.put("reasoning", usage.reasoningTokens());
        tokens.put("estimated", usage.estimated());
    }

    private static void classifier(ObjectNode node, Attempt call) {
        ObjectNode classifier = node.putObject(call.candidate().model().isEmbedding() ? "embedding" : "classifier");
        classifier.put("model", call.candidate().model().name());
        classifier.put("provider", call.candidate().provider().name());
        classifier.put("outcome", call.outcome().key());
        classifier.put("duration_ms", call.durationMillis());
        usage(classifier, call.usage());
        money(classifier, "cost_usd", call.costUsd());
    }

    private static void attempts(ArrayNode array, List<Attempt> attempts) {
        for (Attempt attempt : attempts) {
            ObjectNode node = array.addObject();
            node.put("n", attempt.number());
            node.put("model", attempt.candidate().model().name());
            node.put("provider", attempt.candidate().provider().name());
            node.put("outcome", attempt.outcome().key());
            if (attempt.status() != null) {
                node.put("status", attempt.status());
            }
            node.put("start_ms", attempt.startMillis());
            node.put("duration_ms", attempt.durationMillis());
            money(node, "cost_usd", attempt.costUsd());
            putIfKnown(node, "message", attempt.message());
        }
    }

    private static void money(ObjectNode node, String name, @Nullable BigDecimal usd) {
        node.put(name, usd == null ? null : usd.toPlainString());
    }

    private static void putIfKnown(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
