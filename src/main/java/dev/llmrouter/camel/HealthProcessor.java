package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.decide.DeploymentHealth;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** Liveness, with what is known of providers: for people and for Kubernetes. Always 200. */
public final class HealthProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void process(Exchange exchange) {
        DeploymentHealth health = LlmRouterContext.of(exchange.getContext()).health();
        ObjectNode node = JSON.createObjectNode().put("status", "UP");
        ObjectNode breakers = node.putObject("circuit_breakers");
        health.breakerStates().forEach(breakers::put);
        ObjectNode resting = node.putObject("resting");
        health.resting()
                .forEach((deployment, why) -> resting.putObject(deployment)
                        .put("reason", why.reason())
                        .put("seconds", why.remaining().toSeconds()));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(node.toString().getBytes(StandardCharsets.UTF_8));
    }
}
