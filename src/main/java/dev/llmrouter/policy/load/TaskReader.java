package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.Score;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Verify;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code tasks}. */
final class TaskReader {
    private static final Bounds SHARE = Bounds.above(0, 1);
    private static final Bounds CHARACTERS = Bounds.of(0, 10_000_000);

    private static final List<String> CHECKS = List.of(
            "oneOf",
            "regex",
            "json",
            "jsonSchema",
            "minLength",
            "maxLength",
            "noRefusal",
            "bean",
            "samples",
            "second",
            "judge");

    private final Reading reading;
    private final Problems problems;
    private final Names names;
    private final ConditionReader conditions;
    private final @Nullable Collect collect;

    /** @param collect what the file says for all tasks; null for nothing */
    TaskReader(Reading reading, Names names, ConditionReader conditions, @Nullable Collect collect) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
        this.conditions = conditions;
        this.collect = collect;
    }

    @Nullable
    Task read(MappingFields.Item item) {
        MappingFields fields = MappingFields.of(item.node(), item.at(), item.path(), reading);
        fields.required("tier", "Name the tier that serves this task.");
        String tier = fields.name("tier", "tier", names.tiers());
        String description = explained(fields, "description", "Say what callers ask for.");
        String rationale = explained(
                fields, "rationale", "Say why this tier is enough for it; the documentation is generated from this.");
        String examples = fields.text("examples");
        BigDecimal margin = fields.decimal("margin", SHARE);
        BigDecimal errorCost = fields.decimal("errorCost", Bounds.of(0, 1_000_000_000));
        List<Condition> premiumWhen = fields.mappings("premiumWhen", conditions::read);
        Verify verify = verify(fields);
        Task.Review review = review(fields);
        Task.Waiver waiver = waiver(fields);
        Task.Gate gate = gate(fields);
        Score score = new ScoreReader(reading, names).read(fields);
        Collect collected = scored(new CollectReader(reading, names).read(fields, collect), verify);
        fields.done();
        return tier == null
                ? null
                : new Task(
                        item.name(),
                        tier,
                        description,
                        rationale,
                        examples,
                        margin,
                        errorCost,
                        premiumWhen,
                        verify,
                        review,
                        waiver,
                        gate,
                        score,
                        collected);
    }

    /** A check that tells outputs apart by more than their length scores where nothing else is named. */
    private static @Nullable Collect scored(@Nullable Collect collect, @Nullable Verify verify) {
        if (collect == null || collect.scorer() != null || verify == null || !verify.distinguishes()) {
            return collect;
        }
        return new Collect(collect.share(), collect.perDay(), Collect.VERIFY, collect.open(), collect.feedbackWithin());
    }

    private String explained(MappingFields fields, String key, String fix) {
        String text = fields.text(key, "");
        if (!fields.has(key) || text.isBlank() && fields.node(key) instanceof YamlNode.Scalar) {
            problems.error(fields.at(key), fields.path(key), "is missing", fix);
        }
        return text;
    }

    private @Nullable Verify verify(MappingFields task) {
        MappingFields fields = task.inner("verify");
        if (fields == null) {
            return null;
        }
        List<String> oneOf = fields.texts("oneOf");
        String regex = conditions.regex(fields, "regex");
        Boolean json = fields.bool("json");
        Map<String, Object> schema = jsonSchema(fields);
        int minLength = fields.integer("minLength", CHARACTERS, 0);
        Integer maxLength = fields.integer("maxLength", CHARACTERS);
        Boolean noRefusal = fields.bool("noRefusal");
        Verify.OnFailure onFailure = fields.choice("onFailure", Verify.OnFailure.class, Verify.OnFailure.ESCALATE);
        if (maxLength != null && minLength > maxLength) {
            problems.unusable(
                    fields.at("minLength"),
                    fields.path("minLength"),
                    "is " + minLength + ", more than maxLength " + maxLength + ", so no output is usable",
                    "Swap or correct them.");
        }
        CrossCheck crossCheck = new CrossCheckReader(names).read(fields);
        boolean checksNothing = CHECKS.stream().noneMatch(fields::has);
        if (checksNothing) {
            problems.unusable(
                    fields.at(),
                    fields.path(),
                    "checks nothing",
                    "Add one of " + String.join(", ", CHECKS) + ", or remove it.");
        }
        fields.done();
        return new Verify(
                oneOf,
                regex,
                json != null && json || schema != null,
                schema,
                minLength,
                maxLength,
                noRefusal != null && noRefusal,
                crossCheck,
                onFailure);
    }

    private @Nullable Map<String, Object> jsonSchema(MappingFields fields) {
        YamlNode node = fields.node("jsonSchema");
        if (node == null || node instanceof YamlNode.Refused) {
            return null;
        }
        if (node instanceof YamlNode.Mapping mapping) {
            return PlainData.of(mapping, reading, fields.path("jsonSchema"));
        }
        problems.unusable(
                node.at(),
                fields.path("jsonSchema"),
                "is " + node.kind() + "; a JSON schema is needed",
                "Write it as a mapping: { type: object, required: [...], properties: {...} }.");
        return null;
    }

    private Task.@Nullable Review review(MappingFields task) {
        MappingFields fields = task.inner("review");
        if (fields == null) {
            return null;
        }
        Task.Review review = new Task.Review(
                fields.decimal("qualityDrop", SHARE),
                fields.decimal("costRise", Bounds.above(0, 1_000)),
                fields.integer("minPerWeek", Bounds.of(1, 1_000_000_000)),
                fields.choice("onDrift", Task.OnDrift.class, Task.OnDrift.REPORT));
        fields.done();
        return review;
    }

    private Task.@Nullable Gate gate(MappingFields task) {
        MappingFields fields = task.inner("gate");
        if (fields == null) {
            return null;
        }
        fields.required("file", "Name the file that 'train --difficulty' has written.");
        String file = fields.text("file");
        BigDecimal threshold = fields.decimal("threshold", Bounds.of(-1, 1));
        fields.done();
        return file == null ? null : new Task.Gate(file, threshold);
    }

    private Task.@Nullable Waiver waiver(MappingFields task) {
        MappingFields fields = task.inner("waiver");
        if (fields == null) {
            return null;
        }
        fields.required("reason", "Say why the task may be routed without evidence.");
        fields.required("by", "Name who allows it.");
        fields.required("until", "Give its last day, as in until: 2026-12-31.");
        String reason = fields.text("reason");
        String by = fields.text("by");
        LocalDate until = fields.date("until");
        fields.done();
        return reason == null || by == null || until == null ? null : new Task.Waiver(reason, by, until);
    }
}
