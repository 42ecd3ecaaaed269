package dev.llmrouter.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is compared for one task, and what may be lost. Immutable.
 *
 * @param baseline model that quality is measured against
 * @param candidates models compared with it, in order, at least one
 * @param margin quality loss that is acceptable, as a share, above 0 and below 1
 * @param errorCost USD that one wrong output costs, 0 or more; null if not stated
 * @param scoring how outputs are scored; null for the way of all tasks
 */
public record Terms(
        String baseline,
        List<String> candidates,
        double margin,
        @Nullable Double errorCost,
        @Nullable Scoring scoring) {
    public Terms {
        candidates = List.copyOf(candidates);
    }

    /** Terms that score as all tasks do. */
    public Terms(String baseline, List<String> candidates, double margin, @Nullable Double errorCost) {
        this(baseline, candidates, margin, errorCost, null);
    }
}
