package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.Stage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** A step of the chain that asks somebody outside for the task. */
abstract class AskingClassifier extends AsyncProcessorSupport {
    private final String flag;

    /** @param flag exchange property that says that this step is to be run; taken off */
    AskingClassifier(String flag) {
        this.flag = flag;
    }

    /** What to ask; null for nothing. */
    abstract @Nullable ClassifierQuestion question(Router router, Classified classified, Cancellation caller);

    @Override
    public final boolean process(Exchange exchange, AsyncCallback callback) {
        return AskingRun.process(exchange, callback, (calls, answered) -> ask(exchange, calls, answered));
    }

    private boolean ask(Exchange exchange, Cancellation calls, AsyncCallback callback) {
        exchange.removeProperty(flag);
        exchange.setProperty(LlmRouterConstants.CLASSIFIER_ASKED, true);
        Stage stage = RoutingExchange.stage(exchange);
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        ClassifierQuestion question =
                stage instanceof Classified classified ? question(context.router(), classified, calls) : null;
        ProviderCall call = question == null ? null : question.call();
        if (question == null || call == null) {
            if (question != null && question.settled() != null) {
                ClassifierProcessor.put(exchange, question.settled());
            }
            callback.done(true);
            return true;
        }
        ClassifierCall.begin(context, question, call, classified -> {
            if (classified != null) {
                ClassifierProcessor.put(exchange, classified);
            }
            callback.done(false);
        });
        return false;
    }
}
