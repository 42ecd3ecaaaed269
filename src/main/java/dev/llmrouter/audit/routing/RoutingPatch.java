package dev.llmrouter.audit.routing;

import dev.llmrouter.policy.load.PolicyEdit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the recommended changes as a patch of the policy's text; comments and order stay. */
public final class RoutingPatch {
    private RoutingPatch() {}

    /**
     * In unified format, for {@code git apply -p0}; empty if nothing changes. A canary that cannot be taken off in place is left to
     * people, who are told to remove it: see {@link #byHand}.
     *
     * @param text of the policy
     * @param path of its file, as the tool that applies the patch will find it
     */
    public static String of(List<Recommendation> recommendations, String text, String path) {
        PolicyEdit edit = PolicyEdit.of(text, path);
        for (Recommendation each : recommendations) {
            if (each.kind() == Recommendation.Kind.END_CANARY && each.tier() != null) {
                endCanary(edit, each.tier());
            } else if (each.task() != null && each.tier() != null) {
                edit.tier(each.task(), each.tier());
            }
        }
        return edit.patch(path);
    }

    /** What of the recommended changes is not in the patch, in sentences. */
    public static List<String> byHand(List<Recommendation> recommendations, String text, String path) {
        return recommendations.stream()
                .filter(each -> each.kind() == Recommendation.Kind.END_CANARY)
                .flatMap(each -> Stream.ofNullable(each.tier()))
                .flatMap(tier -> Stream.ofNullable(endCanary(PolicyEdit.of(text, path), tier)))
                .toList();
    }

    /** Why it cannot be taken off; null if it was. */
    private static @Nullable String endCanary(PolicyEdit edit, String tier) {
        try {
            edit.withoutCanary(tier);
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
