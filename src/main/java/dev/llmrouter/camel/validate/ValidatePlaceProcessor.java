package dev.llmrouter.camel.validate;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** An example has been asked about; the next one may come. */
public final class ValidatePlaceProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        ValidationRun.of(exchange).givePlaceBack();
    }
}
