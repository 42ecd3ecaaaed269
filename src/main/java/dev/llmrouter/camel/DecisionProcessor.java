package dev.llmrouter.camel;

import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Router;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Decides which tier serves the request, and which models in which order.
 *
 * <p>Afterwards the exchange property {@link LlmRouterConstants#TIER} holds the tier's name, which the content-based router
 * looks at; {@link LlmRouterConstants#CALL} says that a tier is to be asked, and {@link LlmRouterConstants#SHADOW} that a
 * shadow model is to be asked as well, {@link LlmRouterConstants#AGREEMENT} the later steps of the classifier chain. A step of the route that sets another tier of the policy is obeyed.
 */
public final class DecisionProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws RefusedException {
        Classified classified =
                RoutingExchange.of(exchange, Classified.class, "classified (process ref=llmClassifier)");
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        BatchAnswer answer = BatchAnswer.of(exchange);
        Decided decided;
        try {
            decided = answer == null || !answer.isLast()
                    ? router.decide(classified)
                    : router.answered(classified, answer.tier(), answer.model(), answer.price());
        } catch (RefusedException | RuntimeException e) {
            RoutingExchange.failed(exchange);
            throw e;
        }
        if (answer == null || !answer.isLast()) {
            exchange.removeProperty(LlmRouterConstants.BATCHED);
        } else {
            exchange.setProperty(LlmRouterConstants.BATCHED, true);
        }
        RoutingExchange.put(exchange, decided);
        Decision decision = decided.decision();
        exchange.setProperty(LlmRouterConstants.TIER, decision.tier());
        exchange.setProperty(LlmRouterConstants.CALL, true);
        if (router.isCompared(classified)) {
            exchange.setProperty(LlmRouterConstants.AGREEMENT, true);
        } else {
            exchange.removeProperty(LlmRouterConstants.AGREEMENT);
        }
        if (decided.asksForConfirmation()) {
            exchange.setProperty(LlmRouterConstants.CROSS_CHECK, true);
        } else {
            exchange.removeProperty(LlmRouterConstants.CROSS_CHECK);
        }
        if (decision.shadow() != null) {
            exchange.setProperty(LlmRouterConstants.SHADOW, true);
        } else {
            exchange.removeProperty(LlmRouterConstants.SHADOW);
        }
    }
}
