package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Groups of deployments as tiers, with those that they fall back to behind them, by LiteLLM's two parts of settings. */
final class LiteLlmTiers {
    /** Drawn first about once in a million requests: behind all others, under a strategy that draws. */
    static final BigDecimal LAST = new BigDecimal("0.000001");

    /** Strategies of LiteLLM that a policy has too, by LiteLLM's name. */
    private static final Map<String, String> COUNTERPARTS = Map.of(
            "least-busy", "least-busy", "latency-based-routing", "least-latency", "cost-based-routing", "least-cost");

    /** LiteLLM's default: a draw by weight. */
    private static final String SHUFFLE = "simple-shuffle";

    /** The most that a policy may have. */
    static final int MAX_ATTEMPTS = 20;
    /** What a policy has that says nothing. */
    static final int USUAL_ATTEMPTS = 4;

    static final String ALIASES = "model_group_alias";

    private final PolicyDraft draft;
    private final LiteLlmOrders orders;
    private final Map<String, List<Member>> groups;
    private final LiteLlmNames names;
    private final Map<String, String> aliases;
    private final LiteLlmFallbacks fallbacks;
    private final ForeignNode root;
    private final ForeignNode list;
    /** The setting that names the strategy; null if there is none. */
    private final @Nullable ForeignNode asked;

    private final String wish;
    private final List<ForeignNode> parts;
    /** Whether a tier has several deployments to choose from. */
    private boolean isAnyChosen;

    /** @param list the {@code model_list} */
    LiteLlmTiers(
            ForeignNode root, ForeignNode list, LiteLlmDeployments deployments, LiteLlmNames names, PolicyDraft draft) {
        this.draft = draft;
        this.orders = deployments.orders();
        this.list = list;
        this.groups = deployments.groups();
        this.names = names;
        this.root = root;
        this.parts = parts(root);
        this.aliases = aliases(root, groups);
        this.fallbacks = new LiteLlmFallbacks(root, groups, aliases, draft);
        ForeignNode router = root.get("router_settings");
        this.asked = router == null ? null : router.get("routing_strategy");
        String named = asked == null ? null : asked.text();
        this.wish = named == null ? SHUFFLE : named;
    }

    /** Adds a tier for each group, and for each alias. */
    void add() {
        groups.forEach((group, members) -> {
            String tier = add(names.of(group), members, behind(group, members));
            int models =
                    Objects.requireNonNull(draft.tiers().get(tier)).models().size();
            if (models > 1 && tier.equals(group)) {
                draft.remark(
                        list,
                        "callers that send '" + group + "' get that model alone, none of the others of its tier: write"
                                + " 'tier:" + group + "' instead");
            }
        });
        ForeignNode content = setting(root, "content_policy_fallbacks");
        if (content != null) {
            draft.remark(content, "a refusal by a filter is told to the caller, and nobody else is asked");
            content.settle();
        }
        ForeignNode named = setting(root, ALIASES);
        if (named != null) {
            named.all().forEach(this::alias);
        }
    }

    private void alias(String alias, ForeignNode target) {
        String group = aliases.get(alias);
        DraftTier tier = group == null ? null : draft.tiers().get(names.of(group));
        if (group == null || tier == null) {
            draft.remark(target, "the alias names no group that could be taken over, or is one itself");
        } else {
            if (fallbacks.has(alias)) {
                List<Member> members = groups.getOrDefault(group, List.of());
                add(names.of(alias), members, behind(alias, members));
            } else {
                draft.tier(names.of(alias), tier);
            }
            names.tell(draft, target, alias);
            if (names.of(alias).equals(alias)) {
                draft.remark(
                        target,
                        "an alias is a tier, and no model has its name: callers that send '" + alias + "' write 'tier:"
                                + alias + "' instead");
            }
        }
        target.settle();
    }

