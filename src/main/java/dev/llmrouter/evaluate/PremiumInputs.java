package dev.llmrouter.evaluate;

import dev.llmrouter.classify.CompiledCondition;
import dev.llmrouter.classify.Expressions;
import dev.llmrouter.classify.Input;
import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which inputs a policy keeps from a task's cheaper tier: those that {@code premiumWhen} or the difficulty gate lift. Looks at
 * the example's request as the gateway does ({@link ExampleRequest}). A condition on headers, tags or expressions, which no example
 * tells, lifts nothing here, and neither is anything lifted of an example that the gateway would not take. Used by one thread.
 */
public final class PremiumInputs {
    private static final Expressions NOTHING_HOLDS = new Expressions() {
        @Override
        public java.util.function.Predicate<Input> simple(String text) {
            return input -> false;
        }

        @Override
        public java.util.function.Predicate<Input> jsonpath(String text) {
            return input -> false;
        }
    };

    private final RoutingPolicy policy;
    private final Map<String, List<CompiledCondition>> conditions = new LinkedHashMap<>();
    private final Map<String, TaskGate> gates;

    /** @param gates of the policy's tasks, by name */
    public PremiumInputs(RoutingPolicy policy, Map<String, TaskGate> gates) {
        this.policy = policy;
        this.gates = gates;
        for (Task task : policy.tasks().values()) {
            conditions.put(
                    task.name(),
                    task.premiumWhen().stream().map(PremiumInputs::compile).toList());
        }
    }

    /** A condition that looks at the request alone. */
    public static CompiledCondition compile(Condition condition) {
        return CompiledCondition.lifting(condition, NOTHING_HOLDS);
    }

    /** Whether anything is lifted at all. */
    public boolean areAny() {
        return !gates.isEmpty() || conditions.values().stream().anyMatch(all -> !all.isEmpty());
    }

    /** Whether it has to be known of an example of this task what the gateway would make of it. */
    public boolean looksAt(String task) {
        return gates.containsKey(task)
                || !conditions.getOrDefault(task, List.of()).isEmpty();
    }

    /** Whether the baseline tier serves this example in place of a candidate of its task's tier. */
    public boolean isLifted(Example example, String candidate) {
        String task = example.task();
        Input input = looksAt(task) ? example.request().input(example.system()) : null;
        if (input == null) {
            return false;
        }
        for (CompiledCondition condition : conditions.getOrDefault(task, List.of())) {
            if (condition.test(input)) {
                return true;
            }
        }
        TaskGate gate = gates.get(task);
        if (gate == null) {
            return false;
        }
        GateFile.Kept kept = gate.kept();
        boolean isAboutIt = kept == null || isModel(candidate, kept.gate().weak());
        return isAboutIt && gate.judge(task, input.request(), false).isHard();
    }

    /** Whether the task's gate was made from this input, so that it would flatter the gate. */
    public boolean isLearned(String task, String candidate, String text) {
        TaskGate gate = gates.get(task);
        GateFile.Kept kept = gate == null ? null : gate.kept();
        return kept != null
                && isModel(candidate, kept.gate().weak())
                && kept.gate().seen().has(text);
    }

    private boolean isModel(String name, String other) {
        String remote = policy.model(name).map(Model::remoteName).orElse(name);
        return name.equals(other) || remote.equals(other);
    }
}
