package dev.llmrouter.decide;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Collection;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the caller asks for by name: a task, a tier, a model, or nothing.
 *
 * <p>The field {@code model} of a request is {@code auto} (nothing asked), {@code task:NAME}, {@code tier:NAME} or a model
 * of the policy; the header {@code x-llm-task} names a task as well.
 */
public record Wish(
        @Nullable String task,
        @Nullable String tier,
        @Nullable String model) {
    private static final String TASK = "task:";
    private static final String TIER = "tier:";

    /** Nothing asked: the policy decides. */
    public static final Wish AUTO = new Wish(null, null, null);

    /** Reads the field {@code model} and the task header. A task in {@code model} wins over the header. */
    public static Wish of(String model, @Nullable String taskHeader) {
        String task = taskHeader == null || taskHeader.isBlank() ? null : taskHeader.strip();
        if (model.startsWith(TASK)) {
            return new Wish(model.substring(TASK.length()), null, null);
        }
        if (model.startsWith(TIER)) {
            return new Wish(task, model.substring(TIER.length()), null);
        }
        if (model.equals("auto") || model.isEmpty()) {
            return task == null ? AUTO : new Wish(task, null, null);
        }
        return new Wish(task, null, model);
    }

    /** What is asked for and not in the policy, as a sentence; null if all of it is there. */
    public @Nullable String unknownIn(RoutingPolicy policy) {
        return unknownIn(policy, null);
    }

    /** The same for a caller, who is told of no more than his key may name. @param key null if callers need none */
    @Nullable
    String unknownIn(RoutingPolicy policy, @Nullable AccessKey key) {
        if (task != null && policy.task(task).isEmpty()) {
            return "Task '" + shown(task) + "' is not in the policy. Tasks: "
                    + names(policy.tasks().keySet(), name -> key == null || key.mayNameTask(name));
        }
        if (tier != null && policy.tier(tier).isEmpty()) {
            return "Tier '" + shown(tier) + "' is not in the policy. Tiers: "
                    + names(policy.tiers().keySet(), name -> key == null || key.mayNameTier(name));
        }
        if (model != null && policy.model(model).isEmpty()) {
            return "Model '" + shown(model) + "' is not in the policy. Use 'auto', 'task:NAME', 'tier:NAME' or one of: "
                    + names(policy.models().keySet(), name -> key == null || key.mayNameModel(policy, name));
        }
        return null;
    }

    private static String names(Collection<String> all, Predicate<String> allowed) {
        return all.stream().filter(allowed).collect(Collectors.joining(", "));
    }

    private static String shown(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "...";
    }
}
