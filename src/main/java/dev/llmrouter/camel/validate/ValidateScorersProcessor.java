package dev.llmrouter.camel.validate;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The body becomes what judges and embeddings are asked, for a {@code split}; nothing where the task has none. */
public final class ValidateScorersProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws IOException {
        exchange.getMessage().setBody(ValidationRun.of(exchange).toScore());
    }
}
