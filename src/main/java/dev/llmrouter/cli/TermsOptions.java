package dev.llmrouter.cli;

import dev.llmrouter.evaluate.Blend;
import dev.llmrouter.evaluate.Correction;
import dev.llmrouter.evaluate.DataOverride;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.ScorerSpec;
import dev.llmrouter.evaluate.Scoring;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is compared with what, and how strictly; options come before what the policy states. */
final class TermsOptions {
    @Option(names = "--baseline", paramLabel = "MODEL", description = "Model that quality is measured against.")
    @Nullable
    String baseline;

    @Option(
            names = "--candidate",
            paramLabel = "MODEL",
            description = "Cheaper model; may be given several times, the preferred one first.")
    List<String> candidates = new ArrayList<>();

    @Option(names = "--margin", description = "Acceptable quality loss as a share of outputs, above 0 and below 1.")
    @Nullable
    Double margin;

    @Option(names = "--alpha", description = "One-sided error level, above 0 to 0.5. Default: ${DEFAULT-VALUE}.")
    double alpha = Gate.DEFAULT_ALPHA;

    @Option(names = "--error-cost", paramLabel = "USD", description = "What one wrong output costs.")
    @Nullable
    Double errorCost;

    @Option(names = "--per-day", paramLabel = "N", description = "Requests a day in production.")
    @Nullable
    Integer perDay;

    @Option(
            names = "--correction",
            paramLabel = "NAME",
            description = "For several candidates: none, bonferroni, holm, fixed-sequence. Default: holm.")
    String correction = "holm";

    @Option(names = "--across-tasks", description = "Share the error level among all tasks, not per task.")
    boolean acrossTasks;

    @Option(
            names = "--scorer",
            paramLabel = "SPEC",
            description = "For answers without score: [WEIGHT*]NAME[:ARGUMENT]; may be given several times.")
    List<String> scorers = new ArrayList<>();

    private @Nullable String judge;

    @Option(
            names = "--override-data",
            paramLabel = "REASON",
            description = "Accept data in spite of the faults that are found in them; needs --by.")
    @Nullable
    String overrideData;

    /**
     * The settings of a validation.
     *
     * @param routing null if the terms stand on the command line
     * @param every whether the models of all tiers are candidates for each task, and the error level is shared over all
     * @param note is told what is left out
     * @throws IllegalArgumentException if a value is missing or out of range
     */
    Settings settings(
            @Nullable RoutingPolicy routing,
            boolean every,
            @Nullable String judging,
            @Nullable String by,
            Consumer<String> note) {
        judge = judging;
        if (perDay != null && perDay < 0) {
            throw new IllegalArgumentException("--per-day is " + perDay + "; it has to be 0 or more");
        }
        if (errorCost != null && !(errorCost >= 0 && errorCost < 1e12)) {
            throw new IllegalArgumentException("--error-cost is " + errorCost + "; it has to be 0 or more");
        }
        DataOverride override = overrideData == null ? null : new DataOverride(overrideData, by == null ? "" : by);
        Map<String, Terms> byTask = routing == null ? Map.of() : termsOf(routing, every, note);
        requireJudge(byTask);
        Terms general = routing == null
                ? terms(Required.option("--baseline MODEL", baseline), candidates, null, null, null)
                : null;
        return new Settings(general, byTask, alpha, correction(), acrossTasks || every, scorers, perDay, override);
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

    private Map<String, Terms> termsOf(RoutingPolicy routing, boolean every, Consumer<String> note) {
        Map<String, Terms> byTask = new LinkedHashMap<>();
        String first = baseline(routing);
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
            byTask.put(task.name(), terms(first, models, task.margin(), task.errorCost(), scoring(routing, task)));
        }
        return byTask;
    }

    /** The model that quality is measured against; empty if the policy has none. */
    String baseline(RoutingPolicy routing) {
        return baseline != null ? baseline : TaskDefinition.baseline(routing).orElse("");
    }

    private static List<String> candidates(RoutingPolicy routing, Task task, boolean every, String first) {
        Stream<Tier> tiers = every
                ? routing.tiers().values().stream().filter(tier -> !tier.name().equals(routing.baseline()))
                : routing.tier(task.tier()).stream();
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
                : Required.option("--margin SHARE", margin);
        new Gate(wanted, alpha);
        if (models.isEmpty() || models.contains(base)) {
            throw new IllegalArgumentException("--candidate is missing or is the baseline; name a cheaper model");
        }
        Double cost = errorCost == null && statedCost != null ? Double.valueOf(statedCost.doubleValue()) : errorCost;
        return new Terms(base, models, wanted, cost, scoring);
    }

    private Correction correction() {
        for (Correction c : Correction.values()) {
            if (c.key().equals(correction.toLowerCase(Locale.ROOT))) {
                return c;
            }
        }
        throw new IllegalArgumentException(
                "--correction is '" + correction + "'; allowed are none, bonferroni, holm, fixed-sequence");
    }
}
