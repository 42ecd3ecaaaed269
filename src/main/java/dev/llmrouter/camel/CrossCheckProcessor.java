package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.route.Dispatched;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has others confirm an output of a cheaper tier: a bean of the user's, the same model once more, a second model, a judge, as the
 * task's {@code verify} says. What they say is looked at by the {@link VerifierProcessor} behind. An output that the task's
 * other checks find unusable is not asked about, nor one of the baseline tier, nor a call of a tool. Waits without a thread.
 */
public final class CrossCheckProcessor extends AsyncProcessorSupport {
    private static final Logger LOG = LoggerFactory.getLogger(CrossCheckProcessor.class);

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return AskingRun.process(exchange, callback, (calls, checked) -> check(exchange, calls, checked));
    }

    private static boolean check(Exchange exchange, Cancellation calls, AsyncCallback callback) {
        exchange.removeProperty(LlmRouterConstants.CROSS_CHECK);
        Dispatched dispatched =
                RoutingExchange.of(exchange, Dispatched.class, "sent to a tier (loadBalance with a TierLoadBalancer)");
        ChatReply reply = exchange.getMessage().getBody() instanceof ProviderReply.Whole whole ? whole.reply() : null;
        OutputCheck check = dispatched.decided().outputCheck();
        CrossCheck asked = check == null ? null : check.asks();
        if (check == null
                || asked == null
                || reply == null
                || dispatched.isToolTurn(reply)
                || !dispatched.isCheaper()
                || check.fault(reply) != null) {
            callback.done(true);
            return true;
        }
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        new CrossCheckRun(context, exchange.getContext(), calls, dispatched, asked, reply.text()).run(opinion -> {
            RoutingExchange.put(exchange, dispatched.crossChecked(opinion.fault(), opinion.calls()));
            if (opinion.fault() != null) {
                LOG.debug("Request {}: {}", dispatched.received().id(), opinion.fault());
            }
            callback.done(false);
        });
        return false;
    }
}
