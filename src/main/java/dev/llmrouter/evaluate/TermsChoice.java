package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody chose to compare, and how strictly; it comes before what the policy states. Messages name the options of the
 * command {@code validate}. Immutable.
 *
 * @param baseline null for that of the policy
 * @param candidates empty for those of each task's tier
 * @param margin above 0 and below 1; null for that of the task
 * @param alpha one-sided error level, above 0 to 0.5
 * @param errorCost USD of a wrong output, 0 or more; null for that of the task
 * @param perDay requests a day, 0 or more; null if not stated
 * @param correction key of a {@link Correction}
 * @param acrossTasks whether the error level is shared among all tasks
 * @param scorers empty for those of the task
 * @param judge model that judges; null if the scorers name it, or there is none
 * @param override accepts data with faults; null if nobody did
 */
public record TermsChoice(
        @Nullable String baseline,
        List<String> candidates,
        @Nullable Double margin,
        double alpha,
        @Nullable Double errorCost,
        @Nullable Integer perDay,
        String correction,
        boolean acrossTasks,
        List<String> scorers,
        @Nullable String judge,
        @Nullable DataOverride override) {
    public TermsChoice {
        candidates = List.copyOf(candidates);
        scorers = List.copyOf(scorers);
    }

    /** Everything as the policy states it, at the default error level. */
    public static TermsChoice ofDefaults() {
        return new TermsChoice(
                null, List.of(), null, Gate.DEFAULT_ALPHA, null, null, "holm", false, List.of(), null, null);
    }

    /** The same with a margin and requests a day, where they are not null. */
    public TermsChoice with(@Nullable Double otherMargin, @Nullable Integer otherPerDay) {
        return new TermsChoice(
                baseline,
                candidates,
                otherMargin == null ? margin : otherMargin,
                alpha,
                errorCost,
                otherPerDay == null ? perDay : otherPerDay,
                correction,
                acrossTasks,
                scorers,
                judge,
                override);
    }

    /**
     * The settings of a validation.
     *
     * @param routing null if the terms are all chosen here
     * @param every whether the models of all tiers below the baseline are candidates for each task, and the error level is shared
     *     over all; then a tier whose model judges the task is left out of its comparison
     * @param note is told what is left out
     * @throws IllegalArgumentException if a value is missing or out of range
     */
    public Settings settings(@Nullable RoutingPolicy routing, boolean every, Consumer<String> note) {
        if (perDay != null && perDay < 0) {
            throw new IllegalArgumentException("--per-day is " + perDay + "; it has to be 0 or more");
        }
        if (errorCost != null && !(errorCost >= 0 && errorCost < 1e12)) {
            throw new IllegalArgumentException("--error-cost is " + errorCost + "; it has to be 0 or more");
        }
        Map<String, SelfJudged> selfJudged = new LinkedHashMap<>();
        Map<String, Terms> byTask = routing == null ? Map.of() : termsOf(routing, every, note, selfJudged);
        if (selfJudged.isEmpty()) {
            requireJudge(byTask);
        }
        Terms general =
                routing == null ? terms(required("--baseline MODEL", baseline), candidates, null, null, null) : null;
        return new Settings(
                general,
                byTask,
                alpha,
                chosen(),
                acrossTasks || every,
                scorers,
                perDay,
                override,
                false,
                selfJudged,
                Map.of());
    }

    /** Tasks that have nothing to compare, unless a candidate is named: they are on the baseline tier. */
    public static Set<String> onBaseline(RoutingPolicy routing) {
        return routing.tasks().values().stream()
                .filter(task -> task.tier().equals(routing.baseline()))
                .map(Task::name)
                .collect(Collectors.toSet());
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing; see validate --help");
        }
        return value;
    }

    /** Scorers of the command line come before those of the task. */
    private Scoring scoring(RoutingPolicy routing, Task task) {
        List<String> named =
                scorers.isEmpty() && task.score() != null ? task.score().specs() : scorers;
        List<String> specs = ScorerSpec.withJudge(named, judge);
        return new Scoring(specs, TaskDefinition.scorers(routing, specs));
    }

    private void requireJudge(Map<String, Terms> byTask) {
        boolean isAsked = byTask.values().stream()
                .map(Terms::scoring)
                .anyMatch(
                        scoring -> scoring != null && Blend.of(scoring.specs()).judge() != null);
        if (judge != null && !isAsked && !byTask.isEmpty()) {
            throw new IllegalArgumentException(
                    "--judge " + judge + " has nothing to do; add --scorer judge:rubric or judge:pairwise");
        }
    }

    /** @param selfJudged is filled */
    private Map<String, Terms> termsOf(
            RoutingPolicy routing, boolean every, Consumer<String> note, Map<String, SelfJudged> selfJudged) {
        Map<String, Terms> byTask = new LinkedHashMap<>();
        String first = first(routing);
        for (Task task : routing.tasks().values()) {
            List<String> models = candidates.isEmpty() ? candidates(routing, task, every, first) : candidates;
            boolean needsNoProof = !every && candidates.isEmpty() && task.tier().equals(routing.baseline());
            if (models.isEmpty() || needsNoProof) {
                continue;
            }
            if (margin == null && task.margin() == null) {
                note.accept("task '" + task.name()
                        + "' has no margin in the policy and is left out; state one, or give --margin");
                continue;
            }
            Scoring scoring = scoring(routing, task);
            List<Tier> below = routing.tiersBelowBaseline();
            SelfJudged left = every ? SelfJudged.of(routing, scoring.specs(), first, below) : null;
            if (left != null) {
                selfJudged.put(task.name(), left);
                note.accept("task '" + task.name() + "': " + left.why()
                        + "; name another judge in its 'score', or with --scorer and --judge");
                models = models(below.stream().filter(tier -> !left.tiers().contains(tier.name())), first);
            }
            if (!models.isEmpty()) {
                byTask.put(task.name(), terms(first, models, task.margin(), task.errorCost(), scoring));
            }
        }
        return byTask;
    }

    private String first(RoutingPolicy routing) {
        return baseline != null ? baseline : TaskDefinition.baseline(routing).orElse("");
    }

    private static List<String> candidates(RoutingPolicy routing, Task task, boolean every, String first) {
        Stream<Tier> tiers = every ? routing.tiersBelowBaseline().stream() : routing.tier(task.tier()).stream();
        return models(tiers, first);
    }

    private static List<String> models(Stream<Tier> tiers, String first) {
        return tiers.flatMap(tier -> tier.models().stream())
                .map(Tier.Member::model)
                .filter(model -> !model.equals(first))
                .distinct()
                .toList();
    }

    private Terms terms(
            String base,
            List<String> models,
            @Nullable BigDecimal statedMargin,
            @Nullable BigDecimal statedCost,
            @Nullable Scoring scoring) {
        double wanted = margin == null && statedMargin != null
                ? statedMargin.doubleValue()
                : required("--margin SHARE", margin);
        new Gate(wanted, alpha);
        if (models.isEmpty() || models.contains(base)) {
            throw new IllegalArgumentException("--candidate is missing or is the baseline; name a cheaper model");
        }
        Double cost = errorCost == null && statedCost != null ? Double.valueOf(statedCost.doubleValue()) : errorCost;
        return new Terms(base, models, wanted, cost, scoring);
    }

    private Correction chosen() {
        for (Correction c : Correction.values()) {
            if (c.key().equals(correction.toLowerCase(Locale.ROOT))) {
                return c;
            }
        }
        throw new IllegalArgumentException(
                "--correction is '" + correction + "'; allowed are none, bonferroni, holm, fixed-sequence");
    }
}
