package dev.llmrouter.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about one candidate for one task.
 *
 * @param baselineMissing examples without an answer of the baseline; each counts as score 0
 * @param candidateMissing examples without an answer of the candidate; each counts as score 0
 * @param baselineCost mean USD per answer; null unless every answer's cost is recorded
 * @param candidateCost the same for the candidate
 * @param warnings what looks wrong with the data, to be read before the verdict
 */
public record TaskResult(
        String task,
        String baseline,
        String candidate,
        PairedOutcomes outcomes,
        GateResult gate,
        int baselineMissing,
        int candidateMissing,
        @Nullable Double baselineCost,
        @Nullable Double candidateCost,
        Money money,
        List<Slice> slices,
        List<String> warnings,
        List<Failure> failures) {
    public TaskResult {
        slices = List.copyOf(slices);
        warnings = List.copyOf(warnings);
        failures = List.copyOf(failures);
    }

    /**
     * Whether the candidate beats the baseline by more than ten points: a fault of the data until somebody has looked, so no
     * evidence is written for it.
     */
    public boolean isSuspect() {
        return outcomes.difference() > 0.1;
    }
}
