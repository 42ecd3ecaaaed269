package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.PolicyNames;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A policy that grows while another configuration is read. */
final class PolicyDraft {
    /** Leaves room for what makes a name unique below the 100 characters of a policy's names. */
    private static final int MAX_STEM = 90;

    /** What the whole of a request has where a policy says nothing. */
    private static final long USUAL_REQUEST_MILLIS = 600_000;

    /**
     * @param baseUrl null where only a person knows it
     * @param apiKeyHeader that the key goes into; null for that of the protocol
     */
    record DraftProvider(
            String protocol,
            @Nullable String baseUrl,
            @Nullable DraftKey apiKey,
            @Nullable String apiKeyHeader,
            Map<String, DraftHeader> headers,
            Map<String, String> query) {}

    /** The value of a header. @param text null where a variable of its own has it; @param key null where it stands here */
    record DraftHeader(@Nullable String text, @Nullable DraftKey key) {
        static DraftHeader text(String text) {
            return new DraftHeader(text, null);
        }

        static DraftHeader secret(DraftKey key) {
            return new DraftHeader(null, key);
        }

        /** As it stands in the policy. @param variables of the keys */
        String inPolicy(Map<DraftKey, String> variables) {
            return text == null ? "{{env:" + variables.get(key) + "}}" : text;
        }
    }

    /**
     * USD per million tokens; null is unknown.
     *
     * @param upTo input tokens up to which they hold; null for any
     * @param batch share of them in a batch, above 0 to 1
     * @param isPartial whether something is paid besides that a policy cannot say: they compare models, and the policy's price
     *     is unknown
     */
    record DraftPrice(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWriteHour,
            @Nullable Integer upTo,
            @Nullable BigDecimal batch,
            boolean isPartial) {}

    /** @param price null is unknown */
    record DraftModel(
            String provider,
            String id,
            @Nullable String context,
            @Nullable String maxOutput,
            Set<String> capabilities,
            @Nullable DraftPrice price) {
        /** Whether the policy says its price. */
        boolean isPriced() {
            return price != null && !price.isPartial();
        }
    }

    /** @param weight of a weighted tier; null for none */
    record Member(String model, @Nullable BigDecimal weight) {}

    /** @param maxAttempts null for the default */
    record DraftTier(
            List<Member> models, String strategy, @Nullable Integer maxAttempts) {}

    /** A kind of request that the other configuration tells apart; why its tier is good enough, only a person knows. */
    record DraftTask(String tier, String description) {}

    /** @param metadata key and value that a request must have; @param tags any of which it must have */
    record DraftRule(String id, Map<String, String> metadata, List<String> tags, String task) {}

    private final Map<String, DraftProvider> providers = new LinkedHashMap<>();
    private final Map<String, DraftModel> models = new LinkedHashMap<>();
    private final Map<String, DraftTimeouts> timeouts = new LinkedHashMap<>();
    private final Map<String, DraftTier> tiers = new LinkedHashMap<>();
    private final Map<String, DraftTask> tasks = new LinkedHashMap<>();
    private final List<DraftRule> rules = new ArrayList<>();
    private final Set<Remark> remarks = new LinkedHashSet<>();
    private final DraftKeys keys = new DraftKeys();
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

    /** Keys that a person has to put into the environment. */
    DraftKeys keys() {
        return keys;
    }

    /** The environment variable of each key, which is known when the whole file is read. */
    Map<DraftKey, String> variables() {
        return keys.variables(providers.values());
    }

    /** The name that the model got: the wished one, or one like it. */
    String model(String wished, DraftModel model) {
        String name = free(wished, models.keySet());
        models.put(name, model);
        return name;
    }

    /** Gives each of two models the other's name. */
    void swapNames(String one, String other) {
        DraftModel model = Objects.requireNonNull(models.get(one));
        models.put(one, Objects.requireNonNull(models.get(other)));
        models.put(other, model);
        DraftTimeouts limits = timeouts(one);
        timeouts(one, timeouts(other));
        timeouts(other, limits);
    }

    /** How long one call of a model may take. */
    void timeouts(String model, DraftTimeouts those) {
        timeouts.put(model, those);
    }

    /** How long one call of a model may take: the defaults where nobody has said it. */
    DraftTimeouts timeouts(String model) {
        return timeouts.getOrDefault(model, new DraftTimeouts(null, null));
    }

    /** How long a request may take at a tier, so that all its calls have their time; null where the default is enough. */
    @Nullable
    Long requestMillis(DraftTier tier) {
        Integer most = tier.maxAttempts();
        long slowest = tier.models().stream()
                .mapToLong(member -> timeouts(member.model()).longestMillis())
                .max()
                .orElse(0);
        long all = slowest * (most == null ? LiteLlmTiers.USUAL_ATTEMPTS : most);
        return all > USUAL_REQUEST_MILLIS ? Math.min(DraftTimeouts.MAX_MILLIS, all) : null;
    }

