package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.live.Question;
import java.util.List;

/** What the models that are compared are asked about one example; recorded answers are not asked for. Expressions name its parts. */
public record ExampleQuestions(List<Question> baseline, List<Question> candidates) {
    public ExampleQuestions {
        baseline = List.copyOf(baseline);
        candidates = List.copyOf(candidates);
    }
}
