package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.Described;
import dev.llmrouter.route.Router;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Names the task of the request, by the classifier chain of the policy.
 *
 * <p>Afterwards the exchange properties {@link LlmRouterConstants#TASK} (absent if no task was recognised) and
 * {@link LlmRouterConstants#CONFIDENCE} are set; where none was recognised, {@link LlmRouterConstants#ASK_EMBEDDER} says that
 * the text is to be compared with the examples, by a {@link VectorClassifierProcessor}, and
 * {@link LlmRouterConstants#ASK_CLASSIFIER} that a model is to be asked, by a {@link ModelClassifierProcessor}.
 */
public final class ClassifierProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Described described = RoutingExchange.of(exchange, Described.class, "received (process ref=llmReceiver)");
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        Classified classified;
        try {
            classified = router.classify(described);
        } catch (BadRequestException | RuntimeException e) {
            RoutingExchange.failed(exchange);
            throw e;
        }
        exchange.removeProperty(LlmRouterConstants.CLASSIFIER_ASKED);
        put(exchange, classified);
        flag(exchange, LlmRouterConstants.ASK_EMBEDDER, router.isComparable(classified));
        flag(exchange, LlmRouterConstants.ASK_CLASSIFIER, router.isOpen(classified));
    }

    private static void flag(Exchange exchange, String property, boolean isSet) {
        if (isSet) {
            exchange.setProperty(property, true);
        } else {
            exchange.removeProperty(property);
        }
    }

    /** Puts what is known of the task now; who knows it is asked for no more. */
    static void put(Exchange exchange, Classified classified) {
        RoutingExchange.put(exchange, classified);
        Classification classification = classified.classification();
        if (classification.task() != null) {
            exchange.setProperty(LlmRouterConstants.TASK, classification.task());
            exchange.removeProperty(LlmRouterConstants.ASK_CLASSIFIER);
        } else {
            exchange.removeProperty(LlmRouterConstants.TASK);
        }
        exchange.setProperty(LlmRouterConstants.CONFIDENCE, classification.confidence());
    }
}
