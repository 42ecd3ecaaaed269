package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.DraftRule;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTask;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file of LiteLLM's proxy as a policy: each group of deployments of one {@code model_name} becomes a tier,
 * with the groups that it falls back to behind it.
 *
 * <p>Format: docs.litellm.ai, pages "Config.yaml" and "Router settings", as of 2026-10-13.
 */
final class LiteLlmConfig {
    /** Settings that either part may have. */
    private static final List<String> OF_BOTH = List.of(
            "fallbacks",
            "context_window_fallbacks",
            "content_policy_fallbacks",
            "default_fallbacks",
            "max_fallbacks",
            "num_retries",
            "retry_policy",
            "model_group_alias",
            "allowed_fails",
            "allowed_fails_policy",
            "cooldown_time");

    /** Those of which the other part's counts where the router's is no number. */
    private static final Set<String> COUNTS = Set.of("num_retries", "max_fallbacks");

    private final PolicyDraft draft;
    private final ForeignNode root;
    private final ForeignNode list;
    private final LiteLlmNames names;
    private final LiteLlmDeployments deployments;
    private final LiteLlmTiers tiers;
    /** The tier of requests without a tag; null while there is none. */
    private @Nullable String tagDefault;

    private LiteLlmConfig(ForeignNode root, ForeignNode list, PolicyDraft draft) {
        this.root = root;
        this.list = list;
        this.draft = draft;
        this.names = LiteLlmNames.of(list, LiteLlmTiers.setting(root, LiteLlmTiers.ALIASES));
        this.deployments = LiteLlmDeployments.of(root, list, names, draft);
        this.tiers = new LiteLlmTiers(root, list, deployments, names, draft);
    }

    /**
     * @param draft takes the policy, and the remarks
     * @throws IllegalArgumentException if it has no model that a policy can name
     */
    static void read(ForeignNode root, PolicyDraft draft) {
        ForeignNode list = root.get("model_list");
        ForeignNode included = root.get("include");
        if (list == null) {
            throw new IllegalArgumentException(
                    included == null
                            ? "there is no model_list: is this the configuration of LiteLLM's proxy?"
                            : "there is no model_list, and included files are not read (" + names(included)
                                    + "): write all that they have into one file");
        }
        if (included != null) {
            draft.remark(
                    included,
                    "included files are not read (" + names(included)
                            + "): if they have deployments or settings, write these into this file, and convert again");
            included.settle();
        }
        new LiteLlmConfig(root, list, draft).read();
    }

    private static String names(ForeignNode included) {
        return included.list().stream()
                .map(file -> Objects.requireNonNullElse(file.text(), "?"))
                .collect(Collectors.joining(", "));
    }

    private void read() {
        if (deployments.groups().isEmpty()) {
            throw new IllegalArgumentException("no model of the model_list can be called by a policy; see the remarks");
        }
        LiteLlmTimeouts.addGeneral(draft, LiteLlmTiers.parts(root));
        tiers.add();
        tags();
        tiers.tellUnusedStrategy();
        baseline();
        general();
        root.unread().forEach(rest -> draft.remark(rest, "has no counterpart"));
    }

    private void tags() {
        if (deployments.tagged().isEmpty()) {
            return;
        }
        if (!deployments.isFiltered()) {
            draft.remark(
                    list, "tags of deployments say nothing while router_settings.enable_tag_filtering is not true");
            return;
        }
        deployments.tagged().forEach((tag, members) -> {
            String tier = tag(tag, members);
            if (tag.equals(LiteLlmDeployments.DEFAULT) && !members.stream().allMatch(this::isEmbedding)) {
                tagDefault = tier;
            } else if (tag.contains(",")) {
                draft.remark(
                        list,
                        "the tag '" + tag
                                + "' has no rule, for a comma parts the tags of the header x-llm-tags: callers"
                                + " must send 'tier:" + tier + "'");
            } else {
                String task = draft.task(tag, new DraftTask(tier, "Requests with the tag " + tag));
                draft.rule(new DraftRule("tag-" + tag, Map.of(), List.of(tag), task));
                draft.remark(
                        list, "requests with the tag '" + tag + "' are the task '" + task + "' (header x-llm-tags)");
            }
        });
    }

