package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.evaluate.live.LiveRun;
import dev.llmrouter.evaluate.live.MissingAnswers;
import java.io.IOException;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** After the calls: the body becomes the examples with their answers, for a {@code split}; or why they are not all there. */
public final class ValidateExamplesProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ValidateExamplesProcessor.class);

    @Override
    public void process(Exchange exchange) throws IOException {
        ValidationRun run = ValidationRun.of(exchange);
        LiveRun.Outcome outcome = run.outcome();
        if (outcome != null && outcome.stop() != null) {
            MissingAnswers.Tally tally = run.tally();
            String reason = String.format(
                    Locale.ROOT,
                    "%s. %,d of %,d answers are there; the same data set goes on from there",
                    outcome.stop(),
                    tally.answered(),
                    tally.needed());
            LOG.warn("Validation of {} stopped: {}", run.data(), reason);
            exchange.getMessage().setHeader(LlmRouterConstants.COST_USD, run.spent());
            ValidateFailureProcessor.ended(exchange, ValidateFailureProcessor.STOPPED, 1, reason);
            return;
        }
        run.failures().forEach(failures -> LOG.warn("Validation of {}: {}", run.data(), failures));
        exchange.getMessage().setBody(run.examples());
    }
}
