package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked by a target of Portkey's gateway, in which way.
 *
 * @param front weights by model, above 0: one of them is drawn
 * @param behind asked when none of these answers, in this order; none of them is in front
 * @param retries calls beyond the first of each model, from 0 to 20; null for the default
 */
record PortkeyCourse(
        Map<String, BigDecimal> front,
        List<String> behind,
        @Nullable Integer retries) {
    /** The largest weight that a policy may have. */
    private static final BigDecimal MAX_WEIGHT = BigDecimal.valueOf(1_000_000);

    PortkeyCourse {
        front = Collections.unmodifiableMap(new LinkedHashMap<>(front));
        behind = List.copyOf(behind);
    }

    /** Without a model that can be called. */
    boolean isEmpty() {
        return front.isEmpty();
    }

    /** The sum of the weights in front. */
    BigDecimal weight() {
        return front.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** All its models in the order of the file. */
    List<String> models() {
        List<String> models = new ArrayList<>(front.keySet());
        models.addAll(behind);
        return models;
    }

    DraftTier tier() {
        boolean isDrawn = front.size() > 1;
        BigDecimal scale = scale();
        List<Member> members = new ArrayList<>();
        front.forEach((model, weight) -> members.add(new Member(
                model, isDrawn ? scale == null ? weight : weight.divide(scale, MathContext.DECIMAL64) : null)));
        behind.forEach(model -> members.add(new Member(model, isDrawn ? LiteLlmTiers.LAST : null)));
        return new DraftTier(members, isDrawn ? "weighted" : "failover", maxAttempts(members.size()));
    }

    private @Nullable Integer maxAttempts(int models) {
        if (retries == null && models <= LiteLlmTiers.USUAL_ATTEMPTS) {
            return null;
        }
        int more = retries == null ? 0 : retries;
        return Math.max(1, Math.min(LiteLlmTiers.MAX_ATTEMPTS, more + models));
    }

    /** What weights are divided by, so that a policy may have them and those behind stay behind; null for nothing. */
    private @Nullable BigDecimal scale() {
        BigDecimal largest = front.values().stream().reduce(BigDecimal.ZERO, BigDecimal::max);
        if (largest.compareTo(MAX_WEIGHT) > 0) {
            return largest.divide(MAX_WEIGHT, MathContext.DECIMAL64);
        }
        BigDecimal sum = weight();
        return !behind.isEmpty() && sum.compareTo(BigDecimal.ONE) < 0 ? sum : null;
    }
}
