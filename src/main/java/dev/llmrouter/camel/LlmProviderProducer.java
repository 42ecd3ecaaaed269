package dev.llmrouter.camel;

import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Provider;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** Calls the provider without blocking. */
final class LlmProviderProducer extends DefaultAsyncProducer {
    LlmProviderProducer(Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ProviderCall call = (ProviderCall) exchange.getProperty(LlmRouterConstants.PROVIDER_CALL);
        if (call == null) {
            exchange.setException(
                    new IllegalStateException("llm-provider:call needs a call to make: use it as the child"
                            + " of a <loadBalance> with a dev.llmrouter.camel.TierLoadBalancer"));
            callback.done(true);
            return true;
        }
        Provider provider = call.candidate().provider();
        LlmRouterContext.of(exchange.getContext())
                .clientFor(provider.protocol(), provider.endpoint())
                .call(call, new ProviderClient.Callback() {
                    @Override
                    public void replied(ProviderReply reply) {
                        if (isWaiting(exchange, call)) {
                            exchange.getMessage().setBody(reply);
                        }
                        callback.done(false);
                    }

                    @Override
                    public void failed(ProviderException failure) {
                        if (isWaiting(exchange, call)) {
                            exchange.setException(failure);
                        }
                        callback.done(false);
                    }
                });
        return false;
    }

    /** Whether the exchange still waits for this call: one whose thread was interrupted is somebody else's. */
    private static boolean isWaiting(Exchange exchange, ProviderCall call) {
        return exchange.getProperty(LlmRouterConstants.PROVIDER_CALL) == call;
    }
}
