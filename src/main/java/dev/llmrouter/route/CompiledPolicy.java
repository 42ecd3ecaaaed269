package dev.llmrouter.route;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.Portability;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.ClassifierChain;
import dev.llmrouter.classify.CompiledCondition;
import dev.llmrouter.classify.Expressions;
import dev.llmrouter.classify.Input;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decider;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Difficulty;
import dev.llmrouter.decide.Evidence;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.policy.AccessKeys;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A policy with everything that is made from it once: a request takes it when it comes in and finishes on it.
 *
 * @param checks output checks by task
 * @param taskModel the model that is asked for tasks; null if there is none
 * @param taskVectors what texts' vectors are compared with; null if there is nothing
 * @param simulated whether the simulator stands in for every provider
 */
public record CompiledPolicy(
        RoutingPolicy policy,
        ClassifierChain classifiers,
        Decider decider,
        AccessKeys keys,
        Map<String, OutputCheck> checks,
        @Nullable TaskModel taskModel,
        @Nullable TaskVectors taskVectors,
        boolean simulated) {

    /**
     * @param difficulty the tasks' gates
     * @param evidence what is proven
     * @param steps the step {@code learned} of the chain, if it is available
     * @throws IllegalArgumentException if an expression of the policy does not compile
     */
    public static CompiledPolicy of(
            RoutingPolicy policy,
            Expressions expressions,
            DeploymentHealth health,
            Difficulty difficulty,
            Evidence evidence,
            Map<ClassifierSettings.Step, Classifier> steps,
            Clock clock) {
        Map<String, OutputCheck> checks = new HashMap<>();
        Map<String, List<CompiledCondition>> lifts = new HashMap<>();
        for (Task task : policy.tasks().values()) {
            if (task.verify() != null) {
                checks.put(task.name(), new OutputCheck(task.verify()));
            }
            lifts.put(
                    task.name(),
                    task.premiumWhen().stream()
                            .map(condition -> CompiledCondition.lifting(condition, expressions))
                            .toList());
        }
        Decider decider = new Decider(
                policy,
                health,
                (task, input) -> lift(lifts.getOrDefault(task.name(), List.of()), input),
                difficulty,
                evidence,
                CompiledPolicy::notCarried,
                clock,
                () -> ThreadLocalRandom.current().nextDouble());
        return new CompiledPolicy(
                policy,
                ClassifierChain.of(policy, expressions, steps),
                decider,
                AccessKeys.of(policy.keys()),
                Map.copyOf(checks),
                null,
                null,
                decider.isSimulated());
    }

    /** The same, with a model that is asked for tasks. */
    public CompiledPolicy asking(@Nullable TaskModel model) {
        return new CompiledPolicy(policy, classifiers, decider, keys, checks, model, taskVectors, simulated);
    }

    /** The same, with vectors that those of texts are compared with. */
    public CompiledPolicy comparing(@Nullable TaskVectors vectors) {
        return new CompiledPolicy(policy, classifiers, decider, keys, checks, taskModel, vectors, simulated);
    }

    private static @Nullable String lift(List<CompiledCondition> conditions, Input input) {
        for (CompiledCondition condition : conditions) {
            String why = condition.why(input);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static List<String> notCarried(ChatRequest request, Candidate target) {
        return Portability.notCarried(
                request,
                Dialects.nameOf(target.provider().protocol()),
                target.model().remoteName());
    }

    /** For logs: which one it is. */
    @Override
    public String toString() {
        return "CompiledPolicy[source=" + policy.source() + ", hash=" + policy.hash() + "]";
    }

    /** Counts the tokens of an output that its provider did not count. */
    public ToIntFunction<String> tokens() {
        return TokenEstimator::estimate;
    }
}
