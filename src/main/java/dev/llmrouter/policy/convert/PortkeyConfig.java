package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftRule;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTask;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A config of Portkey's gateway as a policy: its targets become one tier, or, under the strategy {@code conditional}, each
 * target becomes a tier and each condition a rule.
 *
 * <p>Format: portkey.ai/docs, pages "Configs" and "Conditional routing", as of 2026-10.
 */
final class PortkeyConfig {
    private final PolicyDraft draft;
    private final PortkeyStrategies strategies;
    private final PortkeyStrategies parted;

    private PortkeyConfig(PolicyDraft draft) {
        this.draft = draft;
        this.strategies = new PortkeyStrategies(draft, false);
        this.parted = new PortkeyStrategies(draft, true);
    }

    /**
     * @param draft takes the policy, and the remarks
     * @throws IllegalArgumentException if it has no model that a policy can name
     */
    static void read(ForeignNode root, PolicyDraft draft) {
        ForeignNode strategy = root.get("strategy");
        boolean isConditional = strategy != null && "conditional".equals(strategy.text("mode"));
        new PortkeyConfig(draft).convert(root, isConditional ? strategy : null);
    }

    /** @param strategy null unless it is conditional */
    private void convert(ForeignNode root, @Nullable ForeignNode strategy) {
        if (strategy != null) {
            conditional(root, strategy);
        } else {
            PortkeyCourse course = strategies.course(root, PortkeyInherited.NOTHING);
            if (course.isEmpty()) {
                throw nothing();
            }
            draft.tier("main", course.tier());
            LiteLlmTiers.tellTooMany(draft, root, "main", course.models().size());
            draft.baseline("main");
        }
        root.unread().forEach(rest -> draft.remark(rest, "has no counterpart"));
    }

    private static IllegalArgumentException nothing() {
        return new IllegalArgumentException(
                "no target of the config names a model that a policy can call; see the remarks");
    }

    private void conditional(ForeignNode root, ForeignNode strategy) {
        Map<String, String> tiers =
                tiers(root.get("targets"), partedTargets(strategy), PortkeyInherited.NOTHING.inside(draft, root));
        if (tiers.isEmpty()) {
            throw nothing();
        }
        String named = strategy.text("default");
        String baseline = named == null ? null : tiers.get(named);
        if (baseline == null) {
            baseline = tiers.values().iterator().next();
            draft.remark(strategy, "has no default that could be taken over: the baseline is '" + baseline + "'");
        }
        draft.baseline(baseline);
        tellBaseline(strategy, baseline, tiers.values());
        ForeignNode conditions = strategy.get("conditions");
        if (conditions != null) {
            conditions.list().forEach(condition -> condition(condition, tiers));
            if (!draft.rules().isEmpty()) {
                draft.remark(
                        conditions,
                        "read metadata from the header x-portkey-metadata, and the rules from the request's body"
                                + " (\"metadata\": {...}): callers must write it there, or all go to the baseline");
            }
        }
    }

    private void tellBaseline(ForeignNode strategy, String baseline, Collection<String> tiers) {
        String others = tiers.stream()
                .filter(tier -> !tier.equals(baseline))
                .map(tier -> "'" + tier + "'")
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            draft.remark(
                    strategy,
                    "the baseline, which quality is measured against, is '" + baseline
                            + "', as requests go there that no condition fits; no price is known, of " + others
                            + " neither: if one of these is your best, write it as baseline");
        }
    }

    /** The targets that conditions on metadata lead to, but for the one that all others go to. */
    private static Set<String> partedTargets(ForeignNode strategy) {
        Set<String> parted = new HashSet<>();
        ForeignNode conditions = strategy.get("conditions");
        for (ForeignNode condition : conditions == null ? List.<ForeignNode>of() : conditions.list()) {
            ForeignNode query = condition.get("query");
            String then = condition.text("then");
            if (then != null && query != null && PortkeyConditions.isOnMetadata(query)) {
                parted.add(then);
            }
        }
        parted.remove(String.valueOf(strategy.text("default")));
        return parted;
    }

    /** The tier of each target, by the target's name. */
    private Map<String, String> tiers(
            @Nullable ForeignNode targets, Set<String> partedTargets, PortkeyInherited above) {
        Map<String, String> tiers = new LinkedHashMap<>();
        if (targets == null) {
            return tiers;
        }
        for (ForeignNode target : targets.list()) {
            String name = target.text("name");
            if (name != null) {
                DraftDeployment.plain(target, name); // it becomes part of a description
            }
            PortkeyCourse course = (partedTargets.contains(name) ? parted : strategies).course(target, above);
            if (name == null || course.isEmpty()) {
                draft.remark(target, "has no name, or no model that a policy can call: left out");
                continue;
            }
            String tier = draft.tier(name, course.tier());
            if (!tier.equals(name)) {
                draft.remark(
                        target, "the name '" + name + "' is taken, or none for a policy: its tier is '" + tier + "'");
            }
            LiteLlmTiers.tellTooMany(draft, target, tier, course.models().size());
            tiers.put(name, tier);
        }
        return tiers;
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
        List<Map<String, String>> cases = new PortkeyConditions(draft).cases(query);
        condition.settle();
        if (cases.isEmpty()) {
            return;
        }
        String task = draft.task(then, new DraftTask(tier, "Requests that the condition of " + then + " fits"));
        cases.forEach(metadata -> draft.rule(new DraftRule(then, metadata, List.of(), task)));
    }
}
