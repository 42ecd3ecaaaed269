package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.PolicyNames;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.load.PolicyLoader.Surroundings;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the whole file, part by part, in an order in which every name is known before it is referred to. */
final class PolicyReader {
    private static final int VERSION = 1;

    private final Reading reading;
    private final Surroundings surroundings;

    PolicyReader(Reading reading, Surroundings surroundings) {
        this.reading = reading;
        this.surroundings = surroundings;
    }

    /** The policy, which is of use only if no problem says that it is unusable. */
    @Nullable
    RoutingPolicy read(YamlNode root, String hash, String source) {
        MappingFields fields = MappingFields.of(root, root.at(), "", reading);
        if (!(root instanceof YamlNode.Mapping)) {
            return null;
        }
        Names names = names(fields);
        fields.required("version", "Write 'version: 1'.");
        fields.required("baseline", "Name the tier that savings and quality are measured against.");
        Bounds version = Bounds.of(VERSION, VERSION);
        int format = fields.integer("version", version, VERSION);
        String owner = owner(fields);
        EvidenceMode evidence = fields.choice("evidence", EvidenceMode.class, EvidenceMode.ENFORCE);
        Simulation simulation = fields.choice("simulation", Simulation.class, Simulation.NEVER);
        LocalDate priceDate = fields.date("priceDate");
        Map<String, Provider> providers =
                fields.map("providers", item -> new ProviderReader(reading).read(item, names.tasks()));
        Map<String, Model> models = fields.map(
                "models", item -> new ModelReader(reading, names, providers, priceDate, surroundings).read(item));
        Map<String, Tier> tiers = fields.map("tiers", item -> new TierReader(reading, names).read(item));
        String baseline = fields.name("baseline", "tier", names.tiers());
        ConditionReader conditions = new ConditionReader(reading, surroundings.expressions());
        Collect collect = new CollectReader(reading, names).read(fields, null);
        Map<String, Task> tasks =
                fields.map("tasks", item -> new TaskReader(reading, names, conditions, collect).read(item));
        List<Rule> rules = new RuleReader(reading, names, conditions).read(fields);
        SettingsReader settings = new SettingsReader(reading, names);
        RoutingPolicy policy = new RoutingPolicy(
                format,
                owner,
                baseline == null ? "" : baseline,
                evidence,
                simulation,
                providers,
                models,
                tiers,
                tasks,
                rules,
                new ClassifierReader(reading, names, surroundings).read(fields, !rules.isEmpty()),
                settings.keys(fields),
                settings.limits(fields),
                hash,
                source);
        fields.done();
        Places places = new Places(root);
        new PolicyChecks(reading.problems(), places, surroundings, policy).run();
        new RuleChecks(reading.problems(), places, policy).run();
        return policy;
    }

    private String owner(MappingFields fields) {
        String owner = fields.text("owner", "");
        if (owner.isBlank()) {
            reading.problems()
                    .warning(
                            fields.at(),
                            "owner",
                            "is missing",
                            "Name the team that answers for this policy; it stands in the documentation.");
        }
        return owner;
    }

    private Names names(MappingFields fields) {
        return new Names(
                names(fields, "providers", "Name at least one provider of models."),
                names(fields, "models", "Name at least one model."),
                names(fields, "tiers", "Name at least one tier."),
                names(fields, "tasks", ""));
    }

    /** The names that a section declares, usable or not, so that one fault does not bring forth others. */
    private Set<String> names(MappingFields fields, String section, String fix) {
        Set<String> names = new LinkedHashSet<>();
        if (fields.node(section) instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach((name, entry) -> {
                names.add(name);
                checkName(name, entry.at(), section);
            });
        }
        if (names.isEmpty() && !fix.isEmpty()) {
            reading.problems()
                    .unusable(fields.at(section), section, fields.has(section) ? "is empty" : "is missing", fix);
        }
        return names;
    }

    private void checkName(String name, YamlNode.Position at, String section) {
        String path = section + "." + Quoted.bare(name);
        if (!PolicyNames.isValid(name)) {
            reading.problems()
                    .unusable(
                            at,
                            path,
                            "has a name that is not allowed",
                            "Use up to 100 letters, digits and . _ - : / @ + (names travel in HTTP headers); begin with a"
                                    + " letter or digit.");
        } else if (section.equals("models") && PolicyNames.isVirtualModel(name)) {
            reading.problems()
                    .unusable(
                            at,
                            path,
                            "has a name that means something else in requests (auto, task:NAME, tier:NAME)",
                            "Choose another name and put the provider's name into 'id'.");
        }
    }
}
