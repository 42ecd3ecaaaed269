package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final int MAX_ATTEMPTS = 20;
    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    private final PolicyDraft draft;
    private final Map<String, List<Member>> groups;
    private final LiteLlmNames names;
    private final ForeignNode root;
    /** The setting that names the strategy; null if there is none. */
    private final @Nullable ForeignNode asked;

    private final String wish;
    private final List<ForeignNode> parts;
    /** Whether a tier has several deployments to choose from. */
    private boolean isAnyChosen;

    LiteLlmTiers(ForeignNode root, Map<String, List<Member>> groups, LiteLlmNames names, PolicyDraft draft) {
        this.draft = draft;
        this.groups = groups;
        this.names = names;
        this.root = root;
        this.parts = parts(root);
        ForeignNode router = root.get("router_settings");
        this.asked = router == null ? null : router.get("routing_strategy");
        String named = asked == null ? null : asked.text();
        this.wish = named == null ? SHUFFLE : named;
    }

    /** Adds a tier for each group. */
    void add() {
        Map<String, List<String>> fallbacks = new LinkedHashMap<>();
        read(fallbacks, setting(root, "fallbacks"));
        read(fallbacks, setting(root, "context_window_fallbacks"));
        ForeignNode last = setting(root, "default_fallbacks");
        List<String> always = new ArrayList<>();
        if (last != null) {
            last.list().forEach(item -> add(always, item.text()));
        }
        groups.forEach((group, members) -> {
            List<Member> behind = new ArrayList<>();
            List<String> others = new ArrayList<>(fallbacks.getOrDefault(group, List.of()));
            others.addAll(always);
            for (String name : others) {
                for (Member member : groups.getOrDefault(name, List.of())) {
                    boolean isThere = members.contains(member)
                            || behind.stream().anyMatch(one -> one.model().equals(member.model()));
                    if (!isThere) {
                        behind.add(member);
                    }
                }
            }
            add(names.of(group), members, behind);
        });
        ForeignNode content = setting(root, "content_policy_fallbacks");
        if (content != null) {
            draft.remark(content, "a refusal by a filter is told to the caller, and nobody else is asked");
            content.settle();
        }
    }

    private void read(Map<String, List<String>> fallbacks, @Nullable ForeignNode setting) {
        if (setting == null) {
            return;
        }
        for (ForeignNode item : setting.list()) {
            item.all().forEach((group, names) -> {
                List<String> behind = fallbacks.computeIfAbsent(group, any -> new ArrayList<>());
                for (ForeignNode name : names.list()) {
                    String text = name.text();
                    if (text != null && !groups.containsKey(text)) {
                        draft.remark(name, "names '" + text + "', which is no group that could be taken over");
                    }
                    add(behind, text);
                }
            });
        }
    }

    private static void add(List<String> names, @Nullable String name) {
        if (name != null && !names.contains(name)) {
            names.add(name);
        }
    }

    /**
     * Adds a tier, with a remark where its strategy is not the one that is asked for.
     *
     * @param behind asked when none of the others answers
     * @return the name that it got
     */
    String add(String wished, List<Member> members, List<Member> behind) {
        List<Member> all = new ArrayList<>();
        boolean isDrawn = members.size() > 1 && (!behind.isEmpty() || strategy().equals("weighted"));
        if (isDrawn) {
            // whatever the wish: only weights keep those behind from being asked first
            members.forEach(member ->
                    all.add(new Member(member.model(), member.weight() == null ? BigDecimal.ONE : member.weight())));
            behind.forEach(member -> all.add(new Member(member.model(), LAST)));
        } else {
            members.forEach(member -> all.add(new Member(member.model(), null)));
            behind.forEach(member -> all.add(new Member(member.model(), null)));
        }
        Integer retries = retries();
        String strategy = isDrawn ? "weighted" : members.size() == 1 ? "failover" : strategy();
        String tier = draft.tier(
                wished,
                new DraftTier(
                        all,
                        strategy,
                        timeout(),
                        retries == null ? null : Math.max(1, Math.min(MAX_ATTEMPTS, 1 + retries + behind.size()))));
        if (members.size() > 1) {
            isAnyChosen = true;
            tellStrategy(tier, strategy, behind);
        }
        return tier;
    }

    private void tellStrategy(String tier, String strategy, List<Member> behind) {
        boolean isShuffle = wish.equals(SHUFFLE);
        if (!behind.isEmpty()) {
            String last =
                    behind.stream().map(member -> "'" + member.model() + "'").collect(Collectors.joining(", "));
            draft.remark(
                    isShuffle || asked == null ? fallbacks() : asked,
                    "tier '" + tier + "' "
                            + (isShuffle ? "has" : "is 'weighted', not '" + wish + "', because of")
                            + " fallbacks behind several deployments: " + last + ", with the weight "
                            + LAST.toPlainString()
                            + ", so asked first about once in a million requests");
        } else if (asked != null && !isShuffle && !COUNTERPARTS.containsKey(wish)) {
            draft.remark(
                    asked,
                    "'" + wish + "' has no counterpart: tier '" + tier + "' is '" + strategy
                            + "', where the models with the fewest requests come first");
        }
    }

    /** The setting that names fallbacks. */
    private ForeignNode fallbacks() {
        for (String name : List.of("fallbacks", "context_window_fallbacks", "default_fallbacks")) {
            ForeignNode setting = setting(root, name);
            if (setting != null) {
                return setting;
            }
        }
        return root;
    }

    private String strategy() {
        return wish.equals(SHUFFLE) ? "weighted" : COUNTERPARTS.getOrDefault(wish, "least-busy");
    }

    /** A strategy that a policy does not have is told of even where there is nothing to choose from. Once all tiers are there. */
    void tellUnusedStrategy() {
        if (asked != null && !isAnyChosen && !wish.equals(SHUFFLE) && !COUNTERPARTS.containsKey(wish)) {
            draft.remark(asked, "'" + wish + "' has no counterpart, and needs none: no group has several deployments");
        }
    }

    private @Nullable Integer retries() {
        for (ForeignNode part : parts) {
            BigDecimal retries = part.number("num_retries");
            if (retries != null) {
                return Math.max(0, retries.min(BigDecimal.valueOf(MAX_ATTEMPTS)).intValue());
            }
        }
        return null;
    }

    private @Nullable Long timeout() {
        for (ForeignNode part : parts) {
            BigDecimal seconds = part.number("timeout");
            if (seconds == null) {
                seconds = part.number("request_timeout");
            }
            if (seconds != null && seconds.signum() > 0) {
                long millis =
                        seconds.min(BigDecimal.valueOf(3_600)).movePointRight(3).longValue();
                return Math.max(1, Math.min(MAX_TIMEOUT_MILLIS, millis));
            }
        }
        return null;
    }

    /** A setting of the router, or else the general one. */
    static @Nullable ForeignNode setting(ForeignNode root, String name) {
        for (ForeignNode part : parts(root)) {
            ForeignNode found = part.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<ForeignNode> parts(ForeignNode root) {
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
