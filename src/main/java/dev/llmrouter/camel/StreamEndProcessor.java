package dev.llmrouter.camel;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Waits for the end of the stream of {@link LlmRouterConstants#COLLECT_STREAM}, without a thread. The exchange goes on on the thread that
 * ended it, often an event loop: a {@code threads} step has to follow.
 */
public final class StreamEndProcessor extends AsyncProcessorSupport {
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        SampledStream stream = exchange.getProperty(LlmRouterConstants.COLLECT_STREAM, SampledStream.class);
        if (stream == null || stream.end().isDone()) {
            callback.done(true);
            return true;
        }
        stream.end().whenComplete((fault, never) -> callback.done(false));
        return false;
    }
}
