package dev.llmrouter.camel;

import java.math.BigDecimal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a request of its own of a sampled one: for the model that it is compared with alone, recorded as shadow, a stream where
 * the caller of that model would get one. Its answer goes nowhere. {@link LlmRouterConstants#COLLECT_ASKED} says whether there is one to be asked. Here a part of the day's budget is
 * set aside, and where none is left the route ends: a sampled request that nobody compares has cost nothing. So does a stream that turns
 * out at its end not to be compared, and a request that repeats one that is compared just now.
 */
public final class CollectRequestProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
        if (exchange.removeProperty(LlmRouterConstants.COLLECT_STREAM) instanceof SampledStream stream
                && !CollectSampling.sampleEnded(exchange, stream)) {
            exchange.setRouteStop(true);
            return;
        }
        SampledPair comparison = CollectScoreProcessor.comparison(exchange);
        exchange.removeProperty(LlmRouterConstants.LEDGER);
        BatchAnswer.remove(exchange); // it answered the other one
        if (!comparison.watch().draws(comparison)
                || !comparison.watch().reserve(comparison.question(), comparison.reserved())) {
            exchange.setRouteStop(true);
            return;
        }
        if (comparison.isServed() && saysNothingNew(comparison)) {
            comparison.watch().spent(comparison, BigDecimal.ZERO);
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

    /** Whether the same was lost just before, or the candidate's provider hangs. */
    private static boolean saysNothingNew(SampledPair comparison) {
        SampledPair.Loss loss = comparison.loss();
        RouteWatch watch = comparison.watch();
        if (loss != null
                && loss.input() != null
                && !watch.recentLosses().isFirst(comparison.question(), loss.input(), System.nanoTime())) {
            return true;
        }
        return watch.lateAnswers().isOutage(comparison.question(), loss != null && loss.isLate());
    }
}