    /** The tier of a tag. Where it is on several groups, of which a caller named one, each has a tier of its own as well. */
    private String tag(String tag, List<Member> members) {
        Map<String, List<Member>> groups = new LinkedHashMap<>();
        Map<String, List<Member>> embedding = new LinkedHashMap<>();
        Set<String> standby = new HashSet<>();
        deployments.all().forEach((group, all) -> {
            List<Member> those = all.stream().filter(members::contains).toList();
            if (!those.isEmpty()) {
                Map<String, List<Member>> alike = those.stream().anyMatch(this::isEmbedding) ? embedding : groups;
                alike.put(group, deployments.weighed(those));
                standby.addAll(models(those));
                standby.removeAll(models(deployments.orders().front(those)));
            }
        });
        String wished = "tag-" + tag;
        Map<String, List<Member>> main = groups.isEmpty() ? embedding : groups;
        List<Member> all = main.values().stream().flatMap(List::stream).toList();
        if (!groups.isEmpty()) {
            tiers.tellWithoutFallbacks(tag, groups.keySet());
        }
        String tier = groups.size() > 1
                ? tiers.addInTurn(
                        wished,
                        all.stream()
                                .sorted(Comparator.comparing((Member member) -> standby.contains(member.model()))
                                        .thenComparing(
                                                draft::price,
                                                Comparator.nullsLast(Comparator.<BigDecimal>reverseOrder())))
                                .toList())
                : tiers.add(wished, all, List.of());
        if (main.size() == 1) {
            main.forEach((group, those) -> tellTag(tag, group, those, tier));
        } else {
            ofGroups(tag, tier, main);
        }
        if (!groups.isEmpty() && !embedding.isEmpty()) {
            ofEmbeddings(tag, tier, embedding);
        }
        return tier;
    }

    private void ofGroups(String tag, String tier, Map<String, List<Member>> groups) {
        List<String> single = new ArrayList<>();
        groups.forEach((group, those) -> {
            String own = tiers.add(tier + "/" + names.of(group), those, List.of());
            single.add("'tier:" + own + "'");
            tellTag(tag, group, those, own);
        });
        draft.remark(
                list,
                "the tag '" + tag
                        + "' is on several groups, of which callers named one by its model: 'auto' asks them in"
                        + " turn, the dearest first; for one alone send " + String.join(", ", single));
    }

    private void ofEmbeddings(String tag, String tier, Map<String, List<Member>> embedding) {
        List<String> single = new ArrayList<>();
        embedding.forEach((group, those) -> {
            if (isWhole(group, those)) {
                single.add("'tier:" + names.of(group) + "'");
            } else {
                String own = tiers.add(tier + "/" + names.of(group), those, List.of());
                single.add("'tier:" + own + "'");
                tellTag(tag, group, those, own);
            }
        });
        draft.remark(
                list,
                "embeddings with the tag '" + tag + "' are in the tier of their group alone: send "
                        + String.join(", ", single));
    }

    /** Whether these are all that the tier of their group has. */
    private boolean isWhole(String group, List<Member> those) {
        return models(deployments.groups().getOrDefault(group, List.of())).equals(models(those));
    }

    private static Set<String> models(List<Member> members) {
        return members.stream().map(Member::model).collect(Collectors.toSet());
    }

    /** Says what callers with a tag send, where the tier of the group that they name is not for them alone. */
    private void tellTag(String tag, String group, List<Member> those, String tier) {
        if (!isWhole(group, those)) {
            draft.remark(
                    list,
                    "'tier:" + names.of(group) + "' and the model '" + names.of(group)
                            + "' do not look at tags: callers with the tag '" + tag + "' that named '" + group
                            + "' must send 'tier:" + tier + "'");
        }
    }

