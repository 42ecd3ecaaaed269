package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says what keeps a task from collecting evidence although the policy asks for it. */
final class CollectChecks {
    private static final String WITHIN = "feedbackWithin";

    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    CollectChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    /** @param unproven the tasks whose tier needs a proof */
    void run(List<Task> unproven) {
        if (policy.evidence() != EvidenceMode.COLLECT) {
            if (policy.tasks().values().stream().anyMatch(task -> task.collect() != null)) {
                problems.warning(
                        places.of("collect"),
                        "collect",
                        "is not used: evidence is '" + Reading.key(policy.evidence()) + "'",
                        "Write evidence: collect, or remove it.");
            }
            return;
        }
        unproven.forEach(this::check);
        checkWait();
    }

    /** A time that nothing waits for. */
    private void checkWait() {
        boolean isUsed = policy.tasks().values().stream().anyMatch(CollectChecks::isScoredByFeedback);
        if (!isUsed && places.has("collect", WITHIN)) {
            problems.warning(
                    places.of("collect", WITHIN),
                    "collect." + WITHIN,
                    "is not used: feedback scores no task",
                    "Write scorer: feedback, or remove it.");
        }
        for (Task task : policy.tasks().values()) {
            if (!isScoredByFeedback(task) && places.has("tasks", task.name(), "collect", WITHIN)) {
                problems.warning(
                        places.of("tasks", task.name(), "collect", WITHIN),
                        "tasks." + Quoted.bare(task.name()) + ".collect." + WITHIN,
                        "is not used: feedback does not score the task",
                        "Write scorer: feedback, or remove it.");
            }
        }
    }

    private static boolean isScoredByFeedback(Task task) {
        Collect collect = task.collect();
        return collect != null && Collect.FEEDBACK.equals(collect.scorer());
    }

    private void check(Task task) {
        Collect collect = task.collect();
        if (collect == null) {
            warn(
                    task,
                    "is missing, but evidence is 'collect': nothing says what may be spent, so nothing is collected",
                    "Add collect: { share: 10, perDay: 5.00, scorer: judge:MODEL }, here or for all tasks.");
            return;
        }
        if (task.margin() == null) {
            problems.warning(
                    places.of("tasks", task.name()),
                    "tasks." + Quoted.bare(task.name()) + ".margin",
                    "is missing: without it nothing can be proved, so nothing is collected",
                    "State the loss of quality that is acceptable, as in margin: 0.05.");
        }
        if (collect.scorer() == null) {
            warn(
                    task,
                    "names no scorer, and the task has no verify that tells outputs apart: nothing is collected",
                    "Add scorer: judge:MODEL or exact, or give the task a verify.");
        } else if (collect.scorer().equals(Collect.VERIFY) && task.verify() == null) {
            warn(
                    task,
                    "scores by verify, which the task does not have: nothing is collected",
                    "Give the task a verify, or write scorer: judge:MODEL.");
        } else if (collect.scorer().equals(Collect.VERIFY) && collect.open() == Collect.Open.AT_ONCE) {
            warn(
                    task,
                    "opens the route at once where outputs pass verify: that proves their form, not that they are right",
                    "Write open: accept, so that somebody looks, or scorer: judge:MODEL.");
        }
        if (Collect.FEEDBACK.equals(collect.scorer()) && collect.open() == Collect.Open.AT_ONCE) {
            warn(
                    task,
                    "opens the route at once by feedback: whoever may send feedback then decides about the route",
                    "Write open: accept, so that somebody looks, or scorer: judge:MODEL.");
        }
        checkModels(task, collect);
    }

    private void checkModels(Task task, Collect collect) {
        Tier baseline = policy.tiers().get(policy.baseline());
        Tier tier = policy.tiers().get(task.tier());
        Set<String> compared = new LinkedHashSet<>();
        Optional.ofNullable(tier).ifPresent(t -> t.models().forEach(member -> compared.add(member.model())));
        Optional.ofNullable(baseline)
                .ifPresent(t -> compared.add(t.models().get(0).model()));
        String judge = collect.judge();
        Model judging = judge == null ? null : policy.models().get(judge);
        if (judging != null
                && compared.stream()
                        .map(policy.models()::get)
                        .anyMatch(model -> model != null && policy.isSame(model, judging))) {
            warn(
                    task,
                    "has judge '" + judge + "', which would judge itself: nothing is collected",
                    "Name another model; another name for the same model is none.");
        }
        Set<String> paid = new LinkedHashSet<>(compared);
        Optional.ofNullable(judge).ifPresent(paid::add);
        for (String name : paid) {
            Model model = policy.models().get(name);
            if (model != null && model.price() == null) {
                warn(
                        task,
                        "has a budget, but model '" + name + "' has no price: it is not asked in shadow",
                        "Give it a price.");
            }
        }
    }

    private void warn(Task task, String what, String fix) {
        problems.warning(
                places.of("tasks", task.name(), "collect"),
                "tasks." + Quoted.bare(task.name()) + ".collect",
                what,
                fix);
    }
}
