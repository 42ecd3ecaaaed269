package dev.llmrouter.route;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.RoutingRequest;

/** A request whose task is known, or known not to be recognised. */
public record Classified(Described described, Classification classification) implements Stage {
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
