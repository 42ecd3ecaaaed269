package dev.llmrouter.camel.files;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how far every file of many lines has come. */
public final class ProgressProcessor extends FileStep {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressProcessor.class);

    @Override
    public void process(Exchange exchange) {
        for (BatchProgress progress : batches(exchange).progress()) {
            if (progress.lines() > 1) {
                LOG.info("{}", progress);
            }
        }
    }
}
