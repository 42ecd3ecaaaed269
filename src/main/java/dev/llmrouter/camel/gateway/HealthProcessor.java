package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.decide.DeploymentHealth;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;

/** Liveness, with what is known of providers: for people and for Kubernetes. Always 200. */
public final class HealthProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void process(Exchange exchange) {
        ObjectNode node = JSON.createObjectNode().put("status", "UP");
        ObjectNode breakers = node.putObject("circuit_breakers");
        ObjectNode resting = node.putObject("resting");
        ArrayNode files = node.putArray("policies");
        LlmRouterContext router = LlmRouterContext.of(exchange.getContext());
        router.policies().forEach((uri, policy) -> {
            ObjectNode file = files.addObject()
                    .put("source", uri)
                    .put("hash", policy.policy().hash());
            if (policy.reloadProblem() != null) {
                file.put("reload_problem", policy.reloadProblem());
            }
            List<String> unwatched = router.watchProblems(policy);
            if (!unwatched.isEmpty()) {
                unwatched.forEach(file.putArray("watch_problems")::add);
            }
            DeploymentHealth health = policy.current().decider().health();
            health.breakerStates().forEach((name, state) -> breakers.put(unused(breakers, name, uri), state));
            health.resting()
                    .forEach((deployment, why) -> resting.putObject(unused(resting, deployment, uri))
                            .put("reason", why.reason())
                            .put("seconds", why.remaining().toSeconds()));
        });
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Two policies may have providers of one name, each with a health of its own. */
    private static String unused(ObjectNode node, String name, String uri) {
        return node.has(name) ? name + " (" + uri + ")" : name;
    }
}
