package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.Example;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;

/** An example in, the scores of its answers out. */
public final class ValidateScoreProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws InvalidPayloadException {
        Example example = exchange.getMessage().getMandatoryBody(Example.class);
        exchange.getMessage().setBody(ValidationRun.of(exchange).score(example));
    }
}
