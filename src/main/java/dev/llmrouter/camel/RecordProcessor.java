package dev.llmrouter.camel;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records the request, once it is over: a streamed one when its stream ends, however it ends. Waits without a thread.
 *
 * <p>Use it behind a wire tap, so that it is never in the caller's way.
 */
public final class RecordProcessor extends AsyncProcessorSupport {
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        RoutingState state = RoutingState.orNull(exchange);
        if (state == null) {
            callback.done(true);
            return true;
        }
        Throwable failure = state.failureIn(exchange);
        if (failure != null || !state.isStreamOpen()) {
            record(exchange, state, failure);
            callback.done(true);
            return true;
        }
        state.streamEnd.whenComplete((fault, never) -> {
            try {
                record(exchange, state, fault);
            } finally {
                callback.done(false);
            }
        });
        return false;
    }

    private static void record(Exchange exchange, RoutingState state, @Nullable Throwable failure) {
        LlmRouterContext.of(exchange.getContext()).record(state.record(failure, System.nanoTime()));
    }
}
