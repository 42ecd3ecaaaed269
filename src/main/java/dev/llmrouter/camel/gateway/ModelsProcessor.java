package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.AccessProcessor;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lists what may stand in the field {@code model}: {@code auto}, tasks, tiers, and the policy's models; or tells one of
 * them, where the path goes on with its name. Only what the caller's key may name.
 */
public final class ModelsProcessor extends PolicyStep {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BELOW = "/models/";

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Map<String, ObjectNode> models =
                models(loaded(exchange.getContext()).policy(), AccessProcessor.keyOf(exchange));
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        int below = path.indexOf(BELOW);
        ObjectNode answer = below < 0 ? list(models) : one(models, path.substring(below + BELOW.length()));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, ObjectNode> models(RoutingPolicy policy, @Nullable AccessKey key) {
        Map<String, ObjectNode> models = new LinkedHashMap<>();
        add(models, "auto", "camel-llm-router");
        policy.tasks().values().stream()
                .filter(task -> isTaken(policy, task))
                .map(Task::name)
                .filter(task -> key == null || key.mayNameTask(task))
                .forEach(task -> add(models, "task:" + task, "camel-llm-router"));
        policy.tiers().keySet().stream()
                .filter(tier -> key == null || key.mayNameTier(tier))
                .forEach(tier -> add(models, "tier:" + tier, "camel-llm-router"));
        policy.models().values().stream()
                .filter(model -> key == null || key.mayNameModel(policy, model.name()))
                .forEach(model -> add(models, model.name(), model.provider()));
        return models;
    }

    /** Vectors are asked for by name, whatever the chain is that names the task of a chat. */
    private static boolean isTaken(RoutingPolicy policy, Task task) {
        return policy.classifier().takesNamedTasks()
                || policy.tier(task.tier()).filter(policy::isEmbedding).isPresent();
    }

    /** {@code created} is required by OpenAI's format and unknown to us: 0. */
    private static void add(Map<String, ObjectNode> models, String id, String owner) {
        models.put(
                id,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("object", "model")
                        .put("created", 0)
                        .put("owned_by", owner));
    }

    private static ObjectNode list(Map<String, ObjectNode> models) {
        ObjectNode list = JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        models.values().forEach(data::add);
        return list;
    }

    private static ObjectNode one(Map<String, ObjectNode> models, String encoded) throws BadRequestException {
        ObjectNode model = models.get(decoded(encoded));
        if (model == null) {
            throw new BadRequestException(new ChatError(
                    ChatError.Kind.NOT_FOUND,
                    404,
                    "There is no model of this name here; there are " + String.join(", ", models.keySet()) + ".",
                    "model_not_found",
                    "model",
                    null));
        }
        return model;
    }

    /** A plus sign is itself in a path. What is not encoded properly names nothing. */
    private static String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
