package dev.llmrouter.camel;

import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.RequestRecords;
import dev.llmrouter.route.Stage;
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
        Stage stage = RoutingExchange.stageOrNull(exchange);
        if (stage == null) {
            callback.done(true);
            return true;
        }
        Throwable failure = RoutingExchange.failureOf(exchange);
        if (failure == null && stage instanceof Dispatched dispatched && dispatched.isStreamOpen()) {
            dispatched.streamEnd().whenComplete((fault, never) -> {
                try {
                    record(exchange, stage, fault);
                } finally {
                    callback.done(false);
                }
            });
            return false;
        }
        record(exchange, stage, failure);
        callback.done(true);
        return true;
    }

    private static void record(Exchange exchange, Stage stage, @Nullable Throwable failure) {
        LlmRouterContext.of(exchange.getContext()).record(RequestRecords.of(stage, failure, System.nanoTime()));
    }
}
