package dev.llmrouter.audit.drift;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a change has to reach to be worth a word: the policy's {@code review}, and where it says nothing, the task's margin
 * for quality and our own defaults.
 *
 * @param qualityDrop as a share of outputs
 * @param costRise as a share of the cost per request
 * @param perWeek requests a week below which nothing is judged
 */
record Thresholds(double qualityDrop, double costRise, long perWeek) {
    /** Rise of the typical time to an answer, as a share. */
    static final double LATENCY_RISE = 0.5;

    /** Change of a share, or of a mean confidence, over all requests. */
    static final double SHARE = 0.05;

    private static final double QUALITY_DROP = 0.05;
    private static final double COST_RISE = 0.25;
    static final long PER_WEEK = 100;

    static Thresholds of(@Nullable RoutingPolicy policy, String name) {
        Task task = policy == null ? null : policy.tasks().get(name);
        Task.Review review = task == null ? null : task.review();
        BigDecimal margin = task == null ? null : task.margin();
        double drop = margin == null ? QUALITY_DROP : margin.doubleValue();
        if (review == null) {
            return new Thresholds(drop, COST_RISE, PER_WEEK);
        }
        BigDecimal quality = review.qualityDrop();
        BigDecimal cost = review.costRise();
        Integer perWeek = review.minPerWeek();
        return new Thresholds(
                quality == null ? drop : quality.doubleValue(),
                cost == null ? COST_RISE : cost.doubleValue(),
                perWeek == null ? PER_WEEK : perWeek);
    }
}
