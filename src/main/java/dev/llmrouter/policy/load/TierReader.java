package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code tiers}. */
final class TierReader {
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);
    static final int DEFAULT_MAX_ATTEMPTS = 4;
    /** What OpenAI and Anthropic promise. */
    static final Duration DEFAULT_WITHIN = Duration.ofHours(24);

    private final Reading reading;
    private final Problems problems;
    private final Names names;

    TierReader(Reading reading, Names names) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
    }

    @Nullable
    Tier read(MappingFields.Item item) {
        MappingFields fields = MappingFields.of(item.node(), item.at(), item.path(), reading);
        List<Tier.Member> members = fields.list("models", this::member);
        if (!fields.has("models")
                || fields.node("models") instanceof YamlNode.Sequence sequence
                        && sequence.items().isEmpty()) {
            problems.unusable(
                    fields.at("models"), fields.path("models"), "names no model", "Give at least one: models: [NAME].");
        }
        Strategy strategy = fields.choice("strategy", Strategy.class, Strategy.FAILOVER);
        checkMembers(fields, members, strategy);
        Tier tier = new Tier(
                item.name(),
                members,
                strategy,
                fields.duration("timeout", Duration.ofMillis(1), Duration.ofHours(1), DEFAULT_TIMEOUT),
                fields.integer("maxAttempts", Bounds.of(1, 20), DEFAULT_MAX_ATTEMPTS),
                fields.choice("sticky", Tier.Sticky.class, Tier.Sticky.NONE),
                share(fields, "canary"),
                share(fields, "shadow"),
                batch(fields));
        fields.done();
        return tier;
    }

    private Tier.@Nullable Member member(YamlNode node, String path) {
        if (node instanceof YamlNode.Mapping) {
            MappingFields fields = MappingFields.of(node, node.at(), path, reading);
            fields.required("model", "Name a model.");
            String model = fields.name("model", "model", names.models());
            double weight = fields.decimal("weight", Bounds.above(0, 1_000_000), 1);
            fields.done();
            return model == null ? null : new Tier.Member(model, weight);
        }
        String model = reading.name(node, path, "model", names.models());
        return model == null ? null : new Tier.Member(model, 1);
    }

    private void checkMembers(MappingFields fields, List<Tier.Member> members, Strategy strategy) {
        Set<String> seen = new HashSet<>();
        for (Tier.Member member : members) {
            if (!seen.add(member.model())) {
                problems.unusable(
                        fields.at("models"),
                        fields.path("models"),
                        "names the model " + Quoted.of(member.model()) + " twice",
                        "Remove one; use a weight to give it a larger share.");
            }
            if (member.weight() != 1 && strategy != Strategy.WEIGHTED) {
                problems.warning(
                        fields.at("models"),
                        fields.path("models"),
                        "gives " + Quoted.of(member.model()) + " a weight, which the strategy '" + Reading.key(strategy)
                                + "' does not look at",
                        "Write 'strategy: weighted', or remove the weight.");
            }
        }
    }

    private Tier.@Nullable Batch batch(MappingFields tier) {
        MappingFields fields = tier.inner("batch");
        if (fields == null) {
            return null;
        }
        Tier.Batch batch = new Tier.Batch(
                fields.duration("within", Duration.ofSeconds(1), Duration.ofHours(72), DEFAULT_WITHIN),
                fields.choice("unanswered", Tier.Unanswered.class, Tier.Unanswered.CALL));
        fields.done();
        return batch;
    }

    private Tier.@Nullable Share share(MappingFields tier, String key) {
        MappingFields fields = tier.inner(key);
        if (fields == null) {
            return null;
        }
        fields.required("model", "Name a model.");
        fields.required("percent", "Give the share of the tier's requests, above 0 to 100.");
        String model = fields.name("model", "model", names.models());
        double percent = fields.decimal("percent", Bounds.above(0, 100), 1);
        fields.done();
        return model == null ? null : new Tier.Share(model, percent);
    }
}
