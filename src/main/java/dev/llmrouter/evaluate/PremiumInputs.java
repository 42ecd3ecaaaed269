package dev.llmrouter.evaluate;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.CompiledCondition;
import dev.llmrouter.classify.Describer;
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
import java.util.Set;

/**
 * Which inputs a policy keeps from a task's cheaper tier: those that {@code premiumWhen} or the difficulty gate lift. Looks at
 * the text alone: a condition on headers, metadata, tags or expressions lifts nothing here. Used by one thread.
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
    private final Describer describer = new Describer();

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

    /** A condition that looks at the text alone. */
    public static CompiledCondition compile(Condition condition) {
        return CompiledCondition.of(condition, NOTHING_HOLDS);
    }

    /** What conditions look at, of a text. */
    public static Input input(Describer describer, String text) {
        ChatRequest request = ChatRequest.ofText(text);
        return new Input(request, describer.describe(request), null, Set.of(), Map.of(), null);
    }

    /** Whether anything is lifted at all. */
    public boolean areAny() {
        return !gates.isEmpty() || conditions.values().stream().anyMatch(all -> !all.isEmpty());
    }

    /** Whether the baseline tier serves this input of a task whose tier has the candidate. */
    public boolean isLifted(String task, String candidate, String text) {
        Input input = input(describer, text);
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
