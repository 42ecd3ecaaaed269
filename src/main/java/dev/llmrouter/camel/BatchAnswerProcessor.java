package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Dispatched;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a request with what a batch of the provider answered, instead of calling anybody, or fails as it did. It is asked where the property
 * {@link LlmRouterConstants#BATCHED} is true, and takes that off: an escalation calls.
 */
public final class BatchAnswerProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(BatchAnswerProcessor.class);

    @Override
    public void process(Exchange exchange) throws AllFailedException {
        exchange.removeProperty(LlmRouterConstants.BATCHED);
        BatchAnswer answer = BatchAnswer.of(exchange);
        if (answer == null) {
            throw new IllegalStateException("this exchange brings no answer of a batch");
        }
        Decided decided = RoutingExchange.of(exchange, Decided.class, "decided (process ref=llmDecider)");
        Dispatched dispatched = LlmRouterContext.of(exchange.getContext())
                .router()
                .dispatch(
                        decided,
                        new Cancellation(),
                        (candidate, what) ->
                                LOG.warn("Model '{}': {}", candidate.model().name(), what));
        Candidate candidate = decided.decision().candidates().get(0);
        ChatReply reply = answer.reply();
        if (reply == null) {
            dispatched.dispatch().failedInBatch(candidate, Objects.requireNonNull(answer.failure()));
            RoutingExchange.put(exchange, dispatched);
            CollectSampling.sample(exchange, dispatched, null);
            RoutingExchange.failed(exchange);
            throw dispatched.dispatch().failedInBatch();
        }
        Usage usage = reply.usageOr(
                () -> decided.described().input().characteristics().inputTokens(),
                decided.received().policy().tokens());
        dispatched.dispatch().answeredInBatch(candidate, usage, reply.model());
        RoutingExchange.put(exchange, dispatched);
        exchange.getMessage().setBody(new ProviderReply.Whole(reply.withUsage(usage)));
    }
}
