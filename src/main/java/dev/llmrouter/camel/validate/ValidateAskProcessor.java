package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.live.Question;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;

/** Asks the question that the body is, within the cap; the answer is in the journal afterwards. */
public final class ValidateAskProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws InvalidPayloadException {
        ValidationRun.of(exchange).ask(exchange.getMessage().getMandatoryBody(Question.class));
    }
}
