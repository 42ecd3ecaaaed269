package dev.llmrouter.camel.validate;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.file.FileConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of the watched folder whose validation failed for another reason than its data ends with the verdict {@code error}; the log has the failure as a whole. */
public final class ValidateErrorProcessor implements Processor {
    static final String ERROR = "error";

    private static final Logger LOG = LoggerFactory.getLogger(ValidateErrorProcessor.class);

    /** @throws IOException if the file is not there any more */
    @Override
    public void process(Exchange exchange) throws IOException {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String file = exchange.getMessage().getHeader(FileConstants.FILE_ABSOLUTE_PATH, String.class);
        LOG.error("The validation of {} failed", file, caught);
        if (ValidationFiles.of(exchange) == null && file != null) {
            ValidationFiles.open(exchange, Path.of(file)); // it failed before it began
        }
        ValidateFailureProcessor.ended(exchange, ERROR, 1, String.valueOf(caught));
    }
}
