package dev.llmrouter.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One loaded and checked policy: which models exist, which tiers they form, which task goes to which tier and why.
 *
 * <p>Immutable and safe for use by many threads. Maps keep the order of the file. Every name that is referred to exists:
 * the loader refuses a policy in which one does not.
 *
 * @param version format version, 1
 * @param owner who answers for this policy; empty if the file names nobody
 * @param baseline name of the tier that savings and quality are measured against, and that unrecognised input goes to
 * @param evidence what happens to a task that is routed below the baseline without proof
 * @param simulation when the built-in simulator answers in place of the real providers
 * @param hash first 12 hexadecimal digits of the SHA-256 of the file's text, placeholders not resolved (so no secret is in it)
 * @param source where it was loaded from, for messages ("file:policy.yaml")
 */
public record RoutingPolicy(
        int version,
        String owner,
        String baseline,
        EvidenceMode evidence,
        Simulation simulation,
        Map<String, Provider> providers,
        Map<String, Model> models,
        Map<String, Tier> tiers,
        Map<String, Task> tasks,
        List<Rule> rules,
        ClassifierSettings classifier,
        List<AccessKey> keys,
        Limits limits,
        String hash,
        String source) {

    public RoutingPolicy {
        providers = Ordered.copyOf(providers);
        models = Ordered.copyOf(models);
        tiers = Ordered.copyOf(tiers);
        tasks = Ordered.copyOf(tasks);
        rules = List.copyOf(rules);
        keys = List.copyOf(keys);
    }

    /** For logs: which one it is. */
    @Override
    public String toString() {
        return "RoutingPolicy[source=" + source + ", hash=" + hash + "]";
    }

    /** Whether the simulator stands in for every provider. */
    public boolean isSimulated() {
        return simulation == Simulation.ALWAYS
                || simulation == Simulation.WITHOUT_KEYS
                        && providers.values().stream().noneMatch(Provider::hasKey);
    }

    /** The tier that savings and quality are measured against. */
    public Tier baselineTier() {
        return tier(baseline)
                .orElseThrow(() -> new IllegalStateException("baseline tier '" + baseline + "' is not in tiers"));
    }

    /** The tier that a model counts to where a caller names it: the first that has it, the baseline tier for one that is in none. */
    public Tier firstTierWith(String model) {
        return tiers.values().stream()
                .filter(tier ->
                        tier.models().stream().anyMatch(member -> member.model().equals(model)))
                .findFirst()
                .orElseGet(this::baselineTier);
    }

    /**
     * Whether a tier has a model, or a canary, at which some request costs less than at the baseline's first model, which all are compared with
     * (its input costs less, or its output), also of lines of files in batches; prices that are not known count as lower. What else the baseline tier has, to fail over to, makes no proof unnecessary.
     */
    public boolean isCheaperThanBaseline(Tier tier) {
        Tier reference = tiers.get(baseline);
        if (reference == null || reference.models().isEmpty()) {
            return true;
        }
        Model first = models.get(reference.models().get(0).model());
        return Stream.concat(
                        tier.models().stream().map(Tier.Member::model),
                        Stream.ofNullable(tier.canary()).map(Tier.Share::model))
                .map(models::get)
                .anyMatch(model -> model == null
                        || first == null
                        || isBelow(model.price(), first.price())
                        || isBelowInBatch(tier, model, reference, first));
    }

    /** Tiers that a task may be moved to in order to save: they cost less than the baseline, and their models answer chats. */
    public List<Tier> tiersBelowBaseline() {
        return tiers.values().stream()
                .filter(tier -> !tier.name().equals(baseline))
                .filter(this::isCheaperThanBaseline)
                .filter(tier -> !isEmbedding(tier))
                .toList();
    }

    /** Whether some model of the tier makes vectors. */
    public boolean isEmbedding(Tier tier) {
        return tier.models().stream()
                .map(member -> models.get(member.model()))
                .anyMatch(model -> model != null && model.isEmbedding());
    }

    /**
     * The price of a model for lines of files at a tier, in batches; null where they are called one by one: the tier has no batches, the
     * provider none, or the policy does not say what they cost.
     */
    public @Nullable Price priceInBatch(Tier tier, Model model) {
        Provider provider = providers.get(model.provider());
        return tier.batch() == null || provider == null || !provider.hasBatchApi() || model.price() == null
                ? null
                : model.price().ofBatch();
    }

    private static boolean isBelow(@Nullable Price price, @Nullable Price most) {
        return price == null || most == null || price.isBelow(most);
    }

    /** The same model needs no proof against itself. */
    private boolean isBelowInBatch(Tier tier, Model model, Tier reference, Model first) {
        Price price = model.equals(first) ? null : priceInBatch(tier, model);
        Price inBatch = priceInBatch(reference, first);
        return price != null && isBelow(price, inBatch == null ? first.price() : inBatch);
    }

    /** Whether some condition looks at the language of an input, which takes a model of 10 MB to tell. */
    public boolean looksAtLanguage() {
        return Stream.concat(
                        rules.stream().map(Rule::when),
                        tasks.values().stream().flatMap(task -> task.premiumWhen().stream()))
                .anyMatch(condition -> !condition.languageIn().isEmpty()
                        || !condition.languageNotIn().isEmpty());
    }

    public Optional<Tier> tier(String name) {
        return Optional.ofNullable(tiers.get(name));
    }

    public Optional<Task> task(String name) {
        return Optional.ofNullable(tasks.get(name));
    }

    public Optional<Model> model(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /**
     * Whether both are one model, under whatever names of the policy: the same name of the provider's at the same provider, or at two that
     * are one address.
     */
    public boolean isSame(Model one, Model other) {
        if (one.name().equals(other.name())) {
            return true;
        }
        Provider here = providers.get(one.provider());
        Provider there = providers.get(other.provider());
        return one.remoteName().equals(other.remoteName()) && here != null && there != null && here.isSamePlace(there);
    }

    /** The provider of a model of this policy. */
    public Provider providerOf(Model model) {
        Provider provider = providers.get(model.provider());
        if (provider == null) {
            throw new IllegalArgumentException("model '" + model.name() + "' is not of this policy");
        }
        return provider;
    }
}
