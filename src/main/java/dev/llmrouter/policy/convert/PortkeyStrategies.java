package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Targets of Portkey's gateway, and strategies inside of others. A tier has one strategy: shares of a load balance inside of
 * another are multiplied; of a fallback inside of a load balance the first model has the share, and the others stand behind.
 */
final class PortkeyStrategies {
    private static final Set<String> MODES = Set.of("loadbalance", "fallback", "single", "conditional", "sample");
    private static final String LAST = LiteLlmTiers.LAST.toPlainString();

    private final PolicyDraft draft;
    private final PortkeyTargets targets;

    /** @param isParted whether conditions part the requests */
    PortkeyStrategies(PolicyDraft draft, boolean isParted) {
        this.draft = draft;
        this.targets = new PortkeyTargets(draft, isParted);
    }

    /** Who is asked by a target, or by the whole config. @param above what it has of those above it */
    PortkeyCourse course(ForeignNode target, PortkeyInherited above) {
        ForeignNode strategy = target.get("strategy");
        String mode = strategy == null ? null : strategy.text("mode");
        ForeignNode inside = target.get("targets");
        PortkeyInherited own = above.inside(draft, target);
        if (inside != null && (mode == null || !MODES.contains(mode)) && isTarget(target)) {
            draft.remark(
                    inside,
                    "are never asked, for without a strategy that it has Portkey asks the provider that stands beside them:"
                            + " left out");
            inside.settle();
            inside = null;
        }
        if (inside == null) {
            String model = targets.model(target, own);
            return new PortkeyCourse(
                    model == null ? Map.of() : Map.of(model, BigDecimal.ONE), List.of(), own.retries());
        }
        if (strategy != null && strategy.get("on_status_codes", "onStatusCodes") != null) {
            draft.remark(strategy, "which failures go to the next model is built in: docs/failover.md");
            strategy.settle();
        }
        boolean isDrawn = "loadbalance".equals(mode);
        tellMode(target, mode);
        Map<ForeignNode, PortkeyCourse> courses = new LinkedHashMap<>();
        Map<ForeignNode, BigDecimal> weights = new LinkedHashMap<>();
        for (ForeignNode item : asked(mode, inside)) {
            BigDecimal weight = item.number("weight");
            if (isDrawn && weight != null && weight.signum() <= 0) {
                draft.remark(item, "has no weight: left out");
                item.settle();
                continue;
            }
            PortkeyCourse course = course(item, own);
            if (!course.isEmpty()) {
                courses.put(item, course);
                weights.put(item, weight == null ? BigDecimal.ONE : weight);
            }
        }
        Map<String, BigDecimal> front = isDrawn ? drawn(courses, weights) : first(courses);
        List<String> behind = isDrawn ? behindDrawn(inside, courses, front) : behindFirst(inside, courses, front);
        return new PortkeyCourse(front, behind, retries(target, courses.values(), isDrawn));
    }

    /** Whether it says itself whom to call. */
    private static boolean isTarget(ForeignNode target) {
        ForeignNode override = target.get("override_params", "overrideParams");
        String model = override == null ? null : override.text("model");
        return target.get("provider") != null
                || target.get("virtual_key", "virtualKey") != null
                || target.get("api_key", "apiKey") != null
                || model != null && model.startsWith("@");
    }

    private void tellMode(ForeignNode target, @Nullable String mode) {
        if (mode == null) {
            draft.remark(
                    target,
                    "has targets and no strategy, and Portkey asks none of them then: they are asked in turn here; check that it"
                            + " is meant");
        } else if (mode.equals("conditional")) {
            draft.remark(
                    target,
                    "'conditional' inside of another strategy has no counterpart: its targets are asked in turn");
        } else if (mode.equals("sample")) {
            draft.remark(
                    target,
                    "'sample' asks all targets at once and takes the first that succeeds: they are asked in turn here");
        } else if (!MODES.contains(mode)) {
            draft.remark(
                    target,
                    "'" + mode
                            + "' is no strategy of Portkey's, which asks none of its targets then: they are asked in turn"
                            + " here; check that it is meant");
        }
    }

    /** The targets that are asked at all. */
    private List<ForeignNode> asked(@Nullable String mode, ForeignNode inside) {
        List<ForeignNode> items = inside.list();
        if (!"single".equals(mode) || items.size() < 2) {
            return items;
        }
        for (ForeignNode item : items.subList(1, items.size())) {
            draft.remark(item, "is never asked, for 'single' asks the first alone: left out");
            item.settle();
        }
        return items.subList(0, 1);
    }

