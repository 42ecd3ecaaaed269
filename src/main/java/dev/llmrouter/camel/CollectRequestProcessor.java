package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a request of its own of a sampled one: for the model that it is compared with alone, whole, recorded as shadow. Its
 * answer goes nowhere. {@link LlmRouterConstants#COLLECT_ASKED} says whether there is one to be asked. Here a part of the day's budget is
 * set aside, and where none is left the route ends: a sampled request that nobody compares has cost nothing.
 */
public final class CollectRequestProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        SampledPair comparison = CollectScoreProcessor.comparison(exchange);
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
        exchange.removeProperty(LlmRouterConstants.LEDGER);
        if (!comparison.watch().reserve(comparison.question(), comparison.reserved())) {
            exchange.setRouteStop(true);
            return;
        }
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
