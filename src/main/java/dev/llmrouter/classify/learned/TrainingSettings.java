package dev.llmrouter.classify.learned;

import java.util.Set;

/**
 * How a task classifier is trained.
 *
 * @param seed of all chance in training; the same seed and examples give the same model, bit by bit
 * @param noneNames names of tasks whose examples show what is <em>none</em> of the tasks; they teach rejection and are
 *     never named as a task; default {@code none}, {@code oos}
 * @param keep share of inputs of the known tasks that must not be rejected, above 0 to 1; default 0.95
 */
public record TrainingSettings(long seed, Set<String> noneNames, double keep) {
    public TrainingSettings {
        noneNames = Set.copyOf(noneNames);
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("keep is " + keep + "; allowed above 0 to 1");
        }
    }

    public static TrainingSettings ofDefaults() {
        return new TrainingSettings(1, Set.of("none", "oos"), 0.95);
    }

    public TrainingSettings withSeed(long other) {
        return new TrainingSettings(other, noneNames, keep);
    }
}
