package dev.llmrouter.cli;

import dev.llmrouter.evaluate.DataOverride;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.TermsChoice;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
        DataOverride override = overrideData == null ? null : new DataOverride(overrideData, by == null ? "" : by);
        return new TermsChoice(
                        baseline,
                        candidates.stream().distinct().toList(), // once each: every one takes its share of the level
                        margin,
                        alpha,
                        errorCost,
                        perDay,
                        correction,
                        acrossTasks,
                        scorers,
                        judging,
                        override)
                .settings(routing, every, note);
    }

    /** Tasks that have nothing to compare because they are on the baseline tier, and no candidate is named. */
    Set<String> withoutCandidate(@Nullable RoutingPolicy routing) {
        return routing == null || !candidates.isEmpty() ? Set.of() : TermsChoice.onBaseline(routing);
    }

    /** What has to stand on the command line where no policy states it, and does not. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (baseline == null) {
            missing.add("--baseline MODEL");
        }
        if (candidates.isEmpty()) {
            missing.add("--candidate MODEL");
        }
        if (margin == null) {
            missing.add("--margin SHARE");
        }
        return missing;
    }

    /** The model that quality is measured against; empty if the policy has none. */
    String baseline(RoutingPolicy routing) {
        return baseline != null ? baseline : TaskDefinition.baseline(routing).orElse("");
    }
}
