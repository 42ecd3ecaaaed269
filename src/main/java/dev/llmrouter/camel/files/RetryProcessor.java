package dev.llmrouter.camel.files;

import org.apache.camel.Exchange;

/** A try of a line has failed, and another one comes: what the first cost is part of what the line costs. For {@code onRedeliveryRef}. */
public final class RetryProcessor extends FileStep {
    @Override
    public void process(Exchange exchange) {
        line(exchange).again(exchange);
    }
}
