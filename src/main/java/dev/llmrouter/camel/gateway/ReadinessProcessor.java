package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.route.CompiledPolicy;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/**
 * Readiness: whether this instance takes requests now. 200 or 503, with the reason.
 *
 * <p>Whether the models of each tier are available stands in the body and does not count: an outage of a provider, which all
 * instances see at the same time, would take every one of them out, where each could still say what is wrong and when to
 * come again.
 */
public final class ReadinessProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void process(Exchange exchange) {
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        boolean started = exchange.getContext().getStatus().isStarted();
        ObjectNode node = JSON.createObjectNode().put("status", started ? "UP" : "DOWN");
        node.put("policy", policy.policy().hash());
        if (!started) {
            node.put("reason", "the routes are starting or stopping");
        }
        ObjectNode tiers = node.putObject("tiers");
        policy.policy()
                .tiers()
                .forEach(
                        (name, tier) -> tiers.put(name, policy.decider().canServe(tier) ? "available" : "unavailable"));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, started ? 200 : 503);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(node.toString().getBytes(StandardCharsets.UTF_8));
    }
}
