package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.RefusedException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** Decides without calling anybody: the body becomes the Decision as JSON, with what each classifier said. */
public final class DryRunProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) throws BadRequestException, RefusedException {
        RoutingState state = RoutingState.of(exchange);
        String refusal = state.policy.classifiers().refusal(state.input()).orElse(null);
        if (refusal != null) {
            throw new BadRequestException(
                    new ChatError(ChatError.Kind.INVALID_REQUEST, 400, refusal, "task_not_found", "x-llm-task", null));
        }
        state.classification = state.policy.classifiers().explain(state.input());
        Decision decision = state.policy.decider().decide(state.routingRequest());
        state.decision = decision;
        DecisionHeaders.set(exchange, state);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(DecisionJson.of(decision).toString().getBytes(StandardCharsets.UTF_8));
    }
}