    /** The name that the tier got: the wished one, or one like it. */
    String tier(String wished, DraftTier tier) {
        String name = free(wished, tiers.keySet());
        tiers.put(name, tier);
        return name;
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

    /**
     * Tasks whose tier may cost less than the baseline's first model or more, for a price is not known: where evidence is enforced
     * the baseline would serve them, be it the better or the worse.
     */
    List<String> undecided() {
        DraftTier reference = baseline == null ? null : tiers.get(baseline);
        BigDecimal most =
                reference == null ? null : wholePrice(reference.models().get(0));
        List<String> undecided = new ArrayList<>();
        tasks.forEach((name, task) -> {
            DraftTier tier = tiers.get(task.tier());
            if (tier != null && !task.tier().equals(baseline) && !isEmbedding(tier)) {
                boolean isUnknown = false;
                boolean isCheaper = false;
                for (Member member : tier.models()) {
                    BigDecimal price = wholePrice(member);
                    isUnknown |= price == null || most == null;
                    isCheaper |= price != null && most != null && price.compareTo(most) < 0;
                }
                if (isUnknown && !isCheaper) {
                    undecided.add(name);
                }
            }
        });
        return undecided;
    }

    /**
     * Tasks of tags and metadata whose tier is not the baseline, with that tier. Both part tenants, keys and regions: where evidence
     * is enforced, the baseline's host would get their requests until their tier is proven.
     */
    Map<String, String> parted() {
        Map<String, String> parted = new LinkedHashMap<>();
        for (DraftRule rule : rules) {
            DraftTask task = tasks.get(rule.task());
            boolean isParting = !rule.tags().isEmpty() || !rule.metadata().isEmpty();
            DraftTier tier = task == null || !isParting ? null : tiers.get(task.tier());
            if (task != null && tier != null && !task.tier().equals(baseline) && !isEmbedding(tier)) {
                parted.put(rule.task(), task.tier());
            }
        }
        return parted;
    }

    /** Where the models of a tier are called, each address once. */
    Set<String> addresses(String tier) {
        Set<String> addresses = new LinkedHashSet<>();
        DraftTier known = tiers.get(tier);
        for (Member member : known == null ? List.<Member>of() : known.models()) {
            DraftModel model = models.get(member.model());
            DraftProvider provider = model == null ? null : providers.get(model.provider());
            if (provider != null && provider.baseUrl() != null) {
                addresses.add(provider.baseUrl());
            }
        }
        return addresses;
    }

    private boolean isEmbedding(DraftTier tier) {
        return tier.models().stream()
                .map(member -> models.get(member.model()))
                .anyMatch(model -> model != null && model.capabilities().contains("embeddings"));
    }

    private @Nullable BigDecimal wholePrice(Member member) {
        DraftModel model = models.get(member.model());
        return model != null && model.isPriced() ? price(member) : null;
    }

    /**
     * What its model's tokens cost, input and output together, by which models are compared; null where that is not known.
     * Something may be paid besides.
     */
    @Nullable
    BigDecimal price(Member member) {
        DraftModel model = models.get(member.model());
        DraftPrice price = model == null ? null : model.price();
        return price == null ? null : Price.blended(price.input(), price.output());
    }

    /** In the order of their lines. */
    List<Remark> remarks() {
        Set<Remark> all = new LinkedHashSet<>(remarks);
        all.addAll(keys.remarks(variables()));
        return all.stream()
                .sorted(Comparator.comparingInt(Remark::line).thenComparing(Remark::path))
                .toList();
    }

    /** A name that a policy may have: letters, digits and some signs; never one that means something else to callers. */
    static String name(String wished) {
        if (PolicyNames.isValid(wished) && !PolicyNames.isVirtualModel(wished)) {
            return wished;
        }
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < wished.length() && name.length() < MAX_STEM; i++) {
            char c = wished.charAt(i);
            name.append(c < 128 && (Character.isLetterOrDigit(c) || "._:/@+-".indexOf(c) >= 0) ? c : '-');
        }
        while (name.length() > 0 && !Character.isLetterOrDigit(name.charAt(0))) {
            name.deleteCharAt(0);
        }
        String text = name.isEmpty() ? "unnamed" : name.toString();
        return PolicyNames.isVirtualModel(text) ? "model-" + text.replace(':', '-') : text;
    }

    /** A name like the wished one that is not taken. */
    static String free(String wished, Set<String> taken) {
        String name = name(wished);
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name.substring(0, Math.min(MAX_STEM, name.length())) + "-" + i;
        }
        return free;
    }
}
