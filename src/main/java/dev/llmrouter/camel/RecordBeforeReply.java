package dev.llmrouter.camel;

import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.Stage;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * Whether the reply waits until its request is in the ledger: with {@code llm-router.ledger.durability: sync}. A stream begins all
 * the same, and what waits is its end, because its record is only known then.
 */
public final class RecordBeforeReply implements Predicate {
    @Override
    public boolean matches(Exchange exchange) {
        if (!LlmRouterContext.of(exchange.getContext()).isSynchronous()) {
            return false;
        }
        Stage stage = RoutingExchange.stageOrNull(exchange);
        boolean isStreaming = RoutingExchange.failureOf(exchange) == null
                && stage instanceof Dispatched dispatched
                && dispatched.isStreamOpen();
        return !isStreaming;
    }
}
