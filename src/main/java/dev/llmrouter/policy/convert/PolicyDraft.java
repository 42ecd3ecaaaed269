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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A policy that grows while another configuration is read. */
final class PolicyDraft {
    /** Leaves room for what makes a name unique below the 100 characters of a policy's names. */
    private static final int MAX_STEM = 90;

    private static final Pattern IN_ENVIRONMENT = Pattern.compile("\\{\\{env:([^}]*)}}");
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
     */
    record DraftPrice(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWriteHour,
            @Nullable Integer upTo,
            @Nullable BigDecimal batch) {}

    /** @param price null is unknown */
    record DraftModel(
            String provider,
            String id,
            @Nullable String context,
            @Nullable String maxOutput,
            Set<String> capabilities,
            @Nullable DraftPrice price) {
        /** Null is unknown. */
        @Nullable
        BigDecimal input() {
            return price == null ? null : price.input();
        }

        /** Null is unknown. */
        @Nullable
        BigDecimal output() {
            return price == null ? null : price.output();
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

    /**
     * A key that a person has to put into the environment. One place may have several: of each provider that shares its text.
     *
     * @param remark what is said of it, before its variable
     */
    private record KeyPlace(ForeignNode at, DraftKey key, String remark) {}

    private final Map<String, DraftProvider> providers = new LinkedHashMap<>();
    private final Map<String, DraftModel> models = new LinkedHashMap<>();
    private final Map<String, DraftTimeouts> timeouts = new LinkedHashMap<>();
    private final Map<String, DraftTier> tiers = new LinkedHashMap<>();
    private final Map<String, DraftTask> tasks = new LinkedHashMap<>();
    private final List<DraftRule> rules = new ArrayList<>();
    private final Set<Remark> remarks = new LinkedHashSet<>();
    /** Which key it is, by its text, or by the account's name after an @. */
    private final Map<String, Integer> keysInFile = new LinkedHashMap<>();

    private final List<KeyPlace> keyPlaces = new ArrayList<>();
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

    /**
     * A key that stands in the file. The same text is the same key; each other one gets a variable of its own.
     *
     * @param variable what it would be called if it were the only one
     */
    DraftKey keyInFile(ForeignNode at, String variable, String text) {
        return key(at, variable, text, "a key in the file is not taken over: put it into the environment as ");
    }

    /** The value of a header that stands in the file and may be a secret. @param variable as for a key */
    DraftKey headerInFile(ForeignNode at, String variable, String text) {
        return key(
                at,
                variable,
                text,
                "the value of a header may be a secret and is not taken over: put it, as it stands here, into the environment"
                        + " as ");
    }

    /**
     * The key of an account that the other gateway knows by a name of its own. The same name is the same key; each other one
     * gets a variable of its own.
     *
     * @param variable what it would be called if it were the only one
     */
    DraftKey keyOfAccount(ForeignNode at, String variable, String account) {
        return key(
                at,
                variable,
                "@" + account,
                "names an account that only the other gateway knows: put its provider's key into the environment as ");
    }

    private DraftKey key(ForeignNode at, String variable, String text, String remark) {
        DraftKey key = new DraftKey(variable, keysInFile.computeIfAbsent(text, any -> keysInFile.size() + 1));
        keyPlaces.add(new KeyPlace(at, key, remark));
        return key;
    }

    /** The environment variable of each key, which is known when the whole file is read. */
    Map<DraftKey, String> variables() {
        Map<DraftKey, String> variables = new LinkedHashMap<>();
        Set<String> taken = new TreeSet<>();
        List<DraftKey> inFile = new ArrayList<>();
        for (DraftProvider provider : providers.values()) {
            DraftKey key = provider.apiKey();
            if (key != null && !key.isInFile()) {
                variables.put(key, key.variable());
                taken.add(key.variable());
            } else if (key != null) {
                inFile.add(key);
            }
        }
        keyPlaces.forEach(place -> inFile.add(place.key()));
        providers.values().forEach(provider -> taken.addAll(named(provider)));
        for (DraftKey key : inFile) {
            if (!variables.containsKey(key)) {
                String variable = key.variable();
                for (int i = 2; taken.contains(variable); i++) {
                    variable = key.variable() + "_" + i;
                }
                variables.put(key, variable);
                taken.add(variable);
            }
        }
        return variables;
    }

    /** Variables that settings of the file read from the environment themselves. */
    private static Set<String> named(DraftProvider provider) {
        Set<String> named = new TreeSet<>();
        List<@Nullable String> texts = new ArrayList<>(provider.query().values());
        texts.add(provider.baseUrl());
        provider.headers().values().forEach(header -> texts.add(header.text()));
        for (String text : texts) {
            Matcher matcher = IN_ENVIRONMENT.matcher(text == null ? "" : text);
            while (matcher.find()) {
                named.add(matcher.group(1));
            }
        }
        return named;
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
        BigDecimal most = reference == null ? null : price(reference.models().get(0));
        List<String> undecided = new ArrayList<>();
        tasks.forEach((name, task) -> {
            DraftTier tier = tiers.get(task.tier());
            if (tier != null && !task.tier().equals(baseline) && !isEmbedding(tier)) {
                boolean isUnknown = false;
                boolean isCheaper = false;
                for (Member member : tier.models()) {
                    BigDecimal price = price(member);
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

    private boolean isEmbedding(DraftTier tier) {
        return tier.models().stream()
                .map(member -> models.get(member.model()))
                .anyMatch(model -> model != null && model.capabilities().contains("embeddings"));
    }

    /** What its model costs, input and output together; null where a price is not known. */
    @Nullable
    BigDecimal price(Member member) {
        DraftModel model = models.get(member.model());
        DraftPrice price = model == null ? null : model.price();
        return price == null ? null : Price.blended(price.input(), price.output());
    }

    /** In the order of their lines. */
    List<Remark> remarks() {
        Set<Remark> all = new LinkedHashSet<>(remarks);
        Map<DraftKey, String> variables = variables();
        keyPlaces.forEach(place ->
                all.add(new Remark(place.at().line(), place.at().path(), place.remark() + variables.get(place.key()))));
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
