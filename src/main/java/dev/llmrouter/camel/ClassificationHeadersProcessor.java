package dev.llmrouter.camel;

import dev.llmrouter.route.Stage;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends a classification: the message has its body again, and headers that say task, source and confidence. Where nobody was asked for the
 * task, and the message has the headers of an answer already, the others stay those of the answer.
 */
public final class ClassificationHeadersProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        RoutingExchange.restoreInput(exchange);
        Stage stage = RoutingExchange.stage(exchange);
        DecisionHeaders.Answered before = RoutingExchange.answeredBefore(exchange);
        if (before != null && exchange.getProperty(LlmRouterConstants.CLASSIFIER_ASKED) == null) {
            DecisionHeaders.classified(exchange, stage, before);
        } else {
            DecisionHeaders.set(exchange, stage);
        }
    }
}
