package dev.llmrouter.evaluate;

import java.util.List;

/**
 * How the outputs of a task are scored. Immutable.
 *
 * @param specs as {@link Blend} reads them; empty for the scorer that fits the expected answer
 * @param words the same for the evidence: a model that is asked stands there with provider and remote name, because another
 *     model is another question
 */
public record Scoring(List<String> specs, List<String> words) {
    public Scoring {
        specs = List.copyOf(specs);
        words = List.copyOf(words);
    }
}
