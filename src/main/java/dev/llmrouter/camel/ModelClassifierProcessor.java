package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.Stage;
import dev.llmrouter.route.TaskQuestion;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the classifying model of the policy for the task, where no other step of the chain has recognised it
 * ({@link LlmRouterConstants#ASK_CLASSIFIER}). Waits without a thread, no longer than the policy's {@code timeout}, and
 * never fails: a model that is slow, down or says something else leaves the task unrecognised.
 *
 * <p>It calls by the same clients as {@code llm-provider:call}. Afterwards {@link LlmRouterConstants#TASK} and
 * {@link LlmRouterConstants#CONFIDENCE} are as after the classifier. The body stays.
 */
public final class ModelClassifierProcessor extends AsyncProcessorSupport {
    private static final Logger LOG = LoggerFactory.getLogger(ModelClassifierProcessor.class);

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return CallersThread.process(exchange, callback, answered -> ask(exchange, answered));
    }

    private static boolean ask(Exchange exchange, AsyncCallback callback) {
        exchange.removeProperty(LlmRouterConstants.ASK_CLASSIFIER);
        Stage stage = RoutingExchange.stage(exchange);
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        Cancellation caller = exchange.getProperty(LlmRouterConstants.CANCELLATION, Cancellation.class);
        TaskQuestion question = stage instanceof Classified classified
                ? context.router().ask(classified, caller == null ? new Cancellation() : caller)
                : null;
        if (question == null) {
            callback.done(true);
            return true;
        }
        ProviderCall call = question.call();
        if (call == null) {
            if (question.settled() != null) {
                ClassifierProcessor.put(exchange, question.settled());
            }
            callback.done(true);
            return true;
        }
        new Asking(question, exchange, callback).begin(context, call);
        return false;
    }

    /** One call; what comes first counts: answer, failure or the end of the time. */
    private static final class Asking implements ProviderClient.Callback {
        private final TaskQuestion question;
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Runnable timer;
        private volatile @Nullable Runnable hook;

        Asking(TaskQuestion question, Exchange exchange, AsyncCallback callback) {
            this.question = question;
            this.exchange = exchange;
            this.callback = callback;
        }

        void begin(LlmRouterContext context, ProviderCall call) {
            timer = context.schedule(question.timeout(), () -> end(question::tooLate));
            hook = question.stopWithCaller();
            Provider provider = call.candidate().provider();
            try {
                context.clientFor(provider.protocol(), provider.endpoint()).call(call, this);
            } catch (RuntimeException e) {
                LOG.warn("The classifying model cannot be called", e);
                end(question::tooLate);
            }
        }

        @Override
        public void replied(ProviderReply reply) {
            end(
                    reply instanceof ProviderReply.Whole whole
                            ? () -> question.answered(whole.reply())
                            : question::tooLate);
        }

        @Override
        public void failed(ProviderException failure) {
            end(() -> question.failed(failure));
        }

        private void end(Supplier<Classified> result) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            stop(timer);
            stop(hook);
            try {
                ClassifierProcessor.put(exchange, result.get());
            } catch (RuntimeException e) {
                LOG.warn("What the classifying model said cannot be used", e);
            }
            callback.done(false);
        }

        private static void stop(@Nullable Runnable what) {
            if (what != null) {
                what.run();
            }
        }
    }
}
