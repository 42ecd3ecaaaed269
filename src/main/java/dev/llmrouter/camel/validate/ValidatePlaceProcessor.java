package dev.llmrouter.camel.validate;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;

/** When this example has been asked about, or could not be, the next one may come. */
public final class ValidatePlaceProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        ValidationRun run = ValidationRun.of(exchange);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (done.isFailed()) {
                    run.stop("a fault of ours: " + done.getException());
                }
                run.givePlaceBack();
            }
        });
    }
}
