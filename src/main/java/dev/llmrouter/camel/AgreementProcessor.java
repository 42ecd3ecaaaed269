package dev.llmrouter.camel;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.record.MeterNames;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Router;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks the steps of the chain that were not asked, because a step before them knew the task, and counts whether they agree
 * ({@link MeterNames#CLASSIFIER_AGREEMENT}). For a wire-tapped exchange: nobody waits for it. Afterwards
 * {@link LlmRouterConstants#CLASSIFIER_ASKED} says whether somebody was called, whose tokens are to be recorded.
 */
public final class AgreementProcessor extends AsyncProcessorSupport {
    private static final String UNKNOWN = "unknown";

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Classified served = RoutingExchange.of(exchange, Decided.class, "decided (process ref=llmDecider)")
                .classified();
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        Router router = context.router();
        exchange.removeProperty(LlmRouterConstants.CANCELLATION);
        BatchAnswer.remove(exchange); // it answered the other one
        exchange.removeProperty(LlmRouterConstants.CLASSIFIER_ASKED);
        Counting counting =
                new Counting(exchange.getContext().getRegistry().findSingleByType(MeterRegistry.class), served);
        for (Map.Entry<String, Optional<String>> said :
                router.laterSteps(served).entrySet()) {
            counting.count(said.getKey(), said.getValue().orElse(null));
        }
        Classified shadow = router.unclassified(served);
        RoutingExchange.begin(exchange, shadow, exchange.getMessage().getBody());
        boolean isLocal =
                counting.source != Classification.Source.EMBEDDING && counting.source != Classification.Source.LLM;
        ClassifierQuestion vector = isLocal ? router.compare(shadow, new Cancellation()) : null;
        ask(context, vector, "embedding", counting, shadow, after -> {
            // the model is asked as if the vector had said nothing
            Classified open = router.unclassified(after);
            RoutingExchange.put(exchange, open);
            ClassifierQuestion model =
                    counting.source == Classification.Source.LLM ? null : router.ask(open, new Cancellation());
            ask(context, model, "llm", counting, open, last -> {
                // what was asked is booked where the request went, whatever was said
                RoutingExchange.put(
                        exchange, new Classified(last.described(), served.classification(), last.classifierCalls()));
                exchange.setProperty(
                        LlmRouterConstants.CLASSIFIER_ASKED,
                        !last.classifierCalls().isEmpty());
                callback.done(false);
            });
        });
        return false;
    }

    private static void ask(
            LlmRouterContext context,
            @Nullable ClassifierQuestion question,
            String step,
            Counting counting,
            Classified before,
            Consumer<Classified> then) {
        ProviderCall call = question == null ? null : question.call();
        if (question == null || call == null) {
            Classified settled = question == null ? null : question.settled();
            if (settled != null) {
                counting.count(step, settled.classification().task());
            }
            then.accept(settled == null ? before : settled);
            return;
        }
        ClassifierCall.begin(context, question, call, answered -> {
            Classified said = answered == null ? before : answered;
            counting.count(step, said.classification().task());
            then.accept(said);
        });
    }

    /** Counts what steps say of one request. */
    private static final class Counting {
        private final @Nullable MeterRegistry meters;
        private final String task;
        private final Classification.Source source;

        Counting(@Nullable MeterRegistry meters, Classified served) {
            this.meters = meters;
            this.task = String.valueOf(served.classification().task());
            this.source = served.classification().source();
        }

        void count(String step, @Nullable String said) {
            if (meters != null) {
                meters.counter(
                                MeterNames.CLASSIFIER_AGREEMENT.meter(),
                                "steps",
                                source.key() + "-" + step,
                                "task",
                                task,
                                "agreed",
                                said == null ? UNKNOWN : Boolean.toString(said.equals(task)))
                        .increment();
            }
        }
    }
}
