package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.PolicyNames;
import dev.llmrouter.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code rules}. */
final class RuleReader {
    /** More rules than anyone reads; the checks compare each with each. */
    static final int MAX_RULES = 10_000;

    private final Reading reading;
    private final Problems problems;
    private final Names names;
    private final ConditionReader conditions;
    private final Map<String, Integer> lineById = new HashMap<>();

    RuleReader(Reading reading, Names names, ConditionReader conditions) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
        this.conditions = conditions;
    }

    List<Rule> read(MappingFields root) {
        if (root.node("rules") instanceof YamlNode.Sequence sequence
                && sequence.items().size() > MAX_RULES) {
            problems.unusable(
                    sequence.at(),
                    "rules",
                    "has %,d rules; allowed: %,d".formatted(sequence.items().size(), MAX_RULES),
                    "Join rules of the same task, or let the learned classifier do it.");
            return List.of();
        }
        return root.list("rules", this::rule);
    }

    private @Nullable Rule rule(YamlNode node, String path) {
        MappingFields fields = MappingFields.of(node, node.at(), path, reading);
        if (!(node instanceof YamlNode.Mapping)) {
            return null;
        }
        fields.required("id", "Give it a name of its own; explanations refer to it.");
        fields.required("when", "Say which requests it fits.");
        fields.required("task", "Name the task of the requests that it fits.");
        String id = fields.text("id");
        String task = fields.name("task", "task", names.tasks());
        YamlNode when = fields.node("when");
        Condition condition = when == null ? null : conditions.read(when, fields.path("when"));
        fields.done();
        if (id != null) {
            checkId(fields, id);
        }
        return id == null || task == null || condition == null
                ? null
                : new Rule(id, condition, task, node.at().line());
    }

    private void checkId(MappingFields fields, String id) {
        if (!PolicyNames.isValid(id)) {
            problems.unusable(
                    fields.at("id"),
                    fields.path("id"),
                    "is a name that is not allowed",
                    "Use up to 100 letters, digits and . _ - : / @ +; begin with a letter or digit.");
        }
        Integer earlier = lineById.putIfAbsent(id, fields.at("id").line());
        if (earlier != null) {
            problems.unusable(
                    fields.at("id"),
                    fields.path("id"),
                    "is " + Quoted.of(id) + ", which the rule in line " + earlier + " has as well",
                    "Give each rule an id of its own.");
        }
    }
}
