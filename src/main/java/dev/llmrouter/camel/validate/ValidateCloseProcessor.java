package dev.llmrouter.camel.validate;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The end of a validation, whatever came of it: its files are closed, so that the same exchange may validate again. */
public final class ValidateCloseProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        ValidationRun.end(exchange);
    }
}
