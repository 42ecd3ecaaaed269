package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.VerifyState;
import java.util.Objects;
import org.apache.camel.Exchange;

/**
 * Checks whether the output is usable, by the task's {@code verify}.
 *
 * <p>If it is not and the policy says {@code escalate}, the exchange property {@link LlmRouterConstants#ESCALATE} is set and
 * {@link LlmRouterConstants#TIER} names the baseline tier: the route asks again. A task that is checked is asked for whole
 * answers, also where the caller wants a stream: nothing unchecked reaches the caller.
 */
public final class VerifierProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) throws OutputUnusableException, RefusedException {
        RoutingState state = RoutingState.of(exchange);
        boolean second = exchange.removeProperty(LlmRouterConstants.ESCALATE) != null;
        OutputCheck check = state.outputCheck();
        ChatReply reply = RoutingState.wholeReply(exchange);
        if (check == null || reply == null) {
            return;
        }
        String fault = check.fault(reply.text());
        if (fault == null) {
            state.verify = second ? VerifyState.ESCALATED : VerifyState.PASSED;
            return;
        }
        switch (check.onFailure()) {
            case RECORD -> state.verify = VerifyState.RECORDED;
            case FAIL -> {
                state.verify = VerifyState.FAILED;
                throw new OutputUnusableException(fault, state.decision());
            }
            case ESCALATE -> {
                if (second
                        || state.decision().tier().equals(state.policy.policy().baseline())) {
                    state.verify = VerifyState.RECORDED;
                } else {
                    escalate(exchange, state, fault);
                }
            }
        }
    }

    private static void escalate(Exchange exchange, RoutingState state, String fault) throws RefusedException {
        Decision escalation = state.policy.decider().escalate(state.routingRequest(), state.decision(), fault);
        Dispatch dispatch = Objects.requireNonNull(state.dispatch, "a checked output has been dispatched");
        dispatch.escalate(escalation);
        state.decision = escalation;
        state.verify = VerifyState.ESCALATED;
        exchange.setProperty(LlmRouterConstants.TIER, escalation.tier());
        exchange.setProperty(LlmRouterConstants.ESCALATE, true);
    }
}
