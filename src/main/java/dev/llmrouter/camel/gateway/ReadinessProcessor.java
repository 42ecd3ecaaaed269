package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.route.CompiledPolicy;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** Readiness: whether requests can be taken now. 200 or 503, with the reason. */
public final class ReadinessProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void process(Exchange exchange) {
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        boolean available = policy.decider().canServe(policy.policy().baselineTier());
        boolean started = exchange.getContext().getStatus().isStarted();
        ObjectNode node = JSON.createObjectNode().put("status", available && started ? "UP" : "DOWN");
        node.put("policy", policy.policy().hash());
        if (!started) {
            node.put("reason", "the routes are starting or stopping");
        } else if (!available) {
            node.put(
                    "reason",
                    "no model of the baseline tier '" + policy.policy().baseline() + "' is available");
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, available && started ? 200 : 503);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(node.toString().getBytes(StandardCharsets.UTF_8));
    }
}
