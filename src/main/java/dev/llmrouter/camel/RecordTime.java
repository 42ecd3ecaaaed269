package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Notes when a request was over, for the {@link RecordProcessor} that may come to it later: the {@code onPrepare} of the wire
 * tap before it.
 */
public final class RecordTime implements Processor {
    @Override
    public void process(Exchange exchange) {
        exchange.setProperty(LlmRouterConstants.ENDED, System.nanoTime());
    }
}
