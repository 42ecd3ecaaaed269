package dev.llmrouter.camel;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.route.Received;
import dev.llmrouter.route.Stage;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Writes what is known of a request into message headers for routes, and into response headers for HTTP callers. */
public final class DecisionHeaders {
    /** Where no task was recognised. */
    static final String UNCLASSIFIED = "unclassified";

    private static final List<String> ALL = List.of(
            LlmRouterConstants.TASK,
            LlmRouterConstants.TASK_SOURCE,
            LlmRouterConstants.CONFIDENCE,
            LlmRouterConstants.TIER,
            LlmRouterConstants.EVIDENCE,
            LlmRouterConstants.MODEL,
            LlmRouterConstants.PROVIDER,
            LlmRouterConstants.SIMULATED,
            LlmRouterConstants.ATTEMPTS,
            LlmRouterConstants.VERIFY,
            LlmRouterConstants.VERIFY_FAULT,
            LlmRouterConstants.COST_USD,
            LlmRouterConstants.CLASSIFIER_COST_USD,
            LlmRouterConstants.INPUT_TOKENS,
            LlmRouterConstants.OUTPUT_TOKENS);

    /** What other steps say of theirs: feedback, an alarm, an audit, a validation. */
    private static final Set<String> OTHERS = Set.of(
            LlmRouterConstants.FEEDBACK_STATUS,
            LlmRouterConstants.ALARM,
            LlmRouterConstants.AUDIT_PERIOD,
            LlmRouterConstants.AUDIT_CHANGES,
            LlmRouterConstants.VERDICT,
            LlmRouterConstants.EXIT_CODE,
            LlmRouterConstants.VALIDATE_REASON,
            LlmRouterConstants.REPORT);

    private DecisionHeaders() {}

    /**
     * What an answer left on its message.
     *
     * @param headers by name, {@link LlmRouterConstants#REQUEST_ID} among them
     * @param http {@link LlmRouterConstants#RESPONSE_HEADERS}; null for none
     */
    record Answered(Map<String, Object> headers, @Nullable Object http) {}

    /** @return null if the message is of no request that was answered or failed */
    static @Nullable Answered of(Message message, @Nullable Object http) {
        Object id = message.getHeader(LlmRouterConstants.REQUEST_ID);
        if (id == null) {
            return null;
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(LlmRouterConstants.REQUEST_ID, id);
        for (String name : ALL) {
            Object value = message.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new Answered(headers, http);
    }

    /**
     * Says the task alone, of a classification for which nobody was asked: no record knows its id, so that the other headers stay those of
     * the answer before it, for feedback, say.
     */
    static void classified(Exchange exchange, Stage stage, Answered before) {
        Message message = exchange.getMessage();
        ALL.forEach(message::removeHeader);
        before.headers().forEach(message::setHeader);
        exchange.setProperty(LlmRouterConstants.RESPONSE_HEADERS, before.http());
        Classification classification = stage.classification();
        if (classification != null) {
            classification(message, new LinkedHashMap<>(), classification);
        }
    }

    /** Whether a message header says what an answer was, by its exact name: such a one steers nothing that is asked. */
    static boolean isOne(String header) {
        return ALL.contains(header) || header.equals(LlmRouterConstants.REQUEST_ID);
    }

    /** Whether a message header says what came of something, an answer or else, however its transport writes capitals. */
    static boolean isResult(String header) {
        return Stream.of(ALL, OTHERS, List.of(LlmRouterConstants.REQUEST_ID))
                .flatMap(Collection::stream)
                .anyMatch(header::equalsIgnoreCase);
    }

    /** Takes off what an earlier request of the same message left: this one may be refused before anything is known of it. */
    static void forget(Message message) {
        if (message.getHeader(LlmRouterConstants.REQUEST_ID) != null) {
            message.removeHeader(LlmRouterConstants.REQUEST_ID);
            ALL.forEach(message::removeHeader);
        }
    }

    /** Sets those that are known, and takes off what an earlier request of the same message left. */
    public static void set(Exchange exchange, Stage stage) {
        Message message = exchange.getMessage();
        ALL.forEach(message::removeHeader);
        Map<String, String> http = new LinkedHashMap<>();
        Received received = stage.received();
        http.put("x-llm-request-id", received.id());
        message.setHeader(LlmRouterConstants.REQUEST_ID, received.id());
        http.put("x-llm-policy", received.policy().policy().hash());
        Classification classification = stage.classification();
        if (classification != null) {
            classification(message, http, classification);
        }
        BigDecimal asking = Cost.sum(stage.classifierCalls());
        if (!stage.classifierCalls().isEmpty() && asking != null) {
            http.put("x-llm-classifier-cost-usd", asking.toPlainString());
            message.setHeader(LlmRouterConstants.CLASSIFIER_COST_USD, asking);
        }
        Decision decision = stage.decision();
        if (decision != null) {
            http.put("x-llm-tier", decision.tier());
            message.setHeader(LlmRouterConstants.TIER, decision.tier());
            String evidence = decision.evidence().state().key();
            http.put("x-llm-evidence", evidence);
            message.setHeader(LlmRouterConstants.EVIDENCE, evidence);
        }
        Dispatch dispatch = stage.dispatch();
        if (dispatch != null) {
            dispatched(message, http, stage, dispatch);
        }
        exchange.setProperty(LlmRouterConstants.RESPONSE_HEADERS, http);
    }

    private static void classification(Message message, Map<String, String> http, Classification classification) {
        String task = classification.task() == null ? UNCLASSIFIED : classification.task();
        http.put("x-llm-task", task);
        http.put("x-llm-task-source", classification.source().key());
        http.put("x-llm-confidence", classification.confidenceText());
        message.setHeader(LlmRouterConstants.TASK, task);
        message.setHeader(
                LlmRouterConstants.TASK_SOURCE, classification.source().key());
        message.setHeader(LlmRouterConstants.CONFIDENCE, classification.confidence());
    }

    private static void dispatched(Message message, Map<String, String> http, Stage stage, Dispatch dispatch) {
        Candidate served = dispatch.answeredBy();
        if (served != null) {
            http.put("x-llm-model", served.model().name());
            http.put("x-llm-provider", served.provider().name());
            message.setHeader(LlmRouterConstants.MODEL, served.model().name());
            message.setHeader(LlmRouterConstants.PROVIDER, served.provider().name());
            if (served.provider().protocol() == Protocol.SIMULATOR) {
                http.put("x-llm-simulated", "true");
                message.setHeader(LlmRouterConstants.SIMULATED, true);
            }
        }
        http.put("x-llm-attempts", Integer.toString(dispatch.calls()));
        message.setHeader(LlmRouterConstants.ATTEMPTS, dispatch.calls());
        VerifyState verify = stage.verification();
        if (verify != null) {
            http.put("x-llm-verify", verify.key());
            message.setHeader(LlmRouterConstants.VERIFY, verify.key());
        }
        if (!stage.isStreamed()) {
            costs(message, http, dispatch.attempts(), stage.costUsd());
        }
    }

    private static void costs(
            Message message, Map<String, String> http, List<Attempt> attempts, @Nullable BigDecimal cost) {
        @Nullable Usage usage = null;
        for (Attempt attempt : attempts) {
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
