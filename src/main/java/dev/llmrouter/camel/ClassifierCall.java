package dev.llmrouter.camel;

import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that is to name a task, without a thread that waits; what comes first counts: answer, failure or the end of the
 * time.
 */
final class ClassifierCall implements ProviderClient.Callback {
    private static final Logger LOG = LoggerFactory.getLogger(ClassifierCall.class);

    private final ClassifierQuestion question;
    private final Consumer<@Nullable Classified> told;
    private final RefusedQuestions refused;
    private final Candidate candidate;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Runnable timer;
    private volatile @Nullable Runnable hook;

    private ClassifierCall(
            ClassifierQuestion question,
            Consumer<@Nullable Classified> told,
            RefusedQuestions refused,
            Candidate candidate) {
        this.question = question;
        this.told = told;
        this.refused = refused;
        this.candidate = candidate;
    }

    /**
     * Of one step's calls alone, and cancelled with the caller of the exchange: a copy of it has the caller of the first one, who has not
     * gone where its own thread waits no longer.
     */
    static Cancellation calls(Exchange exchange) {
        Cancellation own = new Cancellation();
        Cancellation caller = exchange.getProperty(LlmRouterConstants.CANCELLATION, Cancellation.class);
        if (caller != null) {
            caller.onCancel(own::cancel);
        }
        return own;
    }

    /**
     * Asks.
     *
     * @param question that has a call to make
     * @param told is told the result once, on any thread; null if what was said cannot be used
     */
    static void begin(
            LlmRouterContext context,
            ClassifierQuestion question,
            ProviderCall call,
            Consumer<@Nullable Classified> told) {
        new ClassifierCall(question, told, context.refusedQuestions(), call.candidate()).begin(context, call);
    }

    private void begin(LlmRouterContext context, ProviderCall call) {
        timer = context.schedule(question.timeout(), () -> end(question::tooLate));
        hook = question.stopWithCaller();
        Provider provider = call.candidate().provider();
        ProviderClient own = question.client();
        try {
            ProviderClient client = own != null ? own : context.clientFor(provider.protocol(), provider.endpoint());
            client.call(call, this);
        } catch (RuntimeException e) {
            LOG.warn("'{}' cannot be asked for a task", call.candidate().model().name(), e);
            end(question::tooLate);
        }
    }

    @Override
    public void replied(ProviderReply reply) {
        refused.answered(candidate);
        end(reply instanceof ProviderReply.Whole whole ? () -> question.answered(whole.reply()) : question::tooLate);
    }

    @Override
    public void failed(ProviderException failure) {
        refused.failed(candidate, failure);
        end(() -> question.failed(failure));
    }

    private void end(Supplier<Classified> result) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        stop(timer);
        stop(hook);
        Classified classified = null;
        try {
            classified = result.get();
        } catch (RuntimeException e) {
            LOG.warn("What came of the question for a task cannot be used", e);
        }
        told.accept(classified);
    }

    private static void stop(@Nullable Runnable what) {
        if (what != null) {
            what.run();
        }
    }
}
