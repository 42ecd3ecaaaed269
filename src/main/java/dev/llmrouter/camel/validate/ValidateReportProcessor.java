package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.evaluate.Conclusion;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.report.ValidationHtml;
import dev.llmrouter.report.ValidationJson;
import dev.llmrouter.report.ValidationMarkdown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verdict: reports beside the data set, JSON as body, the gist as headers. */
public final class ValidateReportProcessor implements Processor {
    static final String PASSED = "passed";
    static final String NOT_PASSED = "not-passed";

    private static final String CONCLUSION = "CamelLlmRouterConclusion";
    private static final Logger LOG = LoggerFactory.getLogger(ValidateReportProcessor.class);

    /** @throws IllegalArgumentException if nothing can be concluded, or the data set is another one by now; the message says what to do */
    @Override
    public void process(Exchange exchange) throws IOException {
        ValidationRun run = ValidationRun.of(exchange);
        Conclusion conclusion = run.conclude();
        String change = run.files().change();
        if (change != null) {
            throw new IllegalArgumentException(change);
        }
        exchange.setProperty(CONCLUSION, conclusion);
        String json = ValidationJson.render(conclusion.validation());
        Path report = run.files()
                .report(
                        ValidationHtml.render(conclusion.validation(), run.today()),
                        ValidationMarkdown.render(conclusion.validation(), run.today()),
                        json);
        String verdict = conclusion.passed() ? PASSED : NOT_PASSED;
        LOG.info(
                "Validation of {}: {}, {} of {} accepted, USD {} spent; report {}",
                run.data(),
                verdict,
                conclusion.validation().accepted(),
                conclusion.validation().tasks().size(),
                run.spent(),
                report);
        Message message = exchange.getMessage();
        message.setBody(json);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader(LlmRouterConstants.VERDICT, verdict);
        message.setHeader(LlmRouterConstants.EXIT_CODE, conclusion.passed() ? 0 : 1);
        message.setHeader(LlmRouterConstants.COST_USD, run.spent());
        message.setHeader(LlmRouterConstants.REPORT, report.toString());
        message.setHeader(
                LlmRouterConstants.TASK,
                conclusion.validation().tasks().stream()
                        .map(TaskResult::task)
                        .distinct()
                        .collect(Collectors.joining(",")));
    }

    static void forget(Exchange exchange) {
        exchange.removeProperty(CONCLUSION);
    }

    static Conclusion conclusion(Exchange exchange) {
        Conclusion conclusion = (Conclusion) exchange.getProperty(CONCLUSION);
        if (conclusion == null) {
            throw new IllegalStateException(
                    "there is no verdict yet: the step llmValidateReport comes before this one");
        }
        return conclusion;
    }
}