    private boolean isEmbedding(Member member) {
        DraftModel model = draft.models().get(member.model());
        return model != null && LiteLlmFallbacks.isEmbedding(model);
    }

    /** The dearest tier of those whose prices are known, for it is what quality is measured against; else the first. */
    private void baseline() {
        String dearest = tagDefault;
        BigDecimal most = BigDecimal.valueOf(-1);
        List<String> unpriced = new ArrayList<>();
        if (dearest == null) {
            for (Map.Entry<String, DraftTier> tier : draft.tiers().entrySet()) {
                DraftModel first =
                        draft.models().get(tier.getValue().models().get(0).model());
                if (first == null || first.capabilities().contains("embeddings")) {
                    continue;
                }
                if (!first.isPriced()) {
                    unpriced.add("'" + tier.getKey() + "'");
                }
                BigDecimal stated = draft.price(tier.getValue().models().get(0));
                BigDecimal price = stated == null ? BigDecimal.ZERO : stated;
                if (price.compareTo(most) > 0) {
                    most = price;
                    dearest = tier.getKey();
                }
            }
        }
        if (dearest == null) {
            throw new IllegalArgumentException("there is no model for chat: a policy needs a baseline tier");
        }
        draft.baseline(dearest);
        if (tagDefault == null && !unpriced.isEmpty()) {
            draft.remark(
                    list,
                    "the baseline was taken for the price of its tokens, and the prices of "
                            + String.join(", ", unpriced)
                            + " are not known, or not all of them: if one of these is your best, write it as baseline");
        }
        draft.remark(
                list,
                "callers say model: tier:GROUP for a group of deployments, or auto; what 'auto' does not recognise goes to the"
                        + " baseline, for which '" + dearest + "' was taken: check that it is your best");
    }

    private void general() {
        ForeignNode general = root.get("general_settings");
        ForeignNode master = general == null ? null : general.get("master_key");
        if (master != null) {
            draft.remark(master, "callers' keys are not taken over: make one for each caller with the command 'key'");
        }
        ForeignNode environment = root.get("environment_variables");
        if (environment != null) {
            draft.remark(environment, "set them in the environment of the gateway");
            environment.settle();
        }
        ForeignNode retries = LiteLlmTiers.setting(root, "retry_policy");
        if (retries != null) {
            draft.remark(
                    retries,
                    "how often each kind of failure is tried again is built in (docs/failover.md); a tier has maxAttempts for"
                            + " all of them together");
            retries.settle();
        }
        tellBoth();
        for (String name : List.of("allowed_fails", "cooldown_time", "allowed_fails_policy")) {
            ForeignNode setting = LiteLlmTiers.setting(root, name);
            if (setting != null) {
                draft.remark(setting, "how long a failing model rests is built in, and by provider under 'breaker'");
                setting.settle();
            }
        }
    }

    private static @Nullable ForeignNode stated(ForeignNode part, String name) {
        ForeignNode setting = part.names().contains(name) ? part.get(name) : null;
        return setting == null || setting.hasNoParts() ? null : setting;
    }

    /** Of a setting that stands in both parts, the router's counts; an empty one is as none. */
    private void tellBoth() {
        ForeignNode router = root.get("router_settings");
        ForeignNode other = root.get("litellm_settings");
        if (router == null || other == null) {
            return;
        }
        for (String name : OF_BOTH) {
            ForeignNode above = stated(router, name);
            ForeignNode below = stated(other, name);
            boolean isCounted = above != null && (!COUNTS.contains(name) || above.isNumberOrTruth());
            if (above != null && below != null && isCounted) {
                draft.remark(below, "is not taken over: " + above.path() + " stands above it");
                below.settle();
            }
        }
    }
}
