package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Ends a classification: the message has its body again, and headers that say task, source and confidence. */
public final class ClassificationHeadersProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        RoutingExchange.restoreInput(exchange);
        DecisionHeaders.set(exchange, RoutingExchange.stage(exchange));
    }
}
