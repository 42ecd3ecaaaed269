package dev.llmrouter.camel.validate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.classify.learned.DataFileException;
import dev.llmrouter.policy.load.PolicyException;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What cannot be validated ends with a verdict that says so, and what to change. */
public final class ValidateFailureProcessor implements Processor {
    static final String STOPPED = "stopped";
    static final String UNUSABLE = "unusable";

    private static final Logger LOG = LoggerFactory.getLogger(ValidateFailureProcessor.class);
    private static final int WRONG_USAGE = 2;

    /** @throws IOException if the file system does not tell whether the data set is still the same */
    @Override
    public void process(Exchange exchange) throws IOException {
        ValidationFiles files = ValidationFiles.of(exchange);
        String change = files == null ? null : files.change();
        if (change != null) {
            LOG.warn("Nothing was validated: {}", change);
            ended(exchange, STOPPED, 1, change); // whatever is wrong with a part of a file
            return;
        }
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = caught == null ? "" : String.valueOf(ours(caught).getMessage());
        LOG.warn("Nothing was validated: {}", reason);
        ended(exchange, UNUSABLE, WRONG_USAGE, reason);
    }

    /** What says what to change; Camel wraps what a part of a split throws. */
    private static Throwable ours(Exception caught) {
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException
                    || cause instanceof PolicyException
                    || cause instanceof DataFileException) {
                return cause;
            }
        }
        return caught;
    }

    static void ended(Exchange exchange, String verdict, int code, String reason) {
        Message message = exchange.getMessage();
        message.setHeader(LlmRouterConstants.VERDICT, verdict);
        message.setHeader(LlmRouterConstants.EXIT_CODE, code);
        message.setHeader(LlmRouterConstants.VALIDATE_REASON, reason);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("verdict", verdict)
                .put("reason", reason)
                .toString();
        message.setBody(json);
        ValidationFiles files = ValidationFiles.of(exchange);
        if (files != null) {
            files.end(json);
        }
    }
}
