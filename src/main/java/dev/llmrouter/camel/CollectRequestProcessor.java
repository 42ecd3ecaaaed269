package dev.llmrouter.camel;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a request of its own of a sampled one whose turn it is ({@link CollectTurnProcessor}): for the model that it is compared with alone,
 * recorded as shadow, a stream where the caller of that model would get one. Its answer goes nowhere.
 * {@link LlmRouterConstants#COLLECT_ASKED} says whether there is one to be asked.
 */
public final class CollectRequestProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(CollectRequestProcessor.class);

    private final AtomicBoolean isTold = new AtomicBoolean();

    @Override
    public void process(Exchange exchange) {
        if (!(exchange.getProperty(LlmRouterConstants.COLLECT) instanceof SampledPair comparison)
                || comparison.begunMillis() == null) {
            if (!isTold.getAndSet(true)) {
                LOG.warn(
                        "No evidence is collected: the route of {} has not the step llmCollectTurn, which sets aside what a comparison may cost."
                                + " Take it over from routes-xml/llm-collect.xml.",
                        exchange.getFromRouteId());
            }
            exchange.setRouteStop(true);
            return;
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
