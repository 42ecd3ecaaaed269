package dev.llmrouter.evaluate;

import java.util.Map;

/**
 * The answers that a data set has recorded, and no others.
 *
 * @param system prompt that they were recorded with, for examples that have none of their own; empty for none
 */
public record RecordedAnswers(String system) implements Answers {
    @Override
    public Example fill(Example example) {
        return system.isEmpty() || !example.system().isEmpty() ? example : example.with(system, Map.of());
    }

    @Override
    public String hash(String dataHash) {
        return dataHash;
    }
}
