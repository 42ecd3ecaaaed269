package dev.llmrouter.route;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.dispatch.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * A request whose task is known, or known not to be recognised.
 *
 * @param classifierCall the call to the classifying model that this took; null if there was none
 */
public record Classified(
        Described described,
        Classification classification,
        @Nullable Attempt classifierCall) implements Stage {
    /** Without a call to anybody. */
    public Classified(Described described, Classification classification) {
        this(described, classification, null);
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
