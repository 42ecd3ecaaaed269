package dev.llmrouter.camel.validate;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What failed for another reason than its data set ends with the verdict {@code error}; the log has the failure as a whole. */
public final class ValidateErrorProcessor implements Processor {
    static final String ERROR = "error";

    private static final Logger LOG = LoggerFactory.getLogger(ValidateErrorProcessor.class);

    @Override
    public void process(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LOG.error("A validation failed", caught);
        ValidateFailureProcessor.ended(exchange, ERROR, 1, String.valueOf(caught));
    }
}