    /** The group of each alias that could be taken over, and is no group itself. */
    private static Map<String, String> aliases(ForeignNode root, Map<String, List<Member>> groups) {
        Map<String, String> aliases = new LinkedHashMap<>();
        ForeignNode named = setting(root, ALIASES);
        if (named != null) {
            named.all().forEach((alias, target) -> {
                String plain = target.text();
                String group = plain == null ? target.text("model") : plain;
                if (group != null && groups.containsKey(group) && !groups.containsKey(alias)) {
                    aliases.put(alias, group);
                }
            });
        }
        return aliases;
    }

    /** The models of the groups that are asked after this one, without its own. */
    private List<Member> behind(String name, List<Member> members) {
        List<Member> behind = new ArrayList<>();
        for (String group : fallbacks.behind(name)) {
            for (Member member : groups.getOrDefault(group, List.of())) {
                boolean isThere = members.contains(member)
                        || behind.stream().anyMatch(one -> one.model().equals(member.model()));
                if (!isThere) {
                    behind.add(member);
                }
            }
        }
        return behind;
    }

    /** Says so where these groups have fallbacks, for the tier of a tag has none. */
    void tellWithoutFallbacks(String tag, Collection<String> those) {
        String lost = those.stream()
                .filter(group -> !fallbacks.behind(group).isEmpty())
                .map(group -> "'" + group + "'")
                .collect(Collectors.joining(", "));
        if (!lost.isEmpty()) {
            draft.remark(
                    list,
                    "requests with the tag '" + tag + "' are not passed on to the fallbacks of " + lost
                            + ": add those that may serve them to the tag's tier by hand");
        }
    }

    /**
     * Adds a tier whose models are asked in turn.
     *
     * @return the name that it got
     */
    String addInTurn(String wished, List<Member> members) {
        List<Member> all =
                members.stream().map(member -> new Member(member.model(), null)).toList();
        String tier = draft.tier(wished, new DraftTier(all, "failover", maxAttempts(1, all.size() - 1)));
        tellTooMany(draft, list, tier, all.size());
        return tier;
    }

    /**
     * Adds a tier, with a remark where its strategy is not the one that is asked for.
     *
     * @param members of a group; those of a higher order stand behind the others
     * @param fallbacks asked when none of the others answers
     * @return the name that it got
     */
    String add(String wished, List<Member> members, List<Member> fallbacks) {
        List<Member> front = orders.front(members);
        List<Member> behind = new ArrayList<>(members);
        behind.removeAll(front);
        boolean isOfOrder = !behind.isEmpty();
        behind.addAll(fallbacks);
        List<Member> all = new ArrayList<>();
        boolean isDrawn = front.size() > 1 && (!behind.isEmpty() || strategy().equals("weighted"));
        if (isDrawn) {
            // whatever the wish: only weights keep those behind from being asked first
            front.forEach(member ->
                    all.add(new Member(member.model(), member.weight() == null ? BigDecimal.ONE : member.weight())));
            behind.forEach(member -> all.add(new Member(member.model(), LAST)));
        } else {
            front.forEach(member -> all.add(new Member(member.model(), null)));
            behind.forEach(member -> all.add(new Member(member.model(), null)));
        }
        String strategy = isDrawn ? "weighted" : front.size() == 1 ? "failover" : strategy();
        String tier = draft.tier(wished, new DraftTier(all, strategy, maxAttempts(front.size(), behind.size())));
        tellTooMany(draft, list, tier, all.size());
        if (front.size() > 1) {
            isAnyChosen = true;
            tellStrategy(
                    tier,
                    strategy,
                    behind,
                    fallbacks.isEmpty() ? "deployments of a higher order" : isOfOrder ? "others" : "fallbacks");
        }
        return tier;
    }

    /** Says so where a tier has more models than one request may ask. */
    static void tellTooMany(PolicyDraft draft, ForeignNode at, String tier, int models) {
        if (models > MAX_ATTEMPTS) {
            draft.remark(
                    at,
                    "tier '" + tier + "' has " + models + " models, and a request asks " + MAX_ATTEMPTS
                            + " of them at most: the last are asked where others rest");
        }
    }

