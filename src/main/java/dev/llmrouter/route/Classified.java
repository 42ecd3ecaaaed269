package dev.llmrouter.route;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.learned.PromptText;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.dispatch.Attempt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose task is known, or known not to be recognised.
 *
 * @param classifierCalls the calls to embedder and classifying model that this took
 */
public record Classified(Described described, Classification classification, List<Attempt> classifierCalls)
        implements Stage {
    public Classified {
        classifierCalls = List.copyOf(classifierCalls);
    }

    /** Without a call to anybody. */
    public Classified(Described described, Classification classification) {
        this(described, classification, List.of());
    }

    /** The same request with another classification, which took one more call; null for none. */
    Classified with(Classification found, @Nullable Attempt call) {
        List<Attempt> calls = new ArrayList<>(classifierCalls);
        if (call != null) {
            calls.add(call);
        }
        return new Classified(described, found, calls);
    }

    /** What the steps before said, and one thing more. */
    List<String> traced(String said) {
        List<String> trace = new ArrayList<>(classification.trace());
        trace.add(said);
        return trace;
    }

    /** Whether somebody is to be asked for the task. A request whose tier or model the caller names needs none. */
    boolean needsTask() {
        if (classification.task() != null || described.request().isEmbeddings()) {
            return false;
        }
        Received received = received();
        boolean limitedToTasks =
                received.key() != null && !received.key().tasks().isEmpty();
        boolean named = described.wish().model() != null || described.wish().tier() != null;
        return (limitedToTasks || !named)
                && !PromptText.of(described.input().request()).isBlank();
    }

    @Override
    public Received received() {
        return described.received();
    }

    /** What a decision is asked for. */
    RoutingRequest routingRequest() {
        return new RoutingRequest(
                received().id(),
                described.input(),
                classification,
                described.wish(),
                received().key());
    }
}
