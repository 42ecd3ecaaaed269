package dev.llmrouter.camel;

import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.Reason;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * Makes a request of its own of a wire-tapped one: for the tier's shadow model alone, whole, recorded as shadow. Its answer
 * goes nowhere.
 */
public final class ShadowProcessor extends PolicyStep {
    private final RequestIds ids = new RequestIds();

    @Override
    public void process(Exchange exchange) {
        RoutingState tapped = RoutingState.of(exchange);
        Decision decision = tapped.decision();
        Candidate shadow = decision.shadow();
        if (shadow == null) {
            throw new IllegalStateException("request " + tapped.id + " has no shadow model");
        }
        RoutingState state =
                new RoutingState(ids.next(), tapped.dialect, tapped.time, System.nanoTime(), tapped.policy, true);
        state.key = tapped.key;
        state.input = tapped.input;
        state.wish = tapped.wish;
        state.classification = tapped.classification;
        state.decision = new Decision(
                state.id,
                decision.classification(),
                decision.characteristics(),
                decision.tier(),
                List.of(shadow),
                null,
                List.of(new Reason("shadow", "shadow of request " + tapped.id)),
                decision.policy());
        state.attachTo(exchange);
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
    }
}
