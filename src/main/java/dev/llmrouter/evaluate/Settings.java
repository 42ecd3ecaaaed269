package dev.llmrouter.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is compared, and how strictly.
 *
 * @param candidates models compared with the baseline, in order, at least one
 * @param margin quality loss that is acceptable, above 0 and below 1
 * @param alpha one-sided error level, above 0 to 0.5
 * @param correction how the level is shared among the candidates of one task
 * @param acrossTasks whether it is shared among all tasks too; default no: each task is a decision of its own
 * @param scorers in words, for the evidence; empty for the scorer that fits the expected answer
 * @param errorCost USD that one wrong output costs; null if not stated
 * @param perDay requests a day; null if not stated
 */
public record Settings(
        String baseline,
        List<String> candidates,
        double margin,
        double alpha,
        Correction correction,
        boolean acrossTasks,
        List<String> scorers,
        @Nullable Double errorCost,
        @Nullable Integer perDay) {
    public Settings {
        candidates = List.copyOf(candidates);
        scorers = List.copyOf(scorers);
    }
}
