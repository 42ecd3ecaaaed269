package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.OutputUnusableException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Checks whether the output is usable, by the task's {@code verify}.
 *
 * <p>If it is not and the policy says {@code escalate}, the exchange property {@link LlmRouterConstants#CALL} stays and
 * {@link LlmRouterConstants#TIER} names the baseline tier: the route asks again. Otherwise {@code CALL} is taken off. A task
 * that is checked is asked for whole answers, also where the caller wants a stream: nothing unchecked reaches the caller.
 *
 * <p>Where evidence is collected and the request is sampled, {@link LlmRouterConstants#COLLECT} says what it is compared with; where a
 * stream answers it, {@link LlmRouterConstants#COLLECT_STREAM} keeps that, and what it is compared with is known at its end.
 */
public final class VerifierProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws OutputUnusableException, RefusedException {
        Dispatched dispatched =
                RoutingExchange.of(exchange, Dispatched.class, "sent to a tier (loadBalance with a TierLoadBalancer)");
        exchange.removeProperty(LlmRouterConstants.CALL);
        exchange.removeProperty(LlmRouterConstants.COLLECT);
        exchange.removeProperty(LlmRouterConstants.COLLECT_STREAM);
        ChatReply reply = exchange.getMessage().getBody() instanceof ProviderReply.Whole whole ? whole.reply() : null;
        Dispatched verified;
        try {
            verified = LlmRouterContext.of(exchange.getContext()).router().verify(dispatched, reply);
        } catch (OutputUnusableException e) {
            Dispatched failed = e.stage();
            RoutingExchange.put(exchange, failed == null ? dispatched : failed);
            CollectSampling.sample(exchange, failed == null ? dispatched : failed, null);
            RoutingExchange.failed(exchange);
            throw e;
        } catch (RefusedException e) {
            // whoever cannot be asked for another output: this one has failed its check
            RoutingExchange.put(exchange, dispatched.verified(VerifyState.FAILED));
            RoutingExchange.failed(exchange);
            throw e;
        } catch (RuntimeException e) {
            RoutingExchange.failed(exchange);
            throw e;
        }
        RoutingExchange.put(exchange, verified);
        if (!verified.decision().tier().equals(dispatched.decision().tier())) {
            exchange.setProperty(LlmRouterConstants.TIER, verified.decision().tier());
            exchange.setProperty(LlmRouterConstants.CALL, true);
        } else if (exchange.getMessage().getBody() instanceof ProviderReply.Streaming stream) {
            exchange.getMessage().setBody(CollectSampling.sampleStream(exchange, verified, stream));
        } else {
            CollectSampling.sample(exchange, verified, reply);
        }
    }
}
