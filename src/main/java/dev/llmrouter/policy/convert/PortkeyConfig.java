package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.DraftRule;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTask;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A config of Portkey's gateway as a policy: its targets become one tier, or, under the strategy {@code conditional}, each
 * target becomes a tier and each condition a rule.
 *
 * <p>Format: portkey.ai/docs, pages "Configs" and "Conditional routing", as of 2026-10.
 */
final class PortkeyConfig {
    private static final int MAX_ATTEMPTS = 20;

    private final PolicyDraft draft = new PolicyDraft();

    private PortkeyConfig() {}

    /** @throws IllegalArgumentException if it has no model that a policy can name */
    static PolicyDraft read(ForeignNode root) {
        PortkeyConfig config = new PortkeyConfig();
        config.convert(root);
        return config.draft;
    }

    private void convert(ForeignNode root) {
        ForeignNode strategy = root.get("strategy");
        String mode = strategy == null ? null : strategy.text("mode");
        if (strategy != null && "conditional".equals(mode)) {
            conditional(root, strategy);
        } else {
            Course course = course(root);
            if (course.members().isEmpty()) {
                throw new IllegalArgumentException(
                        "no target of the config names a model that a policy can call; see the remarks");
            }
            draft.tier("main", tier(course));
            draft.baseline("main");
        }
        root.unread().forEach(rest -> draft.remark(rest, "has no counterpart"));
    }

    /** Who is asked, in which way. */
    private record Course(
            List<Member> members,
            String strategy,
            @Nullable Long timeoutMillis,
            @Nullable Integer retries) {}

    private static DraftTier tier(Course course) {
        Integer retries = course.retries();
        int others = course.members().size() - 1;
        return new DraftTier(
                course.members(),
                course.members().size() == 1 ? "failover" : course.strategy(),
                course.timeoutMillis(),
                retries == null ? null : Math.max(1, Math.min(MAX_ATTEMPTS, 1 + retries + others)));
    }

    private Course course(ForeignNode target) {
        ForeignNode strategy = target.get("strategy");
        String mode = strategy == null ? null : strategy.text("mode");
        ForeignNode targets = target.get("targets");
        Long timeout = timeout(target);
        Integer retries = retries(target);
        if (targets == null) {
            Member leaf = leaf(target);
            return new Course(leaf == null ? List.of() : List.of(leaf), "failover", timeout, retries);
        }
        if (strategy != null && strategy.get("on_status_codes", "onStatusCodes") != null) {
            draft.remark(strategy, "which failures go to the next model is built in: docs/failover.md");
            strategy.settle();
        }
        boolean weighted = "loadbalance".equals(mode);
        if (mode != null && !weighted && !mode.equals("fallback") && !mode.equals("single")) {
            draft.remark(
                    target,
                    "'" + mode + "' inside of another strategy has no counterpart: its targets are asked in turn");
        }
        List<Member> members = new ArrayList<>();
        for (ForeignNode item : targets.list()) {
            BigDecimal weight = item.number("weight");
            if (weighted && weight != null && weight.signum() <= 0) {
                draft.remark(item, "has no weight: left out");
                item.settle();
                continue;
            }
            Course inner = course(item);
            if (item.get("targets") != null && inner.members().size() > 1) {
                draft.remark(
                        item, "a strategy inside of another has no counterpart: its models stand in the outer one");
            }
            timeout = timeout == null ? inner.timeoutMillis() : timeout;
            retries = retries == null ? inner.retries() : retries;
            for (Member member : inner.members()) {
                if (members.stream().noneMatch(known -> known.model().equals(member.model()))) {
                    members.add(new Member(member.model(), weighted ? weight == null ? BigDecimal.ONE : weight : null));
                }
            }
        }
        return new Course(members, weighted ? "weighted" : "failover", timeout, retries);
    }