    /** How often the targets of a strategy are tried again, all together; null where none says it. */
    private @Nullable Integer retries(ForeignNode at, Collection<PortkeyCourse> courses, boolean isDrawn) {
        List<Integer> retries = courses.stream()
                .map(course -> course.retries() == null ? Integer.valueOf(0) : course.retries())
                .toList();
        if (courses.stream().allMatch(course -> course.retries() == null)) {
            return null;
        }
        int all = isDrawn
                ? Collections.max(retries)
                : Math.min(
                        LiteLlmTiers.MAX_ATTEMPTS,
                        retries.stream().mapToInt(Integer::intValue).sum());
        if (Set.copyOf(retries).size() > 1) {
            draft.remark(
                    at,
                    "its targets are tried again different numbers of times: a tier counts the calls of all together, with"
                            + " these " + all + " more");
        }
        return all;
    }

    private Map<String, BigDecimal> drawn(
            Map<ForeignNode, PortkeyCourse> courses, Map<ForeignNode, BigDecimal> weights) {
        Map<String, BigDecimal> front = new LinkedHashMap<>();
        courses.forEach((item, course) -> {
            BigDecimal weight = weights.getOrDefault(item, BigDecimal.ONE);
            List<String> shares = new ArrayList<>();
            course.front().forEach((model, inner) -> {
                BigDecimal share = course.front().size() == 1
                        ? weight
                        : weight.multiply(inner).divide(course.weight(), MathContext.DECIMAL64);
                shares.add("'" + model + "' " + share.stripTrailingZeros().toPlainString());
                if (front.containsKey(model)) {
                    draft.remark(item, "asks '" + model + "', as a target before it does: their weights are added");
                }
                front.merge(model, share, BigDecimal::add);
            });
            if (shares.size() > 1) {
                draft.remark(
                        item,
                        "a load balance inside of another: its models stand in the outer one, with their share of its"
                                + " weight: " + String.join(", ", shares));
            }
        });
        return front;
    }

    /** The rest of fallbacks inside of a load balance. */
    private List<String> behindDrawn(
            ForeignNode at, Map<ForeignNode, PortkeyCourse> courses, Map<String, BigDecimal> front) {
        Set<String> behind = new LinkedHashSet<>();
        courses.values().forEach(course -> behind.addAll(course.behind()));
        if (!behind.isEmpty() && front.size() > 1) {
            behind.removeAll(front.keySet());
            draft.remark(
                    at,
                    "of a fallback inside of a load balance the first model has the weight; when it fails, the other targets"
                            + " are asked by theirs" + last(behind));
        }
        behind.removeAll(front.keySet());
        return List.copyOf(behind);
    }

    private static Map<String, BigDecimal> first(Map<ForeignNode, PortkeyCourse> courses) {
        return courses.isEmpty() ? Map.of() : courses.values().iterator().next().front();
    }

    private List<String> behindFirst(
            ForeignNode at, Map<ForeignNode, PortkeyCourse> courses, Map<String, BigDecimal> front) {
        Set<String> behind = new LinkedHashSet<>();
        boolean isFirst = true;
        for (Map.Entry<ForeignNode, PortkeyCourse> one : courses.entrySet()) {
            PortkeyCourse course = one.getValue();
            for (String model : isFirst ? course.behind() : course.models()) {
                if (front.containsKey(model) || !behind.add(model)) {
                    draft.remark(one.getKey(), "asks '" + model + "' once more, which is asked before: left out");
                }
            }
            if (!isFirst && course.front().size() > 1) {
                draft.remark(
                        one.getKey(),
                        "a load balance behind other targets is asked in turn, without its weights: "
                                + String.join(", ", quoted(course.models())));
            }
            isFirst = false;
        }
        if (front.size() > 1 && courses.size() > 1) {
            draft.remark(at, "a load balance that others stand behind: it keeps its weights" + last(behind));
        }
        return List.copyOf(behind);
    }

    private static String last(Set<String> behind) {
        return behind.isEmpty()
                ? ""
                : "; behind them all, with the weight " + LAST + " each, stand "
                        + String.join(", ", quoted(behind)) + ": asked first about once in a million requests"
                        + (behind.size() > 1 ? ", and among themselves in any order" : "");
    }

    private static List<String> quoted(Iterable<String> models) {
        List<String> quoted = new ArrayList<>();
        models.forEach(model -> quoted.add("'" + model + "'"));
        return quoted;
    }
}
