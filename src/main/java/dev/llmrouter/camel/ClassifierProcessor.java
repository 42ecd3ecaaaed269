package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.Described;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Names the task of the request, by the classifier chain of the policy.
 *
 * <p>Afterwards the exchange properties {@link LlmRouterConstants#TASK} (absent if no task was recognised) and
 * {@link LlmRouterConstants#CONFIDENCE} are set; {@link LlmRouterConstants#ASK_CLASSIFIER} says that none was recognised and
 * a model is to be asked, by a {@link ModelClassifierProcessor}.
 */
public final class ClassifierProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Described described = RoutingExchange.of(exchange, Described.class, "received (process ref=llmReceiver)");
        Classified classified =
                LlmRouterContext.of(exchange.getContext()).router().classify(described);
        put(exchange, classified);
        if (LlmRouterContext.of(exchange.getContext()).router().isOpen(classified)) {
            exchange.setProperty(LlmRouterConstants.ASK_CLASSIFIER, true);
        } else {
            exchange.removeProperty(LlmRouterConstants.ASK_CLASSIFIER);
        }
    }

    static void put(Exchange exchange, Classified classified) {
        RoutingExchange.put(exchange, classified);
        Classification classification = classified.classification();
        if (classification.task() != null) {
            exchange.setProperty(LlmRouterConstants.TASK, classification.task());
        } else {
            exchange.removeProperty(LlmRouterConstants.TASK);
        }
        exchange.setProperty(LlmRouterConstants.CONFIDENCE, classification.confidence());
    }
}
