package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.DecisionHeaders;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Described;
import dev.llmrouter.route.Router;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Decides without calling anybody: the body becomes the Decision as JSON, with what each classifier said. */
public final class DryRunProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws BadRequestException, RefusedException {
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        if (!(RoutingExchange.stage(exchange) instanceof Described described)) {
            throw new IllegalStateException("a dry run comes right after the receiver (process ref=llmReceiver)");
        }
        Decided decided = router.decide(router.explain(described));
        DecisionHeaders.set(exchange, decided);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage()
                .setBody(DecisionJson.of(decided.decision()).toString().getBytes(StandardCharsets.UTF_8));
    }
}
