package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a request of its own of a sampled one whose turn it is ({@link CollectTurnProcessor}): for the model that it is compared with alone,
 * recorded as shadow, a stream where the caller of that model would get one. Its answer goes nowhere.
 * {@link LlmRouterConstants#COLLECT_ASKED} says whether there is one to be asked.
 */
public final class CollectRequestProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        SampledPair comparison = CollectScoreProcessor.comparison(exchange);
        if (comparison.begunMillis() == null) {
            throw new IllegalStateException(
                    "this comparison has not had its turn (process ref=llmCollectTurn) before this step: nothing is"
                            + " set aside for it. Take the step over from routes-xml/llm-collect.xml.");
        }
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
        exchange.removeProperty(LlmRouterConstants.LEDGER);
        BatchAnswer.remove(exchange); // it answered the other one
        if (comparison.other() == null) {
            exchange.removeProperty(LlmRouterConstants.COLLECT_ASKED);
            return;
        }
        RoutingExchange.begin(
                exchange,
                LlmRouterContext.of(exchange.getContext())
                        .router()
                        .shadow(comparison.of().decided(), comparison.other()),
                exchange.getMessage().getBody());
        exchange.setProperty(LlmRouterConstants.COLLECT_ASKED, true);
    }
}
