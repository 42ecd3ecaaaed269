package dev.llmrouter.decide;

import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who serves a request, and why: the one story that headers, records, {@code explain} and the dashboard tell.
 *
 * @param tier name of the tier that serves
 * @param evidence what the evidence for the task is worth
 * @param candidates models to try, in this order; not empty
 * @param resting models that fit and cannot be called now, for their breaker, a cooldown or a key that fails
 * @param shadow a model that is asked as well, whose answer is recorded and never returned; null for none
 * @param compared a model whose answer is compared with that of the one that serves, if the request is sampled for evidence
 *     that is collected: where evidence lacks, the model to be proven; where it holds, the baseline's; null for none
 * @param reasons every step that led here, in order
 * @param policy the policy it was made under, which the request finishes on
 */
public record Decision(
        String requestId,
        Classification classification,
        Characteristics characteristics,
        String tier,
        EvidenceFinding evidence,
        List<Candidate> candidates,
        List<Candidate> resting,
        @Nullable Candidate shadow,
        @Nullable Candidate compared,
        List<Reason> reasons,
        RoutingPolicy policy) {

    public Decision {
        candidates = List.copyOf(candidates);
        resting = List.copyOf(resting);
        reasons = List.copyOf(reasons);
    }

    /** The same decision, with a reason before all others. */
    public Decision withFirst(Reason reason) {
        List<Reason> all = new ArrayList<>(reasons.size() + 1);
        all.add(reason);
        all.addAll(reasons);
        return new Decision(
                requestId,
                classification,
                characteristics,
                tier,
                evidence,
                candidates,
                resting,
                shadow,
                compared,
                all,
                policy);
    }
}
