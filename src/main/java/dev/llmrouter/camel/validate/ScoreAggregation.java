package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.Comparing;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Adds scores to the comparison, in the order of the data set. Memory holds numbers and hashes, not texts. */
public final class ScoreAggregation implements AggregationStrategy {
    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange scored) {
        Comparing.Scores scores = scored.getMessage().getBody(Comparing.Scores.class);
        if (!scored.isFailed() && scores != null) {
            ValidationRun.of(scored).add(scores);
        }
        return scored;
    }
}
