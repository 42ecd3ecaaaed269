package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks that the models of the classifier's steps can do what the steps ask of them. */
final class ClassifierChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    ClassifierChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    void run() {
        ClassifierSettings.Llm llm = policy.classifier().llm();
        Model asked = llm == null ? null : policy.models().get(llm.model());
        if (asked != null && asked.isEmbedding()) {
            problems.error(
                    places.of("classifier", "llm"),
                    "classifier.llm.model",
                    "is " + Quoted.of(asked.name()) + ", which makes embeddings and cannot name a task",
                    "Name a model that answers chat.");
        } else if (llm != null && asked != null && llm.confidence() == ClassifierSettings.Confidence.LOGPROBS) {
            checkLogprobs(asked);
        }
        checkEmbedder(policy.classifier().embedding());
    }

    private void checkLogprobs(Model asked) {
        Protocol protocol = policy.providerOf(asked).protocol();
        if (protocol == Protocol.ANTHROPIC || protocol == Protocol.GEMINI) {
            problems.error(
                    places.of("classifier", "llm"),
                    "classifier.llm.confidence",
                    "is 'logprobs', and " + Quoted.of(asked.name()) + " is called by the protocol '"
                            + protocol.name().toLowerCase(Locale.ROOT)
                            + "', by which no probabilities of tokens come: what the model states would be taken",
                    "Write 'stated', or name a model of a provider with the protocol 'openai' or 'openai-responses'.");
        } else if (protocol != Protocol.SIMULATOR && !asked.can(Capability.LOGPROBS)) {
            problems.error(
                    places.of("classifier", "llm"),
                    "classifier.llm.confidence",
                    "is 'logprobs', and " + Quoted.of(asked.name())
                            + " has not 'logprobs' among its capabilities: it is not asked for them, and what it"
                            + " states would be taken",
                    "Add 'logprobs' to its capabilities if its provider returns them, or write 'stated'.");
        }
    }

    private void checkEmbedder(ClassifierSettings.@Nullable Embedding embedding) {
        String name = embedding == null ? null : embedding.model();
        Model embedder = name == null ? null : policy.models().get(name);
        if (embedder != null && !embedder.isEmbedding()) {
            problems.error(
                    places.of("classifier", "embedding"),
                    "classifier.embedding.model",
                    "is " + Quoted.of(embedder.name()) + ", which makes no embeddings: the step knows nothing",
                    "Name a model with 'embeddings' among its capabilities.");
        }
    }
}
