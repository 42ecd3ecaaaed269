package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Groups of deployments as tiers, with those that they fall back to behind them, by LiteLLM's two parts of settings. */
final class LiteLlmTiers {
    /** Drawn first about once in a million requests: behind all others, under a strategy that draws. */
    static final BigDecimal LAST = new BigDecimal("0.000001");

    private static final int MAX_ATTEMPTS = 20;
    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    private final PolicyDraft draft;
    private final Map<String, List<Member>> groups;
    private final LiteLlmNames names;
    private final @Nullable ForeignNode router;
    private final ForeignNode root;
    private final List<ForeignNode> parts;

    LiteLlmTiers(ForeignNode root, Map<String, List<Member>> groups, LiteLlmNames names, PolicyDraft draft) {
        this.draft = draft;
        this.groups = groups;
        this.names = names;
        this.root = root;
        this.parts = parts(root);
        this.router = root.get("router_settings");
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
            draft.tier(names.of(group), tier(members, behind));
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

    /** @param behind asked when none of the others answers */
    DraftTier tier(List<Member> members, List<Member> behind) {
        String wished = strategy();
        List<Member> all = new ArrayList<>();
        String strategy;
        if (members.size() == 1) {
            strategy = "failover";
            members.forEach(member -> all.add(new Member(member.model(), null)));
            behind.forEach(member -> all.add(new Member(member.model(), null)));
        } else if (behind.isEmpty() && !wished.equals("weighted")) {
            strategy = wished;
            members.forEach(member -> all.add(new Member(member.model(), null)));
        } else {
            // whatever the wish: only weights keep those behind from being asked first
            strategy = "weighted";
            members.forEach(member ->
                    all.add(new Member(member.model(), member.weight() == null ? BigDecimal.ONE : member.weight())));
            behind.forEach(member -> all.add(new Member(member.model(), LAST)));
        }
        Integer retries = retries();
        return new DraftTier(
                all,
                strategy,
                timeout(),
                retries == null ? null : Math.max(1, Math.min(MAX_ATTEMPTS, 1 + retries + behind.size())));
    }

    private String strategy() {
        ForeignNode setting = router == null ? null : router.get("routing_strategy");
        String name = setting == null ? null : setting.text();
        if (setting == null || name == null || name.equals("simple-shuffle")) {
            return "weighted";
        }
        return switch (name) {
            case "least-busy" -> "least-busy";
            case "latency-based-routing" -> "least-latency";
            case "cost-based-routing" -> "least-cost";
            default -> {
                draft.remark(
                        setting, "'" + name + "' has no counterpart: the models with the fewest requests come first");
                yield "least-busy";
            }
        };
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
