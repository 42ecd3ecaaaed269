package dev.llmrouter.policy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of work that callers ask for, and the tier that serves it.
 *
 * @param rationale why this tier serves it; documentation is generated from it
 * @param examples data set of this task, a resource URI relative to the policy; null for none
 * @param margin quality loss against the baseline that is acceptable, as a share of outputs, above 0 to 1; null if not stated
 * @param errorCost USD that one wrong output costs; null if not stated
 * @param premiumWhen any of these lifts a request to the baseline tier
 * @param verify what a usable output looks like; null for no check
 * @param waiver allows the tier without evidence, for a time; null for none
 * @param gate lifts inputs that are too hard for the tier; null for none
 * @param score how outputs are scored when models are compared on examples; null for the scorer that fits the expected answer
 * @param collect how evidence is collected on live traffic; null if it is not
 */
public record Task(
        String name,
        String tier,
        String description,
        String rationale,
        @Nullable String examples,
        @Nullable BigDecimal margin,
        @Nullable BigDecimal errorCost,
        List<Condition> premiumWhen,
        @Nullable Verify verify,
        @Nullable Review review,
        @Nullable Waiver waiver,
        @Nullable Gate gate,
        @Nullable Score score,
        @Nullable Collect collect) {

    public Task {
        premiumWhen = List.copyOf(premiumWhen);
    }

    /**
     * When the task's routing has to be looked at again.
     *
     * @param qualityDrop fall of quality as a share of outputs; null if not stated
     * @param costRise rise of cost per request as a share; null if not stated
     * @param minPerWeek requests a week below which the figures are not judged; null if not stated
     * @param onDrift what an alarm of quality does
     */
    public record Review(
            @Nullable BigDecimal qualityDrop,
            @Nullable BigDecimal costRise,
            @Nullable Integer minPerWeek,
            OnDrift onDrift) {}

    /** What an alarm of quality does besides being reported. */
    public enum OnDrift {
        /** Nothing: people decide. */
        REPORT,
        /** The task's evidence is revoked, so that the baseline tier serves it until it is validated again. */
        PREMIUM
    }

    /**
     * The difficulty gate.
     *
     * @param file that {@code train --difficulty} has written, relative to the policy
     * @param threshold highest score that the task's tier serves, -1 to 1; null for the one that was proved in training
     */
    public record Gate(String file, @Nullable BigDecimal threshold) {}

    /** Leave to route without evidence. @param until last day on which it holds */
    public record Waiver(String reason, String by, LocalDate until) {}
}
