package dev.llmrouter.decide;

import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.List;

/**
 * Who serves a request, and why: the one story that headers, records, {@code explain} and the dashboard tell.
 *
 * @param tier the tier that serves
 * @param candidates models to try, in this order; not empty
 * @param reasons every step that led here, in order
 * @param policy the policy it was made under, which the request finishes on
 */
public record Decision(
        String requestId,
        Classification classification,
        Characteristics characteristics,
        String tier,
        List<Candidate> candidates,
        List<Reason> reasons,
        RoutingPolicy policy) {

    public Decision {
        candidates = List.copyOf(candidates);
        reasons = List.copyOf(reasons);
    }
}
