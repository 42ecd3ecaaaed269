package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.PolicyStep;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a data set, the body or the file that it is; the body becomes what the models are asked, for a {@code split}. */
public final class ValidateOpenProcessor extends PolicyStep {
    private static final Logger LOG = LoggerFactory.getLogger(ValidateOpenProcessor.class);

    private static final List<String> RESULTS = List.of(
            LlmRouterConstants.VERDICT,
            LlmRouterConstants.EXIT_CODE,
            LlmRouterConstants.VALIDATE_REASON,
            LlmRouterConstants.REPORT);

    /** @throws IllegalArgumentException if nobody may be asked, or something else is wrong; the message says what to do */
    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException {
        RESULTS.forEach(exchange.getMessage()::removeHeader); // a verdict is never the caller's
        ValidationOptions options = ValidationOptions.of(exchange.getMessage());
        ValidationRun run = new ValidationRun(
                exchange.getContext(), DataPlace.of(exchange), options, loaded(exchange.getContext()));
        run.put(exchange);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try {
                    run.close();
                } catch (IOException e) {
                    LOG.warn("The files of the validation of {} could not be closed", run.data(), e);
                }
            }
        });
        exchange.getMessage().setBody(run.toAsk());
    }
}