    private void tellStrategy(String tier, String strategy, List<Member> behind, String cause) {
        boolean isShuffle = wish.equals(SHUFFLE);
        if (!behind.isEmpty()) {
            String last =
                    behind.stream().map(member -> "'" + member.model() + "'").collect(Collectors.joining(", "));
            ForeignNode at = cause.equals("deployments of a higher order") ? list : fallbacks.setting();
            draft.remark(
                    isShuffle || asked == null ? at : asked,
                    "tier '" + tier + "' "
                            + (isShuffle ? "has" : "is 'weighted', not '" + wish + "', because of")
                            + " " + cause + " behind several deployments: " + last + ", with the weight "
                            + LAST.toPlainString()
                            + (behind.size() > 1 ? " each" : "")
                            + ", so asked first about once in a million requests"
                            + (behind.size() > 1
                                    ? ", and among themselves in any order, whatever their order or list says"
                                    : ""));
        } else if (asked != null && !isShuffle && !COUNTERPARTS.containsKey(wish)) {
            draft.remark(
                    asked,
                    "'" + wish + "' has no counterpart: tier '" + tier + "' is '" + strategy
                            + "', where the models with the fewest requests come first");
        }
    }

    private String strategy() {
        return wish.equals(SHUFFLE) ? "weighted" : COUNTERPARTS.getOrDefault(wish, "least-busy");
    }

    /** A strategy that a policy does not have is told of even where there is nothing to choose from. Once all tiers are there. */
    void tellUnusedStrategy() {
        if (asked != null && !isAnyChosen && !wish.equals(SHUFFLE) && !COUNTERPARTS.containsKey(wish)) {
            boolean isAnySeveral = groups.values().stream().anyMatch(members -> members.size() > 1);
            draft.remark(
                    asked,
                    "'" + wish + "' has no counterpart, and needs none: no group has several deployments"
                            + (isAnySeveral ? " of the same, lowest order" : ""));
        }
    }

    private @Nullable Integer retries() {
        for (ForeignNode part : parts) {
            BigDecimal retries = part.number("num_retries");
            ForeignNode setting = part.get("num_retries");
            if (retries == null && setting != null) {
                draft.remark(setting, "is no number: not taken over; write maxAttempts by hand");
            }
            if (retries != null && setting != null) {
                if (retries.compareTo(BigDecimal.valueOf(MAX_ATTEMPTS)) >= 0) {
                    draft.remark(
                            setting,
                            "is more than a policy may have: " + MAX_ATTEMPTS
                                    + " calls of one request, the first included");
                }
                return Math.max(0, retries.min(BigDecimal.valueOf(MAX_ATTEMPTS)).intValue());
            }
        }
        return null;
    }

    /** Null for the default, which is {@value #USUAL_ATTEMPTS}. Those behind are reached, however few retries there are. */
    private @Nullable Integer maxAttempts(int members, int behind) {
        Integer retries = retries();
        int all = members + behind;
        if (retries == null) {
            return all > USUAL_ATTEMPTS ? Math.min(MAX_ATTEMPTS, all) : null;
        }
        int needed = behind == 0 ? 1 : all;
        return Math.min(MAX_ATTEMPTS, Math.max(needed, 1 + retries + behind));
    }

    /** A setting of the router, or else the general one; a list or mapping without anything in it is as none, as LiteLLM has it. */
    static @Nullable ForeignNode setting(ForeignNode root, String name) {
        for (ForeignNode part : parts(root)) {
            ForeignNode found = part.get(name);
            if (found != null && !found.hasNoParts()) {
                return found;
            }
        }
        return null;
    }

    /** Both parts of settings that are there, the router's first. */
    static List<ForeignNode> parts(ForeignNode root) {
        List<ForeignNode> parts = new ArrayList<>();
        for (String name : List.of("router_settings", "litellm_settings")) {
            ForeignNode part = root.get(name);
            if (part != null) {
                parts.add(part);
            }
        }
        return parts;
    }
}
