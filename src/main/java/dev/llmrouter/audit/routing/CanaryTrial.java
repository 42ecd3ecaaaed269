package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Share;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a tier's canary fares beside the other models of its tier, by the requests that have a row each. Which request it is drawn
 * for is chance, so that within one task and one policy nothing else tells both apart.
 *
 * @param tier its tier
 * @param model the canary
 * @param tasks those that it was drawn for
 * @param difference over all of them; null if none has judged outputs of both
 */
public record CanaryTrial(
        String tier,
        String model,
        List<OfTask> tasks,
        @Nullable CanaryDifference difference) {
    /** Judged outputs of a canary, and of the others, below which nothing is concluded. */
    public static final long FEW = 30;

    /** Error level of each bound over all tasks together; those of single tasks share the same once more. */
    public static final double ALPHA = 0.001;

    public CanaryTrial {
        tasks = List.copyOf(tasks);
    }

    /**
     * One task.
     *
     * @param task {@code unclassified} where none was recognised
     * @param drawn requests that the canary was drawn for
     * @param answered of these, those that it gave an output for itself; others went on to the next model, or nowhere
     * @param notDrawn requests that it was not drawn for, in the same time
     * @param othersAnswered of these, those that the model which was asked first gave an output for
     * @param useful useful outputs where it was drawn, whoever gave them; null if none was judged
     * @param others useful outputs where it was not drawn, in the same time; null if none was judged
     * @param difference null if one of both has no judged outputs
     * @param priced requests whose costs are compared: it was drawn for them, and costs of both are known under their policy; 0
     *     where costs are shown to be known of more of the one half than of the other: what timed out is seldom the cheap part
     * @param costUsd known cost of all of these, every call included
     * @param othersUsd what as many requests cost that it was not drawn for
     */
    public record OfTask(
            String task,
            long drawn,
            long answered,
            long notDrawn,
            long othersAnswered,
            @Nullable Share useful,
            @Nullable Share others,
            @Nullable CanaryDifference difference,
            long priced,
            BigDecimal costUsd,
            BigDecimal othersUsd) {
        /** Whether it is shown to be worse here by more than is accepted. */
        public boolean isWorse() {
            return difference != null && difference.isWorse();
        }
    }

    /** Whether it is shown to be worse than the others by more than is accepted, over all tasks or at one of them. */
    public boolean isWorse() {
        return isWorseOverall() || tasks.stream().anyMatch(OfTask::isWorse);
    }

    /** Whether it is shown to lose no more than is accepted over all tasks, and not shown to lose more at any. */
    public boolean isAcceptable() {
        return difference != null && difference.isAcceptable() && !isWorse();
    }

    /** Whether it is shown to be worse over all tasks together. */
    public boolean isWorseOverall() {
        return difference != null && difference.isWorse();
    }

    /** Requests that it was drawn for. */
    public long drawn() {
        return tasks.stream().mapToLong(OfTask::drawn).sum();
    }

    /** Of these, those that it answered itself. */
    public long answered() {
        return tasks.stream().mapToLong(OfTask::answered).sum();
    }

    /** Requests of the same tasks and time that it was not drawn for. */
    public long notDrawn() {
        return tasks.stream().mapToLong(OfTask::notDrawn).sum();
    }

    /** Of these, those that the model which was asked first gave an output for. */
    public long othersAnswered() {
        return tasks.stream().mapToLong(OfTask::othersAnswered).sum();
    }

    /** Requests whose costs are compared. */
    public long priced() {
        return tasks.stream().mapToLong(OfTask::priced).sum();
    }

    /** What these cost, in USD. */
    public BigDecimal costUsd() {
        return tasks.stream().map(OfTask::costUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What as many of the same tasks cost that it was not drawn for, in USD. */
    public BigDecimal othersUsd() {
        return tasks.stream().map(OfTask::othersUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What it has shown. */
    public State state() {
        if (isWorse()) {
            return State.WORSE;
        }
        if (isAcceptable()) {
            return State.ACCEPTABLE;
        }
        return difference != null && difference.isEnough() ? State.OPEN : State.TOO_FEW;
    }

    /** What a trial has shown. */
    public enum State {
        /** It loses more than is accepted. */
        WORSE("worse"),
        /** It loses no more than is accepted. */
        ACCEPTABLE("acceptable"),
        /** Neither is shown. */
        OPEN("open"),
        /** Fewer than {@value #FEW} judged outputs of one of both. */
        TOO_FEW("too few judged");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }

        /** The name as JSON writes it: {@code too-few}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