    private static @Nullable Long timeout(ForeignNode target) {
        BigDecimal millis = target.number("request_timeout");
        return millis == null || millis.signum() <= 0
                ? null
                : millis.min(BigDecimal.valueOf(3_600_000)).longValue();
    }

    private @Nullable Integer retries(ForeignNode target) {
        ForeignNode retry = target.get("retry");
        BigDecimal attempts = retry == null ? null : retry.number("attempts");
        if (retry != null && retry.get("on_status_codes", "onStatusCodes") != null) {
            draft.remark(retry, "which failures are tried again is built in: docs/failover.md");
            retry.settle();
        }
        return attempts == null ? null : Math.max(0, Math.min(MAX_ATTEMPTS, attempts.intValue()));
    }

    private @Nullable Member leaf(ForeignNode target) {
        ForeignNode override = target.get("override_params", "overrideParams");
        String model = override == null ? null : override.text("model");
        String named = target.text("provider");
        ForeignNode virtual = target.get("virtual_key", "virtualKey");
        if (virtual != null) {
            draft.remark(
                    virtual,
                    "a virtual key is known to Portkey only: the provider's own key is read from the environment");
            virtual.settle();
        }
        if (model != null && model.startsWith("@")) {
            int slash = model.indexOf('/');
            named = slash < 0 ? named : model.substring(0, slash);
            model = slash < 0 ? null : model.substring(slash + 1);
        }
        if (model == null) {
            draft.remark(
                    target, "names no model (override_params.model): add the models that your callers name, by hand");
            target.settle();
            return null;
        }
        KnownProvider known =
                named == null ? null : KnownProvider.of(named.startsWith("@") ? named.substring(1) : named);
        if (known == null) {
            known = KnownProvider.ofModel(model);
        }
        if (known == null) {
            draft.remark(
                    target, "its provider is called in a way of its own: give it a Camel endpoint (endpoint:) by hand");
            target.settle();
            return null;
        }
        String provider = DraftDeployment.provider(
                draft,
                target,
                known,
                model,
                target.get("api_key", "apiKey"),
                target.get("custom_host", "customHost"),
                Map.of(),
                Map.of());
        if (provider == null) {
            target.settle();
            return null;
        }
        draft.remark(
                target,
                "says nothing of prices and of what it can do: assumed are "
                        + String.join(", ", DraftDeployment.usual(known)));
        DraftModel drafted =
                new DraftModel(provider, model, null, null, DraftDeployment.usual(known), null, null, null, null, null);
        for (Map.Entry<String, DraftModel> one : draft.models().entrySet()) {
            if (one.getValue().equals(drafted)) {
                return new Member(one.getKey(), null);
            }
        }
        return new Member(draft.model(model, drafted), null);
    }

