package dev.llmrouter.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is compared, and how strictly. Immutable.
 *
 * @param general terms of every task without own ones; null if such tasks are left out
 * @param byTask terms by task name, as a policy gives them
 * @param alpha one-sided error level, above 0 to 0.5
 * @param correction how the level is shared among the candidates of one task
 * @param acrossTasks whether it is shared among all tasks too; default no: each task is a decision of its own
 * @param scorers of tasks whose terms have none; empty for the scorer that fits the expected answer
 * @param perDay requests a day of a task that has no number of its own; null if not stated
 * @param override accepts data with faults; null if nobody did
 * @param isEntered whether the result is entered into the evidence, so that the next look comes after this one
 * @param selfJudged by task, the tiers that are left out because their judge is one of the models they have
 * @param volumes requests a day by task, where they are stated
 */
public record Settings(
        @Nullable Terms general,
        Map<String, Terms> byTask,
        double alpha,
        Correction correction,
        boolean acrossTasks,
        List<String> scorers,
        @Nullable Integer perDay,
        @Nullable DataOverride override,
        boolean isEntered,
        Map<String, SelfJudged> selfJudged,
        Map<String, Integer> volumes) {
    public Settings {
        volumes = Map.copyOf(volumes);
        selfJudged = Map.copyOf(selfJudged);
        byTask = Map.copyOf(byTask);
        scorers = List.copyOf(scorers);
    }

    /** Settings of a result that is not entered into the evidence. */
    public Settings(
            @Nullable Terms general,
            Map<String, Terms> byTask,
            double alpha,
            Correction correction,
            boolean acrossTasks,
            List<String> scorers,
            @Nullable Integer perDay,
            @Nullable DataOverride override) {
        this(general, byTask, alpha, correction, acrossTasks, scorers, perDay, override, false, Map.of(), Map.of());
    }

    /** The same, of a result that is entered or not. */
    public Settings entered(boolean isResultEntered) {
        return new Settings(
                general,
                byTask,
                alpha,
                correction,
                acrossTasks,
                scorers,
                perDay,
                override,
                isResultEntered,
                selfJudged,
                volumes);
    }

    /** The same with requests a day by task. */
    public Settings withVolumes(Map<String, Integer> byTaskADay) {
        return new Settings(
                general,
                byTask,
                alpha,
                correction,
                acrossTasks,
                scorers,
                perDay,
                override,
                isEntered,
                selfJudged,
                byTaskADay);
    }

    /** Requests a day of a task; null if not stated. */
    public @Nullable Integer perDay(String task) {
        return volumes.getOrDefault(task, perDay);
    }

    /** How the outputs of a task are scored. */
    public Scoring scoring(String task) {
        Terms terms = byTask.getOrDefault(task, general);
        Scoring own = terms == null ? null : terms.scoring();
        return own == null ? new Scoring(scorers, scorers) : own;
    }

    /** The terms of a task; empty if it is left out. */
    public Optional<Terms> terms(String task) {
        return Optional.ofNullable(byTask.getOrDefault(task, general));
    }
}
