package dev.llmrouter.camel;

import dev.llmrouter.decide.RefusedException;
import org.apache.camel.Exchange;

/**
 * Decides which tier serves the request, and which models in which order.
 *
 * <p>Afterwards the exchange property {@link LlmRouterConstants#TIER} holds the tier's name, which the content-based router
 * looks at, and {@link LlmRouterConstants#SHADOW} whether a shadow model is to be asked as well.
 */
public final class DecisionProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) throws RefusedException {
        RoutingState state = RoutingState.of(exchange);
        try {
            state.decision = state.policy.decider().decide(state.routingRequest());
        } catch (RefusedException e) {
            state.refusal = e.reasons();
            throw e;
        } finally {
            state.decisionMicros = (System.nanoTime() - state.startNanos) / 1_000;
        }
        exchange.setProperty(LlmRouterConstants.TIER, state.decision.tier());
        if (state.decision.shadow() != null) {
            exchange.setProperty(LlmRouterConstants.SHADOW, true);
        }
    }
}
