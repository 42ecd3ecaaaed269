package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.evaluate.EvidenceBook;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes evidence in the name of the person that the header names; without the header nothing is written. */
public final class ValidateAcceptProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ValidateAcceptProcessor.class);

    @Override
    public void process(Exchange exchange) throws IOException {
        ValidationRun run = ValidationRun.of(exchange);
        String by = run.acceptedBy();
        if (by != null) {
            EvidenceBook.Entered entered = run.accept(ValidateReportProcessor.conclusion(exchange), by);
            entered.files().forEach((task, file) -> LOG.info("Evidence of task '{}' is written to {}", task, file));
            if (!entered.refused().isEmpty()) {
                Message message = exchange.getMessage();
                message.setHeader(LlmRouterConstants.VERDICT, ValidateReportProcessor.NOT_PASSED);
                message.setHeader(LlmRouterConstants.EXIT_CODE, 1);
                message.setHeader(
                        LlmRouterConstants.VALIDATE_REASON,
                        String.join("; ", entered.refused().values()));
            }
        }
    }
}
