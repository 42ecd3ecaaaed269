package dev.llmrouter.policy.load;

import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that those who are asked to confirm outputs can, and are somebody else. */
final class CrossChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    CrossChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    /** The models that are asked to confirm outputs. */
    static Set<String> models(RoutingPolicy policy) {
        Set<String> models = new HashSet<>();
        for (Task task : policy.tasks().values()) {
            CrossCheck asked = task.verify() == null ? null : task.verify().crossCheck();
            if (asked != null && asked.second() != null) {
                models.add(asked.second().model());
            }
            if (asked != null && asked.judge() != null) {
                models.add(asked.judge().model());
            }
        }
        return models;
    }

    void run() {
        for (Task task : policy.tasks().values()) {
            Verify verify = task.verify();
            CrossCheck asked = verify == null ? null : verify.crossCheck();
            if (asked != null) {
                check(task, asked);
            }
        }
    }

    private void check(Task task, CrossCheck asked) {
        String path = "tasks." + Quoted.bare(task.name()) + ".verify";
        if (task.tier().equals(policy.baseline())) {
            problems.warning(
                    places.of("tasks", task.name(), "verify"),
                    path,
                    "asks others to confirm outputs of cheaper tiers, and the baseline tier serves the task: nobody is asked",
                    "Remove bean, samples, second and judge, or give the task a cheaper tier.");
        }
        if (asked.second() != null) {
            checkModel(task, "second", path, asked.second().model(), "says the same as it does itself");
        }
        if (asked.judge() != null) {
            checkModel(task, "judge", path, asked.judge().model(), "grades itself");
        }
    }

    private void checkModel(Task task, String key, String path, String name, String itself) {
        Model model = policy.models().get(name);
        if (model != null && model.isEmbedding()) {
            problems.error(
                    places.of("tasks", task.name(), "verify", key),
                    path + "." + key + ".model",
                    "is " + Quoted.of(name) + ", which makes embeddings and answers nothing",
                    "Name a model that answers chat.");
        }
        Tier tier = policy.tiers().get(task.tier());
        if (model != null && serves(tier, model)) {
            problems.warning(
                    places.of("tasks", task.name(), "verify", key),
                    path + "." + key + ".model",
                    "is " + Quoted.of(name) + ", a model of the task's own tier: where that answers, it " + itself,
                    "Name another model.");
        }
    }

    private boolean serves(@Nullable Tier tier, Model asked) {
        return tier != null
                && tier.models().stream()
                        .map(member -> policy.models().get(member.model()))
                        .anyMatch(model -> model != null && policy.isSame(model, asked));
    }
}
