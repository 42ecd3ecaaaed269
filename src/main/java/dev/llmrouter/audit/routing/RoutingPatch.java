package dev.llmrouter.audit.routing;

import dev.llmrouter.policy.load.PolicyEdit;
import java.util.List;

/** Writes the recommended changes as a patch of the policy's text; comments and order stay. */
public final class RoutingPatch {
    private RoutingPatch() {}

    /**
     * In unified format, for {@code git apply -p0}; empty if nothing changes.
     *
     * @param text of the policy
     * @param path of its file, as the tool that applies the patch will find it
     */
    public static String of(List<Recommendation> recommendations, String text, String path) {
        PolicyEdit edit = PolicyEdit.of(text, path);
        for (Recommendation each : recommendations) {
            if (each.kind() == Recommendation.Kind.END_CANARY && each.tier() != null) {
                edit.withoutCanary(each.tier());
            } else if (each.task() != null && each.tier() != null) {
                edit.tier(each.task(), each.tier());
            }
        }
        return edit.patch(path);
    }
}
