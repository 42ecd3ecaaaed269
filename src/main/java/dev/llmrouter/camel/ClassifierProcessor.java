package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.classify.Classification;
import org.apache.camel.Exchange;

/**
 * Names the task of the request, by the classifier chain of the policy.
 *
 * <p>Afterwards the exchange properties {@link LlmRouterConstants#TASK} (absent if no task was recognised) and
 * {@link LlmRouterConstants#CONFIDENCE} are set.
 */
public final class ClassifierProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) throws BadRequestException {
        RoutingState state = RoutingState.of(exchange);
        String refusal = state.policy.classifiers().refusal(state.input()).orElse(null);
        if (refusal != null) {
            throw new BadRequestException(
                    new ChatError(ChatError.Kind.INVALID_REQUEST, 400, refusal, "task_not_found", "x-llm-task", null));
        }
        Classification classification = state.policy.classifiers().classify(state.input());
        state.classification = classification;
        if (classification.task() != null) {
            exchange.setProperty(LlmRouterConstants.TASK, classification.task());
        }
        exchange.setProperty(LlmRouterConstants.CONFIDENCE, classification.confidence());
    }
}
