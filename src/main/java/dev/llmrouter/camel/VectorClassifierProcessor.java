package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import dev.llmrouter.route.Router;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code embedding} of the chain: has the vector of the text made and compares it with those of the tasks' examples,
 * where no step before has recognised the task ({@link LlmRouterConstants#ASK_EMBEDDER}). Waits without a thread, no longer
 * than the policy's {@code timeout}, and never fails.
 *
 * <p>Afterwards {@link LlmRouterConstants#TASK}, {@link LlmRouterConstants#CONFIDENCE} and
 * {@link LlmRouterConstants#ASK_CLASSIFIER} are as after the classifier. The body stays.
 */
public final class VectorClassifierProcessor extends AskingClassifier {
    public VectorClassifierProcessor() {
        super(LlmRouterConstants.ASK_EMBEDDER);
    }

    @Override
    @Nullable
    ClassifierQuestion question(Router router, Classified classified, Cancellation caller) {
        return router.compare(classified, caller);
    }
}
