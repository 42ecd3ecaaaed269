package dev.llmrouter.camel;

import dev.llmrouter.route.Decided;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a request of its own of a wire-tapped one: for the tier's shadow model alone, whole, recorded as shadow. Its answer
 * goes nowhere.
 */
public final class ShadowProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        Decided tapped = RoutingExchange.of(exchange, Decided.class, "decided (process ref=llmDecider)");
        RoutingExchange.begin(
                exchange,
                LlmRouterContext.of(exchange.getContext()).router().shadow(tapped),
                exchange.getMessage().getBody());
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
        BatchAnswer.remove(exchange); // it answered the other one
    }
}
