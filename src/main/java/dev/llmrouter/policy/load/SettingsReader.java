package dev.llmrouter.policy.load;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.load.PolicyLoader.Surroundings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code classifier}, {@code keys} and {@code limits}. */
final class SettingsReader {
    static final Duration DEFAULT_LLM_TIMEOUT = Duration.ofSeconds(2);
    static final Duration DEFAULT_VECTOR_TIMEOUT = Duration.ofMillis(500);

    /** Highest confidence that the answer of a model is worth; see docs/classifiers.md. */
    private static final double MOST_OF_LLM = 0.9;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Reading reading;
    private final Problems problems;
    private final Names names;
    private final Surroundings surroundings;

    SettingsReader(Reading reading, Names names, Surroundings surroundings) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
        this.surroundings = surroundings;
    }

    ClassifierSettings classifier(MappingFields root, boolean hasRules) {
        ClassifierSettings defaults = ClassifierSettings.ofDefaults();
        MappingFields fields = root.inner("classifier");
        if (fields == null) {
            return defaults;
        }
        List<Step> chain = fields.has("chain") ? fields.list("chain", this::step) : defaults.chain();
        double minConfidence = fields.decimal("minConfidence", Bounds.of(0, 1), defaults.minConfidence());
        ClassifierSettings.Llm llm = llm(fields);
        ClassifierSettings.Embedding embedding = embedding(fields);
        double agreement = fields.decimal("agreement", Bounds.of(0, 1), 0);
        fields.done();
        checkChain(fields, chain, hasRules);
        if (llm != null && minConfidence > MOST_OF_LLM) {
            problems.warning(
                    fields.at("minConfidence"),
                    fields.path("minConfidence"),
                    "is " + minConfidence + ", and what the step 'llm' says is never worth more than " + MOST_OF_LLM
                            + ": it would be asked, and never acted on",
                    "Lower it, or remove the step.");
        }
        return new ClassifierSettings(chain, minConfidence, llm, embedding, agreement);
    }

    private @Nullable Step step(YamlNode node, String path) {
        String text = reading.text(node, path);
        Step step = text == null ? null : reading.choice(text, node, path, Step.class);
        Set<Step> available = surroundings.availableSteps();
        if (step != null && available != null && !available.contains(step)) {
            problems.warning(
                    node.at(),
                    path,
                    "is " + Reading.shown(node) + ", which is not available here and is skipped",
                    "Remove the step.");
        }
        return step;
    }

    private ClassifierSettings.@Nullable Llm llm(MappingFields classifier) {
        MappingFields fields = classifier.inner("llm");
        if (fields == null) {
            return null;
        }
        fields.required("model", "Name the model that classifies; a small one is enough.");
        String model = fields.name("model", "model", names.models());
        Duration timeout =
                fields.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(5), DEFAULT_LLM_TIMEOUT);
        fields.done();
        return model == null ? null : new ClassifierSettings.Llm(model, timeout);
    }

    private ClassifierSettings.@Nullable Embedding embedding(MappingFields classifier) {
        MappingFields fields = classifier.inner("embedding");
        if (fields == null) {
            return null;
        }
        String model = fields.name("model", "model", names.models());
        String bean = fields.text("bean");
        Duration timeout =
                fields.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(5), DEFAULT_VECTOR_TIMEOUT);
        fields.done();
        if (fields.has("model") == fields.has("bean")) {
            problems.unusable(
                    fields.at(),
                    fields.path(),
                    fields.has("model") ? "names a model and a bean" : "names neither a model nor a bean",
                    "Name what makes the vectors: model: NAME of a model with capability 'embeddings', or bean: NAME in the registry.");
            return null;
        }
        return model == null && bean == null ? null : new ClassifierSettings.Embedding(model, bean, timeout);
    }

    private void checkChain(MappingFields fields, List<Step> chain, boolean hasRules) {
        Set<Step> steps = EnumSet.noneOf(Step.class);
        for (Step step : chain) {
            if (!steps.add(step)) {
                problems.unusable(
                        fields.at("chain"),
                        fields.path("chain"),
                        "has the step '" + Reading.key(step) + "' twice",
                        "Remove one.");
            }
        }
        checkEmbedding(fields, chain);
        if (steps.contains(Step.LLM) && !fields.has("llm")) {
            problems.unusable(
                    fields.at("chain"),
                    fields.path("chain"),
                    "has the step 'llm', but classifier.llm names no model",
                    "Add llm: { model: NAME, timeout: 2s }, or remove the step.");
        }
        if (!steps.contains(Step.LLM) && fields.has("llm")) {
            problems.warning(
                    fields.at("llm"), fields.path("llm"), "is not used: the chain has no step 'llm'", "Add the step.");
        }
        if (steps.contains(Step.LLM) && chain.get(chain.size() - 1) != Step.LLM) {
            problems.warning(
                    fields.at("chain"),
                    fields.path("chain"),
                    "has steps behind 'llm', which is asked last wherever it stands: it alone costs money and time",
                    "Put 'llm' at the end.");
        }
        if (!steps.contains(Step.RULES) && hasRules) {
            problems.warning(
                    fields.at("chain"),
                    fields.path("chain"),
                    "has no step 'rules', so the rules of this file are not used",
                    "Add the step, or remove the rules.");
        }
    }

    private void checkEmbedding(MappingFields fields, List<Step> chain) {
        int at = chain.indexOf(Step.EMBEDDING);
        if (at >= 0 && !fields.has("embedding")) {
            problems.unusable(
                    fields.at("chain"),
                    fields.path("chain"),
                    "has the step 'embedding', but classifier.embedding names nothing that makes vectors",
                    "Add embedding: { model: NAME }, or remove the step.");
        }
        if (at < 0 && fields.has("embedding")) {
            problems.warning(
                    fields.at("embedding"),
                    fields.path("embedding"),
                    "is not used: the chain has no step 'embedding'",
                    "Add the step.");
        }
        if (at >= 0 && chain.subList(at + 1, chain.size()).stream().anyMatch(step -> step != Step.LLM)) {
            problems.warning(
                    fields.at("chain"),
                    fields.path("chain"),
                    "has steps behind 'embedding' that call nobody: they are asked first wherever they stand",
                    "Put 'embedding' behind them; only 'llm' comes later.");
        }
    }

    List<AccessKey> keys(MappingFields root) {
        Map<String, Integer> lineByName = new HashMap<>();
        Map<String, Integer> lineByHash = new HashMap<>();
        return root.list("keys", (node, path) -> key(node, path, lineByName, lineByHash));
    }

    private @Nullable AccessKey key(
            YamlNode node, String path, Map<String, Integer> lineByName, Map<String, Integer> lineByHash) {
        MappingFields fields = MappingFields.of(node, node.at(), path, reading);
        if (!(node instanceof YamlNode.Mapping)) {
            return null;
        }
        fields.required("name", "Say who calls with this key.");
        fields.required("sha256", "Give the SHA-256 of the key, not the key.");
        String name = fields.text("name");
        String sha256 = sha256(fields);
        unique(fields, "name", name, lineByName);
        unique(fields, "sha256", sha256, lineByHash);
        Set<String> tasks = Set.copyOf(fields.names("tasks", "task", names.tasks()));
        Set<String> tiers = Set.copyOf(fields.names("tiers", "tier", names.tiers()));
        Set<String> models = Set.copyOf(fields.names("models", "model", names.models()));
        boolean state = Boolean.TRUE.equals(fields.bool("state"));
        for (String list : List.of("tasks", "tiers", "models")) {
            if (fields.node(list) instanceof YamlNode.Sequence sequence
                    && sequence.items().isEmpty()) {
                problems.unusable(
                        fields.at(list),
                        fields.path(list),
                        "is an empty list, which reads like 'none' but would allow all",
                        "Name what the key may use, or remove the line to allow all.");
            }
        }
        fields.done();
        return name == null || sha256 == null ? null : new AccessKey(name, sha256, tasks, tiers, models, state);
    }

    private @Nullable String sha256(MappingFields fields) {
        String text = fields.text("sha256");
        if (text == null) {
            return null;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (!SHA256.matcher(lower).matches()) {
            problems.unusable(
                    fields.at("sha256"),
                    fields.path("sha256"),
                    "has " + text.length() + " characters that are no SHA-256; allowed: 64 hexadecimal digits",
                    "Write the hash of the key: printf %s KEY | sha256sum.");
            return null;
        }
        return lower;
    }

    private void unique(MappingFields fields, String key, @Nullable String value, Map<String, Integer> lines) {
        if (value == null) {
            return;
        }
        Integer earlier = lines.putIfAbsent(value, fields.at(key).line());
        if (earlier != null) {
            problems.unusable(
                    fields.at(key),
                    fields.path(key),
                    "is the same as that of the key in line " + earlier,
                    "Give each caller a key and a name of its own.");
        }
    }

    Limits limits(MappingFields root) {
        Limits defaults = Limits.ofDefaults();
        MappingFields fields = root.inner("limits");
        if (fields == null) {
            return defaults;
        }
        Limits limits = new Limits(
                fields.bytes("bodySize", Bounds.of(1_000, 1_000_000_000), defaults.bodyBytes()),
                fields.integer("depth", Bounds.of(8, 1_000), defaults.depth()),
                fields.integer("messages", Bounds.of(1, 1_000_000), defaults.messages()),
                fields.integer("inputs", Bounds.of(1, 100_000), defaults.inputs()));
        fields.done();
        return limits;
    }
}
