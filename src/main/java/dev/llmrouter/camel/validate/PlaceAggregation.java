package dev.llmrouter.camel.validate;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * When an example has been asked about, or could not be, the next one may come. It is told of every part of the split, however that
 * ended: also of one that no route took. The message stays what it was.
 */
public final class PlaceAggregation implements AggregationStrategy {
    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange asked) {
        ValidationRun run = ValidationRun.of(asked);
        Exception fault = asked.getException();
        if (fault != null) {
            run.failed(fault);
        }
        run.givePlaceBack();
        return asked;
    }

    /** @return the split's own exchange: the fault of an example is in the verdict, and what was answered is kept */
    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange asked, Exchange whole) {
        aggregate(before, asked);
        return whole;
    }
}
