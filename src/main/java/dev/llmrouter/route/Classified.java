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

    /**
     * The same request after somebody was asked.
     *
     * @param task null if it is still not recognised
     * @param said for people; never a text of callers or models
     * @param call that it took; null for none
     */
    Classified asked(
            @Nullable String task,
            double confidence,
            Classification.Source source,
            String said,
            @Nullable Attempt call) {
        List<String> trace = new ArrayList<>(classification.trace());
        trace.add(said);
        String before = classification.heard();
        Classification found =
                new Classification(task, confidence, source, null, trace, before == null ? said : before + "; " + said);
        List<Attempt> calls = new ArrayList<>(classifierCalls);
        if (call != null) {
            calls.add(call);
        }
        return new Classified(described, found, calls);
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

    @Override
    public String toString() {
        return inShort();
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
