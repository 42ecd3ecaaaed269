package dev.llmrouter.policy.load;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Confidence;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.load.PolicyLoader.Surroundings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code classifier}. */
final class ClassifierReader {
    static final Duration DEFAULT_LLM_TIMEOUT = Duration.ofSeconds(2);
    static final Duration DEFAULT_VECTOR_TIMEOUT = Duration.ofMillis(500);

    /** Highest confidence that the answer of a model is worth; see docs/classifiers.md. */
    private static final double MOST_OF_LLM = 0.9;

    private final Reading reading;
    private final Problems problems;
    private final Names names;
    private final Surroundings surroundings;

    ClassifierReader(Reading reading, Names names, Surroundings surroundings) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
        this.surroundings = surroundings;
    }

    /** @param hasRules whether the policy has rules, which need a step */
    ClassifierSettings read(MappingFields root, boolean hasRules) {
        ClassifierSettings defaults = ClassifierSettings.ofDefaults();
        MappingFields fields = root.inner("classifier");
        if (fields == null) {
            return defaults;
        }
        List<Step> chain = fields.has("chain") ? fields.list("chain", this::step) : defaults.chain();
        double minConfidence = fields.decimal("minConfidence", Bounds.of(0, 1), defaults.minConfidence());
        Map<Step, Double> thresholds = new EnumMap<>(Step.class);
        learned(fields, thresholds);
        ClassifierSettings.Llm llm = llm(fields, thresholds);
        ClassifierSettings.Embedding embedding = embedding(fields, thresholds);
        double agreement = fields.decimal("agreement", Bounds.of(0, 1), 0);
        fields.done();
        checkChain(fields, chain, hasRules);
        if (llm != null) {
            checkReach(fields, minConfidence, thresholds.get(Step.LLM));
        }
        return new ClassifierSettings(chain, minConfidence, thresholds, llm, embedding, agreement);
    }

    /** @param own least confidence of the step llm; null if it has none of its own */
    private void checkReach(MappingFields classifier, double minConfidence, @Nullable Double own) {
        double least = own == null ? minConfidence : own;
        MappingFields llm = own == null ? null : classifier.inner("llm");
        MappingFields at = llm == null ? classifier : llm;
        if (least > MOST_OF_LLM) {
            problems.warning(
                    at.at("minConfidence"),
                    at.path("minConfidence"),
                    "is " + least + ", and what the step 'llm' says is never worth more than " + MOST_OF_LLM
                            + ": it would be asked, and never acted on",
                    "Lower it, give the step its own with llm: { minConfidence: ... }, or remove the step.");
        }
    }

    private void learned(MappingFields classifier, Map<Step, Double> thresholds) {
        MappingFields fields = classifier.inner("learned");
        if (fields != null) {
            threshold(fields, Step.LEARNED, thresholds);
            fields.done();
        }
    }

    private static void threshold(MappingFields step, Step which, Map<Step, Double> thresholds) {
        BigDecimal least = step.decimal("minConfidence", Bounds.of(0, 1));
        if (least != null) {
            thresholds.put(which, least.doubleValue());
        }
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

    private ClassifierSettings.@Nullable Llm llm(MappingFields classifier, Map<Step, Double> thresholds) {
        MappingFields fields = classifier.inner("llm");
        if (fields == null) {
            return null;
        }
        fields.required("model", "Name the model that classifies; a small one is enough.");
        String model = fields.name("model", "model", names.models());
        Duration timeout =
                fields.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(5), DEFAULT_LLM_TIMEOUT);
        Confidence confidence = fields.choice("confidence", Confidence.class, Confidence.STATED);
        threshold(fields, Step.LLM, thresholds);
        fields.done();
        return model == null ? null : new ClassifierSettings.Llm(model, timeout, confidence);
    }

    private ClassifierSettings.@Nullable Embedding embedding(MappingFields classifier, Map<Step, Double> thresholds) {
        MappingFields fields = classifier.inner("embedding");
        if (fields == null) {
            return null;
        }
        String model = fields.name("model", "model", names.models());
        String bean = fields.text("bean");
        Duration timeout =
                fields.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(5), DEFAULT_VECTOR_TIMEOUT);
        threshold(fields, Step.EMBEDDING, thresholds);
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
        if (!steps.contains(Step.LEARNED) && fields.has("learned")) {
            problems.warning(
                    fields.at("learned"),
                    fields.path("learned"),
                    "is not used: the chain has no step 'learned'",
                    "Add the step.");
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
}
