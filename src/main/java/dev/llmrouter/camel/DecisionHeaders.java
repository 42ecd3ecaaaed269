package dev.llmrouter.camel;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.policy.Protocol;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes the decision into message headers for routes, and into response headers for HTTP callers. */
final class DecisionHeaders {
    /** Where no task was recognised. */
    static final String UNCLASSIFIED = "unclassified";

    private DecisionHeaders() {}

    static void set(Exchange exchange, RoutingState state) {
        Message message = exchange.getMessage();
        Map<String, String> http = new LinkedHashMap<>();
        http.put("x-llm-request-id", state.id);
        message.setHeader(LlmRouterConstants.REQUEST_ID, state.id);
        http.put("x-llm-policy", state.policy.policy().hash());
        if (state.classification != null) {
            classification(message, http, state.classification);
        }
        if (state.decision != null) {
            http.put("x-llm-tier", state.decision.tier());
            message.setHeader(LlmRouterConstants.TIER, state.decision.tier());
        }
        Candidate served = state.answeredBy();
        if (served != null) {
            http.put("x-llm-model", served.model().name());
            http.put("x-llm-provider", served.provider().name());
            message.setHeader(LlmRouterConstants.MODEL, served.model().name());
            message.setHeader(LlmRouterConstants.PROVIDER, served.provider().name());
            if (served.provider().protocol() == Protocol.SIMULATOR) {
                http.put("x-llm-simulated", "true");
            }
        }
        if (state.dispatch != null) {
            http.put("x-llm-attempts", Integer.toString(state.dispatch.calls()));
            if (!state.streaming && !state.request().stream()) {
                costs(message, http, state.dispatch.attempts());
            }
        }
        exchange.setProperty(LlmRouterConstants.RESPONSE_HEADERS, http);
    }

    private static void classification(Message message, Map<String, String> http, Classification classification) {
        String task = classification.task() == null ? UNCLASSIFIED : classification.task();
        http.put("x-llm-task", task);
        http.put("x-llm-task-source", classification.source().key());
        http.put("x-llm-confidence", String.format(Locale.ROOT, "%.2f", classification.confidence()));
        message.setHeader(LlmRouterConstants.TASK, task);
        message.setHeader(LlmRouterConstants.CONFIDENCE, classification.confidence());
    }

    private static void costs(Message message, Map<String, String> http, List<Attempt> attempts) {
        BigDecimal cost = BigDecimal.ZERO;
        Usage usage = null;
        for (Attempt attempt : attempts) {
            cost = Cost.sum(cost, attempt.costUsd());
            usage = attempt.usage() == null ? usage : attempt.usage();
        }
        if (cost != null) {
            http.put("x-llm-cost-usd", cost.toPlainString());
            message.setHeader(LlmRouterConstants.COST_USD, cost);
        }
        if (usage != null) {
            message.setHeader(LlmRouterConstants.INPUT_TOKENS, usage.inputTokens());
            message.setHeader(LlmRouterConstants.OUTPUT_TOKENS, usage.outputTokens());
        }
    }
}
