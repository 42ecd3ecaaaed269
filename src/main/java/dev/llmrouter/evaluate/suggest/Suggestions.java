package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.SelfJudged;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Proposes the cheapest proven tier for each task of a policy. Immutable.
 *
 * @param tasks all of the policy, in its order
 * @param tests verdicts among which the error level was shared
 */
public record Suggestions(List<TaskSuggestion> tasks, int tests) {
    /** Days of a month in amounts. */
    public static final int MONTH = 30;

    public Suggestions {
        tasks = List.copyOf(tasks);
    }

    /** Those that change the policy. */
    public List<TaskSuggestion> changes() {
        return tasks.stream().filter(TaskSuggestion::isChange).toList();
    }

    /**
     * What all proposed tiers together save in a month against serving everything by the baseline, after the cost of errors
     * where it is stated; null where that is unknown for one of them, or nothing is proposed.
     */
    public @Nullable Amount total() {
        Amount sum = null;
        for (TaskSuggestion task : tasks) {
            if (!isProven(task) && task.partial() == null) {
                continue;
            }
            Amount amount = task.netPerMonth() == null ? task.savedPerMonth() : task.netPerMonth();
            if (amount == null) {
                return null;
            }
            sum = sum == null ? amount : sum.plus(amount);
        }
        return sum;
    }

    private static boolean isProven(TaskSuggestion task) {
        return task.cases().stream().anyMatch(c -> c.tier().equals(task.to()) && c.isAccepted());
    }

    /**
     * Makes the suggestions.
     *
     * @param validation of the tasks with all models of the tiers below the baseline
     * @param perDay requests a day by task; null where it is not known
     * @param seen what the comparison has seen, for partial routes
     * @param evidence that lies there already
     */
    public static Suggestions of(
            RoutingPolicy policy,
            Validation validation,
            Function<String, @Nullable Integer> perDay,
            Seen seen,
            EvidenceCheck evidence,
            LocalDate today) {
        PartialSearch search = new PartialSearch(
                TaskDefinition.baseline(policy).orElse(""),
                validation.settings().alpha(),
                validation.tasks().size());
        List<TaskSuggestion> all = new ArrayList<>();
        for (Task task : policy.tasks().values()) {
            List<TaskResult> results = validation.tasks().stream()
                    .filter(result -> result.task().equals(task.name()))
                    .toList();
            SelfJudged selfJudged = validation.settings().selfJudged().get(task.name());
            all.add(new TaskMaker(
                            policy, task, cases(policy, results), perDay.apply(task.name()), search, seen, selfJudged)
                    .make(evidence, today));
        }
        return new Suggestions(all, validation.tasks().size());
    }

    private static List<TierCase> cases(RoutingPolicy policy, List<TaskResult> results) {
        if (results.isEmpty()) {
            return List.of();
        }
        String baseline = TaskDefinition.baseline(policy).orElse("");
        List<TierCase> cases = new ArrayList<>();
        for (Tier tier : policy.tiersBelowBaseline()) {
            TierCase found = TierCase.of(tier, baseline, results);
            if (!found.results().isEmpty()) {
                cases.add(found);
            }
        }
        boolean areKnown = cases.stream().allMatch(c -> c.saved() != null);
        cases.sort(
                areKnown
                        ? Comparator.comparingDouble(Suggestions::savedLess)
                        : Comparator.comparingDouble((TierCase c) -> price(policy, c)));
        return cases;
    }

    private static double savedLess(TierCase known) {
        Amount saved = known.saved();
        return saved == null ? Double.POSITIVE_INFINITY : -saved.mean();
    }

    /** Unknown prices last, then in the order of the policy, because sorting is stable. */
    private static double price(RoutingPolicy policy, TierCase known) {
        Double price = policy.tier(known.tier())
                .map(tier -> TierCase.listPrice(policy, tier))
                .orElse(null);
        return price == null ? Double.POSITIVE_INFINITY : price;
    }
}
