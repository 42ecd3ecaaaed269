package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** Lists what may stand in the field {@code model}: {@code auto}, tasks, tiers, and the policy's models. */
public final class ModelsProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void process(Exchange exchange) {
        RoutingPolicy policy = loaded(exchange.getContext()).policy();
        ObjectNode list = JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        add(data, "auto", "camel-llm-router");
        policy.tasks().keySet().forEach(task -> add(data, "task:" + task, "camel-llm-router"));
        policy.tiers().keySet().forEach(tier -> add(data, "tier:" + tier, "camel-llm-router"));
        for (Model model : policy.models().values()) {
            add(data, model.name(), model.provider());
        }
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(list.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** {@code created} is required by OpenAI's format and unknown to us: 0. */
    private static void add(ArrayNode data, String id, String owner) {
        data.addObject().put("id", id).put("object", "model").put("created", 0).put("owned_by", owner);
    }
}
