package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.PolicyNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A policy that grows while another configuration is read. */
final class PolicyDraft {
    /** @param baseUrl null where only a person knows it */
    record DraftProvider(
            String protocol,
            @Nullable String baseUrl,
            @Nullable String apiKey,
            Map<String, String> headers,
            Map<String, String> query) {}

    /** Prices are USD per million tokens; null is unknown. */
    record DraftModel(
            String provider,
            String id,
            @Nullable String context,
            @Nullable String maxOutput,
            Set<String> capabilities,
            @Nullable BigDecimal input,
            @Nullable BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWriteHour) {}

    /** @param weight of a weighted tier; null for none */
    record Member(String model, @Nullable BigDecimal weight) {}

    /** @param timeoutMillis null for the default; @param maxAttempts the same */
    record DraftTier(
            List<Member> models,
            String strategy,
            @Nullable Long timeoutMillis,
            @Nullable Integer maxAttempts) {}

    /** A kind of request that the other configuration tells apart; why its tier is good enough, only a person knows. */
    record DraftTask(String tier, String description) {}

    /** @param metadata key and value that a request must have; @param tags any of which it must have */
    record DraftRule(String id, Map<String, String> metadata, List<String> tags, String task) {}

    private final Map<String, DraftProvider> providers = new LinkedHashMap<>();
    private final Map<String, DraftModel> models = new LinkedHashMap<>();
    private final Map<String, DraftTier> tiers = new LinkedHashMap<>();
    private final Map<String, DraftTask> tasks = new LinkedHashMap<>();
    private final List<DraftRule> rules = new ArrayList<>();
    private final Set<Remark> remarks = new LinkedHashSet<>();
    private @Nullable String baseline;

    /** The name of a provider with these settings: an earlier one where the settings are the same. */
    String provider(String wished, DraftProvider provider) {
        for (Map.Entry<String, DraftProvider> known : providers.entrySet()) {
            if (known.getValue().equals(provider)) {
                return known.getKey();
            }
        }
        String name = free(wished, providers.keySet());
        providers.put(name, provider);
        return name;
    }

    /** The name that the model got: the wished one, or one like it. */
    String model(String wished, DraftModel model) {
        String name = free(wished, models.keySet());
        models.put(name, model);
        return name;
    }

    void tier(String name, DraftTier tier) {
        tiers.put(name, tier);
    }

    String task(String wished, DraftTask task) {
        String name = free(wished, tasks.keySet());
        tasks.put(name, task);
        return name;
    }

    void rule(DraftRule rule) {
        Set<String> ids = new TreeSet<>();
        rules.forEach(known -> ids.add(known.id()));
        rules.add(new DraftRule(free(rule.id(), ids), rule.metadata(), rule.tags(), rule.task()));
    }

    void baseline(String tier) {
        baseline = tier;
    }

    void remark(ForeignNode at, String text) {
        remarks.add(new Remark(at.line(), at.path(), text));
    }

    Map<String, DraftProvider> providers() {
        return providers;
    }

    Map<String, DraftModel> models() {
        return models;
    }

    Map<String, DraftTier> tiers() {
        return tiers;
    }

    Map<String, DraftTask> tasks() {
        return tasks;
    }

    List<DraftRule> rules() {
        return rules;
    }

    /** Null while nobody has said it. */
    @Nullable
    String baseline() {
        return baseline;
    }

    /** In the order of their lines. */
    List<Remark> remarks() {
        return remarks.stream()
                .sorted(java.util.Comparator.comparingInt(Remark::line).thenComparing(Remark::path))
                .toList();
    }

    /** A name that a policy may have: letters, digits and some signs; never one that means something else to callers. */
    static String name(String wished) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < wished.length() && name.length() < 90; i++) {
            char c = wished.charAt(i);
            name.append(c < 128 && (Character.isLetterOrDigit(c) || "._:/@+-".indexOf(c) >= 0) ? c : '-');
        }
        while (name.length() > 0 && !Character.isLetterOrDigit(name.charAt(0))) {
            name.deleteCharAt(0);
        }
        String text = name.isEmpty() ? "unnamed" : name.toString();
        return PolicyNames.isVirtualModel(text) ? "model-" + text.replace(':', '-') : text;
    }

    private static String free(String wished, Set<String> taken) {
        String name = name(wished);
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }
}
