package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which groups of LiteLLM's proxy are asked after another: its fallbacks, or else those of any group, and the fallbacks of these.
 * Source: BerriAI/litellm, {@code router_utils/fallback_event_handlers.py}, as of 2026-10.
 */
final class LiteLlmFallbacks {
    private static final String ANY = "*";
    private static final List<String> SETTINGS = List.of("fallbacks", "context_window_fallbacks", "default_fallbacks");

    /** LiteLLM's default for {@code max_fallbacks}. */
    private static final int DEPTH = 5;

    private final ForeignNode root;
    private final Map<String, List<Member>> groups;
    private final Map<String, String> aliases;
    private final PolicyDraft draft;
    private final Map<String, List<String>> general = new LinkedHashMap<>();
    private final Map<String, List<String>> ofLongRequests = new LinkedHashMap<>();
    private final int depth;

    /** @param aliases the group of each alias that could be taken over */
    LiteLlmFallbacks(
            ForeignNode root, Map<String, List<Member>> groups, Map<String, String> aliases, PolicyDraft draft) {
        this.root = root;
        this.groups = groups;
        this.aliases = aliases;
        this.draft = draft;
        read(general, LiteLlmTiers.setting(root, "fallbacks"));
        ForeignNode always = LiteLlmTiers.setting(root, "default_fallbacks");
        if (always != null) {
            add(general, ANY, always);
        }
        ForeignNode longer = LiteLlmTiers.setting(root, "context_window_fallbacks");
        read(ofLongRequests, longer);
        tellLong(longer);
        BigDecimal most = null;
        for (ForeignNode part : LiteLlmTiers.parts(root)) {
            most = most == null ? part.number("max_fallbacks") : most;
        }
        this.depth = most == null
                ? DEPTH
                : most.max(BigDecimal.ZERO).min(BigDecimal.valueOf(20)).intValue();
    }

    private void read(Map<String, List<String>> fallbacks, @Nullable ForeignNode setting) {
        if (setting == null) {
            return;
        }
        for (ForeignNode item : setting.list()) {
            if (item.isSingle()) {
                add(fallbacks, ANY, item);
                continue;
            }
            item.all().forEach((key, names) -> {
                if (key.equals(ANY) || groups.containsKey(key) || aliases.containsKey(key)) {
                    add(fallbacks, key, names);
                } else {
                    draft.remark(
                            names,
                            "are those of '" + key
                                    + "', which is no group that could be taken over: its fallbacks are left out");
                    names.settle();
                }
            });
        }
    }

    private void add(Map<String, List<String>> fallbacks, String key, ForeignNode names) {
        List<String> behind = fallbacks.computeIfAbsent(key, any -> new ArrayList<>());
        for (ForeignNode name : names.list()) {
            String text = name.isSingle() ? name.text() : name.text("model");
            String group = text == null ? null : aliases.getOrDefault(text, text);
            if (group != null && !groups.containsKey(group)) {
                draft.remark(name, "names '" + text + "', which is no group that could be taken over");
            } else if (group != null && !behind.contains(group)) {
                behind.add(group);
            }
        }
    }

    private void tellLong(@Nullable ForeignNode setting) {
        if (setting == null) {
            return;
        }
        for (ForeignNode item : setting.list()) {
            item.all().forEach((key, names) -> {
                if (!ofLongRequests.getOrDefault(key, List.of()).isEmpty()) {
                    draft.remark(
                            names,
                            "are asked after any failure of '" + key
                                    + "', not only where a request is too long for it: an outage is paid at their"
                                    + " prices");
                }
            });
        }
    }

    /** Whether there are fallbacks of this name itself. */
    boolean has(String name) {
        return general.containsKey(name) || ofLongRequests.containsKey(name);
    }

    /**
     * Groups that are asked after this one, in this order; those of long requests come last.
     *
     * @param name a group, or an alias that has fallbacks of its own
     */
    Set<String> behind(String name) {
        String start = aliases.getOrDefault(name, name);
        Set<String> found = new LinkedHashSet<>();
        follow(start, name, general, 0, found);
        for (String group : of(ofLongRequests, name)) {
            if (depth > 0 && isFit(start, group) && found.add(group)) {
                follow(start, group, general, 1, found);
                follow(start, group, ofLongRequests, 1, found);
            }
        }
        return found;
    }

    private void follow(String start, String name, Map<String, List<String>> fallbacks, int deep, Set<String> found) {
        if (deep >= depth) {
            return;
        }
        for (String group : of(fallbacks, name)) {
            if (isFit(start, group) && found.add(group)) {
                follow(start, group, fallbacks, deep + 1, found);
            }
        }
    }

    private static List<String> of(Map<String, List<String>> fallbacks, String name) {
        List<String> own = fallbacks.get(name);
        return own == null ? fallbacks.getOrDefault(ANY, List.of()) : own;
    }

    private boolean isFit(String start, String group) {
        if (group.equals(start)) {
            return false;
        }
        if (isEmbedding(start) != isEmbedding(group)) {
            draft.remark(
                    setting(),
                    "'" + group + "' is not asked after '" + start
                            + "': one of them makes embeddings, and the other does not");
            return false;
        }
        return true;
    }

    private boolean isEmbedding(String group) {
        return groups.getOrDefault(group, List.of()).stream()
                .map(member -> draft.models().get(member.model()))
                .anyMatch(model -> model != null && isEmbedding(model));
    }

    static boolean isEmbedding(DraftModel model) {
        return model.capabilities().contains("embeddings");
    }

    /** The first setting that names fallbacks. */
    ForeignNode setting() {
        for (String name : SETTINGS) {
            ForeignNode setting = LiteLlmTiers.setting(root, name);
            if (setting != null) {
                return setting;
            }
        }
        return root;
    }
}