    private void conditional(ForeignNode root, ForeignNode strategy) {
        Map<String, String> tiers = new LinkedHashMap<>();
        ForeignNode targets = root.get("targets");
        if (targets != null) {
            for (ForeignNode target : targets.list()) {
                String name = target.text("name");
                Course course = course(target);
                if (name == null || course.members().isEmpty()) {
                    draft.remark(target, "has no name, or no model that a policy can call: left out");
                    continue;
                }
                String tier = draft.tier(name, tier(course));
                if (!tier.equals(name)) {
                    draft.remark(
                            target,
                            "the name '" + name + "' is taken, or none for a policy: its tier is '" + tier + "'");
                }
                tiers.put(name, tier);
            }
        }
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException(
                    "no target of the config names a model that a policy can call; see the remarks");
        }
        ForeignNode otherwise = strategy.get("default");
        String named = otherwise == null ? null : otherwise.text();
        String baseline = named == null ? null : tiers.get(named);
        if (baseline == null) {
            baseline = tiers.values().iterator().next();
            draft.remark(strategy, "has no default that could be taken over: the baseline is '" + baseline + "'");
        }
        draft.baseline(baseline);
        ForeignNode conditions = strategy.get("conditions");
        if (conditions != null) {
            conditions.list().forEach(condition -> condition(condition, tiers));
        }
    }

    private void condition(ForeignNode condition, Map<String, String> tiers) {
        String then = condition.text("then");
        String tier = then == null ? null : tiers.get(then);
        ForeignNode query = condition.get("query");
        if (then == null || tier == null || query == null) {
            draft.remark(condition, "leads to no target that could be taken over: left out");
            condition.settle();
            return;
        }
        List<Map<String, String>> cases = cases(query);
        condition.settle();
        if (cases.isEmpty()) {
            return;
        }
        String task = draft.task(then, new DraftTask(tier, "Requests that the condition of " + then + " fits"));
        cases.forEach(metadata -> draft.rule(new DraftRule(then, metadata, List.of(), task)));
    }

    /** The metadata of which any suffices; none where the query cannot be said so, which is then remarked. */
    private List<Map<String, String>> cases(ForeignNode query) {
        List<Map<String, String>> cases = List.of(Map.of());
        for (Map.Entry<String, ForeignNode> part : query.all().entrySet()) {
            List<Map<String, String>> more = switch (part.getKey()) {
                case "$or" -> any(part.getValue());
                case "$and" -> every(part.getValue());
                default -> one(part.getKey(), part.getValue());
            };
            if (more.isEmpty()) {
                return List.of();
            }
            cases = product(cases, more);
        }
        return cases.size() == 1 && cases.get(0).isEmpty() ? List.of() : cases;
    }

    private List<Map<String, String>> any(ForeignNode queries) {
        List<Map<String, String>> all = new ArrayList<>();
        queries.list().forEach(query -> all.addAll(cases(query)));
        return all;
    }

    private List<Map<String, String>> every(ForeignNode queries) {
        List<Map<String, String>> all = List.of(Map.of());
        for (ForeignNode query : queries.list()) {
            List<Map<String, String>> more = cases(query);
            if (more.isEmpty()) {
                return List.of();
            }
            all = product(all, more);
        }
        return all;
    }

    private static List<Map<String, String>> product(List<Map<String, String>> these, List<Map<String, String>> those) {
        List<Map<String, String>> all = new ArrayList<>();
        for (Map<String, String> one : these) {
            for (Map<String, String> other : those) {
                Map<String, String> both = new LinkedHashMap<>(one);
                boolean agree = other.entrySet().stream()
                        .allMatch(
                                entry -> entry.getValue().equals(both.getOrDefault(entry.getKey(), entry.getValue())));
                if (agree && all.size() < 1_000) {
                    both.putAll(other);
                    all.add(both);
                }
            }
        }
        return all;
    }

    private List<Map<String, String>> one(String field, ForeignNode test) {
        if (field.equals("params.model")) {
            draft.remark(test, "a model that callers name is no condition: let them say model: tier:NAME, or auto");
            return List.of();
        }
        String key = field.startsWith("metadata.") ? field.substring("metadata.".length()) : null;
        String plain = test.text();
        List<String> values = new ArrayList<>();
        if (plain != null) {
            values.add(plain);
        } else {
            test.all().forEach((operator, value) -> {
                if (operator.toLowerCase(Locale.ROOT).equals("$eq") && value.text() != null) {
                    values.add(String.valueOf(value.text()));
                } else if (operator.equals("$in")) {
                    value.list().forEach(item -> values.add(String.valueOf(item.text())));
                } else {
                    values.clear();
                }
            });
        }
        if (key == null
                || values.isEmpty()
                || values.stream().anyMatch(value -> value.endsWith("*") || value.contains("{{"))) {
            draft.remark(test, "this condition has no counterpart: a rule by jsonpath or simple, by hand, may say it");
            return List.of();
        }
        List<Map<String, String>> cases = new ArrayList<>();
        values.forEach(value -> cases.add(Map.of(key, value)));
        return cases;
    }
}
