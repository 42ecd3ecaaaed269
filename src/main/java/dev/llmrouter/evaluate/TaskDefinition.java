package dev.llmrouter.evaluate;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What of a policy a proof depends on, in short texts that can be compared. Stateless. */
public final class TaskDefinition {
    private static final JsonMapper JSON = JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .addMixIn(Verify.class, WithoutLater.class)
            .build();

    private TaskDefinition() {}

    /** What came later is added where there is some, so that proofs of tasks without it stay valid. */
    @JsonIgnoreProperties({"crossCheck", "noRefusal"})
    private interface WithoutLater {}

    /**
     * Hash of what the task is: its name, description, conditions that lift it to the baseline, its difficulty gate (by file
     * name and threshold; its content is bound by {@link Proof#gate}), and what a usable output looks like. The margin is not in it, because a wider one revokes no proof; neither is the rationale.
     *
     * @return first 12 hexadecimal digits of a SHA-256
     */
    public static String hash(Task task) {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("name", task.name());
        parts.put("description", task.description());
        parts.put("premiumWhen", task.premiumWhen());
        parts.put("verify", task.verify());
        if (task.gate() != null) {
            parts.put("gate", task.gate());
        }
        CrossCheck asked = task.verify() == null ? null : task.verify().crossCheck();
        if (asked != null) {
            parts.put("crossCheck", asked.toString());
        }
        if (task.verify() != null && task.verify().noRefusal()) {
            parts.put("noRefusal", true);
        }
        return Sha256.of(canonical(JSON.valueToTree(parts))).substring(0, 12);
    }

    /**
     * Hash of what the task is, as a comparison of examples proves it: that of before {@code premiumWhen} was tested on the whole
     * request, as the gateway does, proved something else. What is collected from live traffic was always tested so.
     *
     * @return first 12 hexadecimal digits of a SHA-256; {@link #hash(Task)} for a task without {@code premiumWhen}
     */
    public static String compared(Task task) {
        String hash = hash(task);
        return task.premiumWhen().isEmpty()
                ? hash
                : Sha256.of(hash + " conditions on requests").substring(0, 12);
    }

    /**
     * Hash of what the task is, together with the content of its gate: what live pairs are about.
     *
     * @param gate SHA-256 of the gate's file; null without a gate
     */
    public static String hash(Task task, @Nullable String gate) {
        String hash = hash(task);
        return gate == null ? hash : Sha256.of(hash + ' ' + gate).substring(0, 12);
    }

    /** The scorers of a task in words, as a proof has them. @param specs as {@link Blend} reads them */
    public static List<String> scorers(RoutingPolicy policy, List<String> specs) {
        return ScorerSpec.words(specs, model -> version(policy, model));
    }

    /** Which model it really is: provider and the provider's name for it; null if the policy does not know the model. */
    public static @Nullable String version(RoutingPolicy policy, String model) {
        Model known = policy.models().get(model);
        return known == null ? null : known.version();
    }

    /** The model that the baseline tier asks first; quality is measured against it. */
    public static Optional<String> baseline(RoutingPolicy policy) {
        return policy.baselineTier().models().stream().map(Tier.Member::model).findFirst();
    }

    /** Members by name and elements of lists by text, because sets of the policy have no order. */
    private static String canonical(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> sorted = new TreeMap<>();
            node.properties().forEach(e -> sorted.put(e.getKey(), canonical(e.getValue())));
            return sorted.toString();
        }
        if (node.isArray()) {
            List<String> all = new java.util.ArrayList<>();
            node.forEach(e -> all.add(canonical(e)));
            all.sort(null);
            return all.toString();
        }
        return node.toString();
    }
}
