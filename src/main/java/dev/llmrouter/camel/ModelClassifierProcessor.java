package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import dev.llmrouter.route.Router;
import org.jspecify.annotations.Nullable;

/**
 * Asks the classifying model of the policy for the task, where no other step of the chain has recognised it
 * ({@link LlmRouterConstants#ASK_CLASSIFIER}). Waits without a thread, no longer than the policy's {@code timeout}, and
 * never fails: a model that is slow, down or says something else leaves the task unrecognised.
 *
 * <p>It calls by the same clients as {@code llm-provider:call}. Afterwards {@link LlmRouterConstants#TASK} and
 * {@link LlmRouterConstants#CONFIDENCE} are as after the classifier. The body stays.
 */
public final class ModelClassifierProcessor extends AskingClassifier {
    public ModelClassifierProcessor() {
        super(LlmRouterConstants.ASK_CLASSIFIER);
    }

    @Override
    @Nullable
    ClassifierQuestion question(Router router, Classified classified, Cancellation caller) {
        return router.ask(classified, caller);
    }
}
