package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Notes when a request was over, for the {@link RecordProcessor} that may come to it later, and tells the ledger to expect it: feedback
 * may come as soon as the answer is out. The {@code onPrepare} of the wire tap before that step.
 */
public final class RecordTime implements Processor {
    @Override
    public void process(Exchange exchange) {
        exchange.setProperty(LlmRouterConstants.ENDED, System.nanoTime());
        RecordProcessor.expect(exchange);
    }
}
