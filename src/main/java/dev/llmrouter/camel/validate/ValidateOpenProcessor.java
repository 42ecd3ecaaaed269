package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.PolicyStep;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Opens a data set, the body or the file that it is; the body becomes what the models are asked, for a {@code split}. */
public final class ValidateOpenProcessor extends PolicyStep {
    private static final List<String> RESULTS = List.of(
            LlmRouterConstants.VERDICT,
            LlmRouterConstants.EXIT_CODE,
            LlmRouterConstants.VALIDATE_REASON,
            LlmRouterConstants.REPORT,
            LlmRouterConstants.TASK,
            LlmRouterConstants.COST_USD);

    /** @throws IllegalArgumentException if nobody may be asked, or something else is wrong; the message says what to do */
    @Override
    public void process(Exchange exchange) throws IOException {
        RESULTS.forEach(exchange.getMessage()::removeHeader); // a verdict is never the caller's
        ValidationRun.end(exchange); // of an earlier one, where a route leaves its last step out
        ValidationFiles.forget(exchange);
        ValidationFiles files = ValidationFiles.open(exchange, DataPlace.of(exchange));
        ValidationOptions options = ValidationOptions.of(exchange.getMessage());
        ValidationRun run = new ValidationRun(exchange.getContext(), files, options, loaded(exchange.getContext()));
        run.put(exchange);
        // the route ends it; this is for what keeps the route from its last step
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                ValidationRun.end(done);
            }
        });
        exchange.getMessage().setBody(run.toAsk());
    }
}
